//! What has happened, read through the control API.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::common::command;
use crate::http::{Api, head};
use crate::start;

/// A journal that is followed.
struct Events(BufReader<TcpStream>);

impl Events {
    fn follow(api: &Api, header: &str) -> Events {
        let line = "GET /modems/modem0/journal/stream HTTP/1.1";
        let request = format!("{line}\r\nHost: {}\r\n{header}\r\n", api.addr());
        let mut stream = BufReader::new(api.send(&request, b""));
        let head = head(&mut stream).to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        Events(stream)
    }

    /// The next entry.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.0.read_line(&mut line).expect("an event") > 0, "the stream has ended");
            assert!(!line.starts_with(':'), "nothing comes but a sign of life");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).expect("JSON");
            }
        }
    }

    /// The next entry of a kind.
    fn next_of(&mut self, event: &str) -> Value {
        loop {
            let entry = self.next();
            if entry["event"] == event {
                return entry;
            }
        }
    }
}

#[test]
fn the_journal_is_read_from_any_number_on() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    let all = api.json("/modems/modem0/journal");
    let entries = all["entries"].as_array().expect("entries");
    assert_eq!((&entries[0]["number"], &entries[0]["event"]), (&json!(1), &json!("started")));
    let commands: Vec<_> = entries.iter().filter(|entry| entry["event"] == "command").collect();
    assert_eq!(commands.len(), 1);
    assert_eq!((&commands[0]["name"], &all["missed"]), (&json!("+CSQ"), &json!(0)));
    let next = all["next"].as_u64().expect("a number");
    host.command("AT+CREG?", &["+CREG: 0,1", "OK"]);
    let later = api.json(&format!("/modems/modem0/journal?from={next}"));
    assert_eq!(later["entries"][0]["number"], next);
    assert!(later["entries"].to_string().contains("+CREG"));
    assert!(!later["entries"].to_string().contains("+CSQ"));
    let none = api.json("/modems/modem0/journal?from=1000000");
    assert_eq!(none, json!({ "entries": [], "missed": 0, "next": 1_000_000 }));
}

#[test]
fn a_query_that_makes_no_sense_is_refused() {
    let (_simulator, api) = start(&[]);
    for query in ["?from=x", "?from=-1", "?to=1", "?from=1&from=2"] {
        for path in ["journal", "journal/stream"] {
            let (_, expected) = api.refused(&format!("GET /modems/modem0/{path}{query}"), "", 400);
            assert_eq!(expected, "?from=NUMBER", "{query}");
        }
    }
}

#[test]
fn who_follows_hears_what_was_and_what_comes() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    let mut events = Events::follow(&api, "");
    assert_eq!(events.next()["event"], "started");
    assert_eq!(events.next_of("command")["name"], "+CSQ");
    let fault = "{name: a, when: {command: +CREG}, do: error}";
    api.done("POST /modems/modem0/faults", fault);
    host.command("AT+CREG?", &["ERROR"]);
    assert_eq!(events.next_of("command")["name"], "+CREG");
    let fired = events.next_of("fault");
    assert_eq!((&fired["name"], &fired["action"]), (&json!("a"), &json!("error")));
    let number = fired["number"].as_u64().expect("a number");
    let mut again = Events::follow(&api, &format!("Last-Event-ID: {number}\r\n"));
    assert_eq!(again.next()["number"], number + 1);
    host.command("AT+CPIN?", &["+CPIN: READY", "OK"]);
    assert_eq!(again.next_of("command")["name"], "+CPIN");
}

#[test]
fn passwords_are_hidden() {
    let (simulator, api) = start(&["--account", "test:s3cr3t-w0rd"]);
    let mut host = simulator.open();
    host.command("AT+QFTPCFG=\"account\",\"test\",\"s3cr3t-w0rd\"", &["OK"]);
    let entries = api.json("/modems/modem0/journal").to_string();
    assert!(entries.contains("account") && !entries.contains("s3cr3t-w0rd"), "{entries}");
}

#[test]
fn so_many_may_follow_and_others_are_told() {
    let (_simulator, api) = start(&[]);
    let followers: Vec<_> = (0..16).map(|_| Events::follow(&api, "")).collect();
    let (_, expected) = api.refused("GET /modems/modem0/journal/stream", "", 429);
    assert_eq!(expected, "at most 16 at a time");
    drop(followers);
}

#[test]
fn the_report_tells_what_has_not_been_met_yet() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT", &["OK"]);
    assert_eq!(api.json("/modems/modem0/report")["passed"], true);
    let fault = "{name: due, when: {command: +CSQ}, do: error}";
    api.done("POST /modems/modem0/faults", fault);
    let report = api.json("/modems/modem0/report");
    assert_eq!(report["passed"], false);
    let cases = report["cases"].to_string();
    assert!(cases.contains("due"), "{cases}");
    host.command("AT+CSQ", &["ERROR"]);
    assert_eq!(api.json("/modems/modem0/report")["passed"], true);
}

#[test]
fn a_program_that_is_run_knows_where_control_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut exec = command(folder.path());
    exec.args(["exec", "--control", "127.0.0.1:0", "--", "sh", "-c"]);
    exec.arg("echo \"$QFTPSIM_CONTROL\" {control}");
    let output = exec.output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    let [variable, place] = said.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("two addresses: {said}");
    };
    assert_eq!((output.status.code(), variable), (Some(0), place));
    assert!(variable.starts_with("http://127.0.0.1:"), "{said}");
}
