//! What is served is what `/openapi.json` says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::Api;
use crate::start;

/// One request for every operation of the description.
const EXAMPLES: &[(&str, &str, &str, &str)] = &[
    ("GET", "/openapi.json", "/openapi.json", ""),
    ("GET", "/modems", "/modems", ""),
    ("GET", "/modems/{modem}", "/modems/modem0", ""),
    ("GET", "/modems/{modem}/clock", "/modems/modem0/clock", ""),
    ("POST", "/modems/{modem}/urc", "/modems/modem0/urc", r#"{"text": "+QIND: SMS DONE"}"#),
    ("PUT", "/modems/{modem}/dtr", "/modems/modem0/dtr", r#"{"on": true}"#),
    ("PUT", "/modems/{modem}/signal", "/modems/modem0/signal", r#"{"rssi": 12}"#),
    ("PUT", "/modems/{modem}/sim", "/modems/modem0/sim", r#"{"inserted": false, "for": "1s"}"#),
    (
        "PUT",
        "/modems/{modem}/registration",
        "/modems/modem0/registration",
        r#"{"status": "searching", "for": "1s"}"#,
    ),
    (
        "POST",
        "/modems/{modem}/faults",
        "/modems/modem0/faults",
        r#"{"name": "a", "when": {"command": "+QFTPPUT"}, "do": {"reply": 452}}"#,
    ),
    ("GET", "/modems/{modem}/faults", "/modems/modem0/faults", ""),
    ("GET", "/modems/{modem}/faults/{fault}", "/modems/modem0/faults/a", ""),
    ("DELETE", "/modems/{modem}/faults/{fault}", "/modems/modem0/faults/a", ""),
    (
        "PUT",
        "/modems/{modem}/faults",
        "/modems/modem0/faults",
        r#"[{"name": "b", "when": {"command": "+CSQ"}, "do": "error"}]"#,
    ),
    ("PUT", "/modems/{modem}/scenario", "/modems/modem0/scenario", r#"{"state": "late"}"#),
    ("GET", "/modems/{modem}/scenario", "/modems/modem0/scenario", ""),
    ("POST", "/modems/{modem}/scenario/reset", "/modems/modem0/scenario/reset", ""),
    (
        "PUT",
        "/modems/{modem}/stores/{medium}/files/{file}",
        "/modems/modem0/stores/UFS/files/a.txt",
        "content",
    ),
    (
        "GET",
        "/modems/{modem}/stores/{medium}/files/{file}",
        "/modems/modem0/stores/UFS/files/a.txt",
        "",
    ),
    ("GET", "/modems/{modem}/stores", "/modems/modem0/stores", ""),
    ("GET", "/modems/{modem}/stores/{medium}", "/modems/modem0/stores/UFS", ""),
    (
        "DELETE",
        "/modems/{modem}/stores/{medium}/files/{file}",
        "/modems/modem0/stores/UFS/files/a.txt",
        "",
    ),
    (
        "PUT",
        "/modems/{modem}/stores/{medium}/condition",
        "/modems/modem0/stores/UFS/condition",
        r#"{"is": "full", "for": "1s"}"#,
    ),
    ("DELETE", "/modems/{modem}/handles", "/modems/modem0/handles", ""),
    ("GET", "/server", "/server", ""),
    ("PUT", "/server/files/{path}", "/server/files/in/a.txt", "content"),
    ("GET", "/server/files/{path}", "/server/files/in/a.txt", ""),
    ("GET", "/server/files/", "/server/files/", ""),
    ("DELETE", "/server/files/{path}", "/server/files/in", ""),
    ("GET", "/modems/{modem}/report", "/modems/modem0/report", ""),
    ("GET", "/modems/{modem}/journal", "/modems/modem0/journal?from=2", ""),
    ("POST", "/modems/{modem}/hang", "/modems/modem0/hang", r#"{"for": "1s"}"#),
    ("POST", "/modems/{modem}/restart", "/modems/modem0/restart", r#"{"boot": "1s"}"#),
    ("PUT", "/modems/{modem}/power", "/modems/modem0/power", r#"{"on": false}"#),
];

/// Operations that need a host that has done something before, or never end; what they do is
/// tested elsewhere.
const ELSEWHERE: &[(&str, &str)] = &[
    ("GET", "/modems/{modem}/journal/stream"),
    ("DELETE", "/modems/{modem}/contexts/{id}"),
    ("DELETE", "/modems/{modem}/handles/{handle}"),
];

/// Checks `value` against a schema that may refer to the components of `description`.
#[track_caller]
fn check(description: &Value, schema: &Value, value: &Value, what: &str) {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": description["components"],
    });
    let validator = jsonschema::validator_for(&whole).unwrap_or_else(|e| panic!("{what}: {e}"));
    if let Err(error) = validator.validate(value) {
        panic!("{what}: {error}\n{value}");
    }
}

#[test]
fn every_operation_is_described_and_answers_as_described() {
    let (_simulator, api) = start(&[]);
    let description = api.json("/openapi.json");
    for &(method, route, path, body) in EXAMPLES {
        let what = format!("{method} {path}");
        let operation = &description["paths"][route][method.to_ascii_lowercase()];
        assert!(operation.is_object(), "{method} {route} is not described");
        let taken = &operation["requestBody"]["content"]["application/json"]["schema"];
        if taken.is_object() {
            let value = serde_json::from_str(body).expect("an example in JSON");
            check(&description, taken, &value, &format!("{what}, its body"));
        }
        let answer = api.done(&what, body);
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{what}: {} is not described", answer.status);
        let content = &response["content"];
        let kind = answer.head.to_ascii_lowercase();
        if kind.contains("content-type: application/json") {
            let schema = &content["application/json"]["schema"];
            assert!(!schema.is_null(), "{what}: JSON is not described");
            check(&description, schema, &answer.json(), &what);
        } else if kind.contains("content-type: application/octet-stream") {
            assert!(content["application/octet-stream"].is_object(), "{what}: a file");
        } else {
            assert_eq!((answer.status, answer.body.len()), (204, 0), "{what}");
        }
    }
}

#[test]
fn every_described_operation_has_an_example() {
    let (_simulator, api) = start(&[]);
    let description = api.json("/openapi.json");
    let mut described = BTreeSet::new();
    for (path, operations) in description["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            described.insert((method.to_ascii_uppercase(), path.clone()));
        }
    }
    let examples = EXAMPLES.iter().map(|(method, route, ..)| (*method, *route));
    let known: BTreeSet<_> = examples
        .chain(ELSEWHERE.iter().copied())
        .map(|(method, route)| (method.to_owned(), route.to_owned()))
        .collect();
    assert_eq!(described, known);
}

#[test]
fn an_error_is_described_too() {
    let (_simulator, api) = start(&[]);
    let description = api.json("/openapi.json");
    let error = api.get("/modems/modem7").json();
    let schema = &description["paths"]["/modems/{modem}"]["get"]["responses"]["4XX"]["content"];
    check(&description, &schema["application/json"]["schema"], &error, "an error");
    assert_eq!(error["error"], "there is no modem called modem7");
    assert_eq!(error["expected"], "one of modem0");
}

#[test]
fn the_ready_line_says_where_it_is_and_without_the_option_there_is_none() {
    let (_simulator, api) = start(&["--modems", "2"]);
    let names = json!([{"name": "modem0", "model": "EC25"}, {"name": "modem1", "model": "EC25"}]);
    assert_eq!(api.json("/modems"), names);
    let simulator = crate::Simulator::start(&[]);
    assert_eq!(simulator.ready["control"], Value::Null);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let (_simulator, api): (_, Api) = start(&[]);
    let description = api.json("/openapi.json");
    let mut found = Vec::new();
    references(&description, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("within the description");
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}
