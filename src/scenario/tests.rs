//! Whole scenarios, as text.

use super::*;

fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    Scenario::parse("s.yaml", text.as_bytes(), None)
}

/// What is printed about `bytes`.
fn complaint(bytes: &[u8]) -> String {
    Scenario::parse("s.yaml", bytes, None).expect_err("something is wrong").to_string()
}

#[test]
fn a_name_is_a_scenario() {
    let scenario = parse("scenario: plain\n").expect("valid");
    assert_eq!(scenario.name, Name("plain".to_owned()));
    assert_eq!(scenario.setup().expect("empty").knobs, scenario.model.0.knobs());
    assert_eq!(scenario.server, ServerPlan::default());
    assert!(scenario.seed.is_none() && scenario.faults.is_empty() && scenario.expect.is_empty());
}

#[test]
fn everything_can_be_said() {
    let scenario = parse(
        r#"
scenario: quota-in-the-middle
description: The server runs out of space half-way through the second upload.
seed: 7
model: ec25
knobs: { urc_gap: 20ms }
time_scale: 20
modem: { sim: ready, registration: roaming, signal: 12, boot_urcs: true }
stores:
  UFS: { capacity: 16MiB, files: { "log.bin": { size: 64KiB, pattern: counter } } }
  SD: absent
server:
  accounts: { test: test }
  files: { "/inbox/": {}, "/readme.txt": { text: "hello\n" } }
  quota: 96KiB
  tls: { certificate: expired }
hosts: { "ftp.example.com": embedded, "*": unresolvable }
link: { round_trip: 120ms, down: 1.5Mbit/s, up: 400kbit/s, outages: [{ from: 60s, to: 70s }] }
line: { baud: 115200, slice: 16, slice_gap: 1ms }
faults:
  - name: quota
    when: { command: +QFTPPUT, nth: 2 }
    at: { uploaded: 32KiB }
    do: { reply: 452 }
    then_state: full
  - name: sleepy-close
    when: { command: +QFTPCLOSE, in_state: full }
    do: no_urc
    must_fire: false
expect:
  - command: { name: +QFTPPUT, at_least: 3 }
  - order: [+QFTPPUT, +QFTPCLOSE]
  - server_file: { path: /inbox/log.bin, size: 64KiB }
  - session: closed
  - no_unknown_commands: {}
"#,
    )
    .expect("valid");
    assert_eq!(scenario.faults.len(), 2);
    assert_eq!(scenario.expect.len(), 5);
    let knobs = scenario.setup().expect("it fits").knobs;
    assert_eq!((knobs.urc_gap, knobs.boot_urcs), (std::time::Duration::from_millis(20), true));
    assert_eq!(scenario.stores[&Medium::Sd], StorePlan::Absent);
}

#[test]
fn all_mistakes_are_told_at_once_with_their_lines() {
    let text = "\
scenario: broken
modle: ec25
model: ec26
knobs: { pwd_quoted: perhaps }
link: { up: 400k }
faults:
  - name: one
    when: { command: +QFTPPUT, nth: 0 }
    do: { reply: 99 }
  - name: one
    when: { verb: RETR, in_state: later }
    do: data_cut
";
    assert_eq!(
        complaint(text.as_bytes()),
        "\
s.yaml:2:1: unknown key `modle`: did you mean `model`?
    2 | modle: ec25
      | ^^^^^
s.yaml:3:8: unknown model `ec26`: did you mean `ec25`?
    3 | model: ec26
      |        ^^^^
s.yaml:4:22: knob `pwd_quoted`: `perhaps` is not true or false
    4 | knobs: { pwd_quoted: perhaps }
      |                      ^^^^^^^
s.yaml:5:13: `400k` is not a rate: expected a number with bit/s, kbit/s, Mbit/s or Gbit/s, such as 400kbit/s
    5 | link: { up: 400k }
      |             ^^^^
s.yaml:8:37: the fault can never fire: the first time is 1
    8 |     when: { command: +QFTPPUT, nth: 0 }
      |                                     ^
s.yaml:9:18: expected a number from 100 to 999, found `99`
    9 |     do: { reply: 99 }
      |                  ^^
s.yaml:10:11: the name `one` is taken: see line 7
   10 |   - name: one
      |           ^^^
s.yaml:11:35: the fault can never fire: no fault has `then_state: later`
   11 |     when: { verb: RETR, in_state: later }
      |                                   ^^^^^"
    );
}

#[test]
fn what_is_wrong_between_faults_is_told() {
    let text = "\
scenario: broken
stores: { SD: absent, UFS: { files: { log.bin: { size: 100 } } } }
server: { files: { /a: { text: hello } } }
faults:
  - { name: one, when: { verb: STOR, in_state: later }, do: data_cut }
  - { name: one, when: { verb: STOR, in_state: a }, do: data_cut, then_state: b }
  - { name: two, when: { verb: STOR, in_state: b }, do: data_cut, then_state: a }
  - { name: sd, when: { time: 1s }, do: { store_full: SD } }
  - { name: up, when: { command: +QFTPPUT, arguments: ['*', 'UFS:log.bin'] }, at: { uploaded: 101 }, do: restart }
  - { name: down, when: { command: +QFTPGET, arguments: [a] }, at: { downloaded: 6 }, do: restart }
  - { name: end, when: { command: +QFTPGET, arguments: [a] }, at: { downloaded: 5 }, do: restart }
";
    let ScenarioError::Invalid(found) = parse(text).expect_err("mistakes") else {
        panic!("it is read");
    };
    let found: Vec<_> =
        found.iter().map(|d| format!("{}:{}: {}", d.line, d.column, d.message)).collect();
    assert_eq!(
        found,
        [
            "5:48: the fault can never fire: no fault has `then_state: later`",
            "6:13: the name `one` is taken: see line 5",
            "6:48: the fault can never fire: no way leads from `start` to the state `a`",
            "7:48: the fault can never fire: no way leads from `start` to the state `b`",
            "8:41: there is no SD in this scenario",
            "9:83: the fault can never fire: that file has 100 bytes",
            "10:68: the fault can never fire: that file has 5 bytes",
        ]
    );
}

#[test]
fn what_is_not_text_is_refused_at_its_first_place() {
    assert_eq!(
        complaint(b"scenario: a\ndescription: caf\xe9\n"),
        "s.yaml:2:17: this is not UTF-8: byte 0xe9\n    2 | description: caf\u{fffd}\n      | \
         \x20               ^"
    );
    assert!(complaint(b"\x7fELF\x02\x01").starts_with("s.yaml:1:1: this is not text"));
    assert!(complaint(b"a\n\0").starts_with("s.yaml:2:1: this is not text: it contains"));
    assert!(complaint(b"\xff\xfea\0").starts_with("s.yaml:1:1: this is not UTF-8: byte 0xff"));
    assert!(complaint(b"").starts_with("s.yaml:1:1: an empty file: expected `scenario: NAME`"));
    assert!(complaint(b"[1]").starts_with("s.yaml:1:1: expected a mapping of scenario, desc"));
    assert!(complaint(b"hello").starts_with("s.yaml:1:1: expected a mapping of scenario, desc"));
    assert!(parse("\u{feff}scenario: with-a-mark\n").is_ok());
    assert!(parse("scenario: with-cr\r\nseed: 1\r\n").is_ok());
}

#[test]
fn a_file_of_more_than_a_mebibyte_is_not_read() {
    let large = vec![b'#'; MAX_BYTES as usize + 1];
    assert_eq!(complaint(&large), "s.yaml: larger than 1024 KiB");
    assert!(complaint(&large[1..]).contains("an empty file"));
    let error = Scenario::load(Path::new("/dev/zero")).expect_err("endless");
    assert_eq!(error.to_string(), "/dev/zero: larger than 1024 KiB");
}

#[test]
fn of_a_file_full_of_mistakes_the_first_hundred_are_shown() {
    let chain: String = (0..1500)
        .map(|i| format!("- {{ name: n, when: {{ in_state: s{} }}, then_state: s{i} }}\n", i + 1))
        .collect();
    let text = format!("scenario: a\nfaults:\n{chain}");
    let complaint = complaint(text.as_bytes());
    assert!(complaint.contains("no way leads from `start` to the state `s1`"), "{complaint}");
    assert!(complaint.contains("problems more, from here on"), "{complaint}");
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let error = Scenario::load(Path::new("/nonexistent/a.yaml")).expect_err("missing");
    assert_eq!(error.to_string(), "/nonexistent/a.yaml: No such file or directory (os error 2)");
    assert!(Scenario::load(Path::new("/")).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_takes_the_reader_by_surprise(text in "(?s)(scenario: a\n)?[a-z0-9:,\\[\\]{}&*!'\"\n -]{0,80}") {
        if let Err(error) = parse(&text) {
            proptest::prop_assert!(error.to_string().starts_with("s.yaml:"));
        }
    }
}
