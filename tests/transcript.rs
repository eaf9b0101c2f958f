//! What `qftpsim run` writes down of a run: transcript, verdict and coverage.

mod common;

use std::path::Path;
use std::process::Command;

use common::{Host, Simulator, command, noise};
use nix::sys::signal::Signal;
use serde_json::Value;

/// The entries of a transcript.
fn entries(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a transcript");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A folder, and the path of a file in it.
fn place(name: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name).display().to_string();
    (folder, path)
}

fn log_in(host: &mut Host, password: &str) {
    host.command("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command(&format!("AT+QFTPCFG=\"account\",\"me\",\"{password}\""), &["OK"]);
    host.command("AT+QFTPOPEN=\"ftp.example.com\",21", &["OK", "+QFTPOPEN: 0,0"]);
}

#[test]
fn a_transcript_tells_of_host_modem_and_server_and_hides_passwords() {
    let (_folder, path) = place("run.jsonl");
    let account = ["--account", "me:hunter2", "--seed", "7", "--transcript", &path];
    let simulator = Simulator::start(&account);
    let mut host = simulator.open();
    log_in(&mut host, "hunter2");
    let content = noise(100_000);
    host.command("AT+QFTPPUT=\"a.bin\",\"COM:\",0,100000,1", &["CONNECT"]);
    host.write(&content);
    host.expect(&["OK", "+QFTPPUT: 0,100000"]);
    host.command("AT+QFTPGET=\"a.bin\",\"COM:\"", &["CONNECT"]);
    assert!(host.data(content.len()) == content);
    host.expect(&["OK", "+QFTPGET: 0,100000"]);
    host.command("AT+QFTPSIZE=\"none\"", &["OK", "+QFTPSIZE: 627,550"]);
    simulator.signal(Signal::SIGTERM);

    let text = std::fs::read_to_string(&path).expect("a transcript");
    assert!(!text.contains("hunter2"), "{text}");
    let entries = entries(Path::new(&path));
    let numbers: Vec<_> = entries.iter().filter_map(|entry| entry["number"].as_u64()).collect();
    assert_eq!(numbers, (1..=entries.len() as u64).collect::<Vec<_>>());
    assert_eq!((&entries[0]["event"], &entries[0]["seed"]), (&"started".into(), &7.into()));
    assert_eq!(entries.last().map(|entry| &entry["event"]), Some(&"ended".into()));
    let times: Vec<_> = entries.iter().filter_map(|entry| entry["time"].as_f64()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let has = |event: &str, text: &str| {
        entries.iter().any(|entry| entry["event"] == event && entry["text"] == text)
    };
    assert!(has("ftp", "PASS ***"));
    assert!(has("ftp", "STOR a.bin"));
    assert!(has("from_host", "AT+QFTPGET=\"a.bin\",\"COM:\"\r"));
    assert!(has("to_host", "\r\n+QFTPGET: 0,100000\r\n"));
    let refused = entries.iter().find(|entry| entry["text"] == "+QFTPSIZE: 627,550");
    let meaning = "Requested action not taken: file unavailable: the server replied 550";
    assert_eq!(refused.map(|entry| &entry["meaning"]), Some(&meaning.into()));
    for way in ["host>modem", "modem>server", "server>modem", "modem>host"] {
        let data = entries.iter().filter(|entry| entry["event"] == "data");
        let data = data.filter(|entry| entry["direction"] == way);
        let length: u64 = data.filter_map(|entry| entry["length"].as_u64()).sum();
        assert_eq!(length, 100_000, "{way}");
    }
}

#[test]
fn a_dialogue_that_was_recorded_is_replayed_and_equal() {
    let (folder, path) = place("run.chat");
    let simulator = Simulator::start(&["--transcript", &path, "--secrets"]);
    let mut host = simulator.open();
    host.log_in();
    let content = noise(3000);
    host.there_and_back("a.bin", &content);
    host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
    simulator.signal(Signal::SIGTERM);
    let output = command(folder.path()).args(["replay", &path]).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.ends_with("equal\n"), "{told}");
}

/// A scenario whose file is `text`.
fn scenario(folder: &Path, text: &str) -> String {
    let path = folder.join("test.yaml");
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

#[test]
fn the_same_scenario_seed_and_host_give_the_same_dialogue() {
    let (folder, path) = place("run.chat");
    let file = scenario(
        folder.path(),
        "scenario: dice\nfaults:\n  - name: now-and-then\n    must_fire: false\n    \
         when: { command: +CSQ, probability: 0.5 }\n    do: { cme_error: 100 }\n",
    );
    let run = |seed: &str| {
        let args = ["--scenario", &file, "--transcript", &path, "--seed", seed];
        let simulator = Simulator::start(&args);
        let mut host = simulator.open();
        for _ in 0..64 {
            host.send("AT+CSQ");
            if host.line() != "+CME ERROR: 100" {
                host.expect(&["OK"]);
            }
        }
        simulator.signal(Signal::SIGTERM);
        std::fs::read_to_string(&path).expect("a dialogue")
    };
    let first = run("1");
    assert!(first.contains("< +CME ERROR: 100"), "{first}");
    assert_eq!(run("1"), first);
    assert_ne!(run("2").replace("seed 2", "seed 1"), first);
}

/// Runs `qftpsim` with a host that says `said`; returns what it told on standard error.
fn told(folder: &Path, args: &[&str], said: &[u8]) -> String {
    use std::io::Write;
    let mut run = command(folder);
    run.args(["run", "--no-pty", "--stdio"]).args(args);
    let mut child = piped(&mut run).spawn().expect("it runs");
    child.stdin.take().expect("a pipe").write_all(said).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn piped(command: &mut Command) -> &mut Command {
    use std::process::Stdio;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped())
}

#[test]
fn what_was_not_as_expected_is_told_at_the_end_with_all_that_was_received() {
    let (folder, coverage) = place("coverage.json");
    let file = scenario(
        folder.path(),
        "scenario: test\nfaults:\n  - name: quota\n    when: { command: +QFTPPUT, nth: 2 }\n    \
         do: { reply: 452 }\nexpect:\n  - command: { name: +CSQ, exactly: 2 }\n  \
         - session: closed\n  - server_file: /log.bin\n",
    );
    let args =
        ["--scenario", &file, "--coverage", &coverage, "--require-coverage", "forms=1,errs=5"];
    let told = told(folder.path(), &args, b"AT+CSQ\rAT+CSQ=?\rAT+CSQ\r");
    for part in [
        "failed: a file /log.bin on the server\n",
        "  actual:   no such file\n  received: AT+CSQ\n            AT+CSQ=?\n",
        "failed: quota\n",
        "  actual:   the command AT+QFTPPUT was never given\n",
        "failed: AT+CSQ, exactly 2 times\n",
        "  actual:   3 times\n",
        "failed: errs=5\n",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(told.matches("failed: ").count(), 4, "{told}");
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(&coverage).expect("a file")).expect("JSON");
    assert_eq!(json["modem0"]["forms"]["counts"]["+CSQ execute"], 2);
    assert_eq!(json["modem0"]["faults"]["counts"]["quota"], 0);
}

#[test]
fn what_cannot_be_written_or_understood_is_told_before_the_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (args, word) in [
        (&["--transcript", "/nonexistent/x.jsonl"][..], "/nonexistent/x.jsonl"),
        (&["--coverage", "/nonexistent/x"], "/nonexistent/x"),
        (&["--require-coverage", "errs=32"], "there are 31 errs"),
        (&["--require-coverage", "errs"], "expected TOPIC=N"),
        (&["--transcript", "x.chat", "--modems", "2"], "one modem"),
        (&["--seed", "x"], "--seed"),
    ] {
        let mut run = command(folder.path());
        let output = run.args(["run", "--no-pty"]).args(args).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(stderr.contains(word), "{args:?}: {stderr}");
    }
}
