use std::collections::BTreeMap;

use super::*;
use crate::rig::Rig;

impl Files for BTreeMap<&str, &str> {
    fn file(&self, path: &str) -> Option<Bytes> {
        self.get(path).map(|text| Bytes::copy_from_slice(text.as_bytes()))
    }
}

/// What becomes of `expect` after `dialogue`: for each expectation, what was found instead.
fn judged(expect: &str, dialogue: &str) -> Vec<Case> {
    let text = format!("scenario: test\nexpect:\n{expect}");
    let scenario = Scenario::parse("test.yaml", text.as_bytes(), None).expect(expect);
    let mut rig = Rig::logged_in();
    rig.modem.record();
    rig.play(dialogue);
    let mut verdict = Verdict::of(&scenario);
    rig.records.iter().for_each(|record| verdict.record(record));
    let server = BTreeMap::from([("/a.txt", "hello")]);
    verdict.judge(&mut rig.modem, Some(&server))
}

fn found(expect: &str, dialogue: &str) -> Option<String> {
    let cases = judged(&format!("  - {expect}\n"), dialogue);
    cases[0].failure.as_ref().map(|failure| failure.actual.clone())
}

#[test]
fn a_host_that_does_not_wait_for_an_outcome_is_told_what_it_should_have_waited_for() {
    let close = "awaits: +QFTPCLOSE";
    let patient = r#"
        > AT+QFTPCLOSE
        < OK
        > AT+QFTPSTAT
        < OK
        < +QFTPSTAT: 0,3
        < +QFTPCLOSE: 0,0
        > AT+QFTPOPEN="h"
        < OK
        < +QFTPOPEN: 0,0
    "#;
    assert_eq!(found(close, patient), None);
    let hasty = r#"
        > AT+QFTPCLOSE
        < OK
        > AT+QFTPOPEN="h"
        < +CME ERROR: 603
        < +QFTPCLOSE: 0,0
    "#;
    assert_eq!(
        found(close, hasty).as_deref(),
        Some("AT+QFTPOPEN=\"h\" came after the OK, and before +QFTPCLOSE: ...")
    );
}

const DIALOGUE: &str = r#"
    > AT+QFUPL="a",2
    < CONNECT
    >> "ab"
    < +QFUPL: 2,6162
    < OK
    > AT+CSQ
    < +CSQ: 24,99
    < OK
    > AT+CSQ=?
    < +CSQ: {all}
    < OK
    > AT+NONE=1
    < ERROR
"#;

#[test]
fn what_came_true_passes() {
    for expect in [
        "command: +CSQ",
        "command: {name: +CSQ, exactly: 2}",
        "command: {name: +CSQ, form: execute, at_least: 1, at_most: 1}",
        "command: {name: +QFUPL, arguments: ['a', '*']}",
        "command: {name: +QFTPPUT, at_most: 3}",
        "order: [+QFUPL, +CSQ, +CSQ]",
        "server_file: {path: /a.txt, size: 5, text: hello}",
        "server_file: {path: /b.txt, absent: true}",
        "store_file: {name: 'UFS:a', size: 2, checksum: '6162'}",
        "session: idle",
        "context: {active: true}",
        "context: {id: 2, active: false}",
    ] {
        assert_eq!(found(expect, DIALOGUE), None, "{expect}");
    }
}

#[test]
fn what_did_not_is_told_with_what_was_found() {
    for (expect, actual) in [
        ("command: +QFTPPUT", "never"),
        ("command: {name: +CSQ, at_least: 3}", "2 times"),
        ("command: {name: +CSQ, exactly: 0}", "2 times"),
        ("command: {name: +CSQ, form: read}", "never"),
        ("command: {name: +QFUPL, arguments: [b]}", "never"),
        ("order: [+CSQ, +QFUPL]", "no AT+QFUPL after AT+CSQ"),
        ("order: [+QFTPPUT, +CSQ]", "no AT+QFTPPUT"),
        ("server_file: /b.txt", "no such file"),
        ("server_file: {path: /a.txt, size: 6, text: hallo}", "5 bytes, the content \"hello\""),
        ("server_file: {path: /a.txt, absent: true}", "a file with 5 bytes"),
        ("store_file: {name: 'UFS:a', checksum: '1'}", "checksum 6162"),
        ("session: closed", "it is idle"),
        ("context: {active: false}", "it is active"),
        ("no_unknown_commands", "AT+NONE=1"),
    ] {
        assert_eq!(found(expect, DIALOGUE).as_deref(), Some(actual), "{expect}");
    }
}

#[test]
fn a_failure_shows_every_command_without_passwords() {
    let dialogue = "> AT+QFTPCFG=\"account\",\"me\",\"hunter2\"\n< OK\n> AT\n< OK\n> ATE0\n< OK";
    let cases = judged("  - session: closed\n  - command: +CSQ\n", dialogue);
    let failure = cases[0].failure.as_ref().expect("it is idle");
    assert_eq!(failure.received, ["AT+QFTPCFG=\"account\",\"me\",\"***\"", "ATE0"]);
    assert_eq!(failure.expected, "the FTP session is closed at the end");
    assert_eq!(cases[1].name, "AT+CSQ, at least once");
}

#[test]
fn a_fault_that_must_fire_and_did_not_is_a_failed_case_with_the_nearest_miss() {
    let status = |fired, must_fire| FaultStatus {
        name: "quota".to_owned(),
        action: "reply",
        must_fire,
        fired,
        waits: false,
        nearest: Some("parameter 1 is not `b`".to_owned()),
    };
    let case = of_fault(&status(0, true)).expect("it must");
    assert_eq!((case.kind, case.name.as_str()), (CaseKind::Fault, "quota"));
    let failure = case.failure.expect("it did not");
    assert_eq!(failure.expected, "the fault quota fires (reply)");
    assert_eq!(failure.actual, "parameter 1 is not `b`");
    assert_eq!(of_fault(&status(1, true)).expect("it must").failure, None);
    assert_eq!(of_fault(&status(0, false)), None);
}
