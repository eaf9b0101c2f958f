//! No secret is in anything that is written, said or answered, unless somebody asks for it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use nix::sys::signal::Signal;

use crate::common::{Simulator, command};

/// Where secrets are to be: of the account, of the APN, of the client's key, PSK, PIN; in a key.
const SECRETS: [&str; 7] =
    ["s3cr-account", "s3cr-wrong", "s3cr-apn", "s3cr-key", "s3cr-psk", "73917", "s3crKeyBody"];

/// What is told of a command that sets a password: it makes a fault fire, another one nearly, and is
/// part of what was received instead of what was expected.
const SCENARIO: &str = "
scenario: secrets
server: { accounts: { me: s3cr-account } }
faults:
  - name: fires
    when: { command: +QFTPCFG, form: write, arguments: [account] }
    do: { stray_urc: '+QIND: SMS DONE' }
  - name: never
    when: { command: +QFTPCFG, arguments: [account, me, none] }
    do: error
expect:
  - command: { name: +QFTPDEL, at_least: 1 }
  - server_file: { path: /none }
";

/// What the control API answers.
fn answers(simulator: &Simulator) -> String {
    let addr = simulator.ready["control"].as_str().expect("a URL").trim_start_matches("http://");
    let places = ["", "/journal", "/report", "/faults", "/stores", "/scenario"];
    let paths = places.map(|place| format!("/modems/modem0{place}"));
    let paths = paths.iter().map(String::as_str).chain(["/modems", "/server", "/server/files/"]);
    let answer = |path: &str| {
        let mut api = TcpStream::connect(addr).expect("a connection");
        let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
        api.write_all(request.as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        api.read_to_string(&mut answer).expect("text");
        assert!(answer.contains(" 200 "), "{path}: {answer}");
        answer
    };
    paths.map(answer).collect()
}

/// Everything that a run with many secrets writes, says and answers; each with where it stands.
fn run(transcript: &str, options: &[&str]) -> Vec<(String, String)> {
    let out = tempfile::tempdir().expect("a folder");
    let path = |name: &str| out.path().join(name).to_str().expect("text").to_owned();
    fs::write(path("secrets.yaml"), SCENARIO).expect("written");
    let (scenario, transcript) = (path("secrets.yaml"), path(transcript));
    let (junit, page, coverage) = (path("junit.xml"), path("page.html"), path("coverage.json"));
    let mut args = vec!["--scenario", &scenario, "--transcript", &transcript, "--junit", &junit];
    args.extend(["--report", &page, "--coverage", &coverage, "--control", "127.0.0.1:0"]);
    args.extend(options);
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(folder.path());
    command.stderr(File::create(path("stderr")).expect("made"));
    let simulator = Simulator::start_as(command, folder, &args);
    let mut host = simulator.open();
    host.command("AT+QICSGP=1,1,\"UNINET\",\"u\",\"s3cr-apn\",1", &["OK"]);
    host.command("AT+QICSGP=1", &["+QICSGP: 1,\"UNINET\",\"u\",\"s3cr-apn\",1", "OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+CLCK=\"SC\",1,\"73917\"", &["+CME ERROR: 16"]);
    host.command("AT+QSSLCFG=\"clientkey\",1,\"UFS:key.pem\",\"s3cr-key\"", &["OK"]);
    host.command("AT+QSSLCFG=\"psk\",1,\"me\",\"s3cr-psk\"", &["OK"]);
    for (key, shown) in
        [("clientkey", "\"UFS:key.pem\",\"s3cr-key\""), ("psk", "\"me\",\"s3cr-psk\"")]
    {
        let shown = format!("+QSSLCFG: \"{key}\",1,{shown}");
        host.command(&format!("AT+QSSLCFG=\"{key}\",1"), &[&shown, "OK"]);
    }
    let key = "-----BEGIN EC PRIVATE KEY-----\ns3crKeyBody\n-----END EC PRIVATE KEY-----\n";
    host.command(&format!("AT+QFUPL=\"key.pem\",{}", key.len()), &["CONNECT"]);
    host.write(key.as_bytes());
    assert!(host.line().starts_with("+QFUPL: "));
    host.expect(&["OK"]);
    for (password, outcome) in [("s3cr-wrong", "625,530"), ("s3cr-account", "0,0")] {
        let account = format!("AT+QFTPCFG=\"account\",\"me\",\"{password}\"");
        host.command(&account, &["OK", "+QIND: SMS DONE"]);
        let shown = format!("+QFTPCFG: \"account\",\"me\",\"{password}\"");
        host.command("AT+QFTPCFG=\"account\"", &[&shown, "OK", "+QIND: SMS DONE"]);
        let opened = format!("+QFTPOPEN: {outcome}");
        host.command("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", &opened]);
    }
    let put = format!("+QFTPPUT: 0,{}", key.len());
    host.command("AT+QFTPPUT=\"key.pem\",\"UFS:key.pem\"", &["OK", &put]);
    let ready = simulator.ready.to_string();
    let said =
        vec![("the ready line".to_owned(), ready), ("control".to_owned(), answers(&simulator))];
    simulator.signal(Signal::SIGTERM);
    fs::remove_file(&scenario).expect("there");
    let written = fs::read_dir(out.path()).expect("a folder").map(|entry| {
        let path = entry.expect("an entry").path();
        (name(&path), String::from_utf8_lossy(&fs::read(&path).expect("there")).into_owned())
    });
    written.chain(said).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn no_secret_is_in_anything_that_is_written_said_or_answered() {
    for transcript in ["t.jsonl", "t.chat"] {
        let outputs = run(transcript, &["--full"]);
        assert_eq!(
            outputs.len(),
            7,
            "transcript, three reports, standard error, and what was said"
        );
        for (name, text) in outputs {
            let place = format!("{transcript}: {name}");
            assert!(text.len() > 20, "{place}: {text}");
            for secret in SECRETS {
                assert!(!text.contains(secret), "{secret} in {place}: {text}");
            }
            let has_commands = !["coverage.json", "the ready line"].contains(&&*name);
            assert_eq!(text.contains("***"), has_commands, "{place}: {text}");
        }
    }
}

#[test]
fn secrets_that_are_asked_for_are_in_the_transcript() {
    for transcript in ["t.jsonl", "t.chat"] {
        let outputs = run(transcript, &["--full", "--secrets"]);
        let (_, text) = outputs.iter().find(|(name, _)| name == transcript).expect("written");
        for secret in SECRETS {
            assert!(text.contains(secret), "{secret} is not in {transcript}");
        }
    }
}
