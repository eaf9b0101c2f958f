//! `qftpsim replay` and `qftpsim models` as their users see them.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::thread;

use common::{Simulator, command};
use qftpsim::transcript::chat::{Dialogue, counter};

fn note() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dialogues/note")
}

fn replay(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    command(folder.path()).arg("replay").args(args).output().expect("qftpsim runs")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A dialogue with this text, in a folder that goes away with the first.
fn dialogue(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.chat");
    fs::write(&path, content).expect("written");
    (folder, path)
}

/// The files that the dialogue `name` and those before it want on the server.
fn put_files(root: &Path, name: &str) {
    let content = fs::read_to_string(note().join(name)).expect("readable");
    let dialogue = Dialogue::parse(&content).expect("a dialogue");
    for (path, size) in dialogue.server {
        let path = root.join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, counter(size)).expect("written");
    }
    dialogue.after.iter().for_each(|before| put_files(root, before));
}

#[test]
fn the_examples_of_the_note_go_as_written_over_a_pty() {
    let names = fs::read_dir(note())
        .expect("the dialogues are there")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("a plain name"));
    let players: Vec<_> = names
        .map(|name| {
            thread::spawn(move || {
                let root = tempfile::tempdir().expect("a folder");
                put_files(root.path(), &name);
                let simulator = Simulator::start(&["--server-root", text(root.path())]);
                let file = note().join(&name);
                let output = replay(&[text(&file), "--against", simulator.modem("pty")]);
                let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
                assert_eq!(output.status.code(), Some(0), "{stdout}");
            })
        })
        .collect();
    assert!(players.len() >= 12);
    for player in players {
        player.join().expect("equal");
    }
}

#[test]
fn without_a_port_a_modem_of_the_model_is_simulated_with_its_server() {
    let (_folder, file) = dialogue(
        r#"
# server: /f.txt 300
> AT+QICSGP=1,1,"UNINET","","",1
< OK
> AT+QIACT=1
< OK
> AT+QFTPCFG="account","test","test"
< OK
> AT+QFTPCFG="account"
< +QFTPCFG: "account","test","****"
< OK
> AT+QFTPOPEN="ftp.example.com",21
< OK
< +QFTPOPEN: 0,0
> AT+QFTPGET="f.txt","COM:"
< CONNECT
<< 300
< OK
< +QFTPGET: 0,300
"#,
    );
    let output = replay(&[text(&file), "--model", "eg800k"]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    assert!(stdout.ends_with("\nequal\n"), "{stdout}");
    let output = replay(&[text(&file), "--knob", "account_masked=true"]);
    assert_eq!(output.status.code(), Some(0), "an EC25 that does as an EG800K");
    let output = replay(&[text(&file)]);
    assert_eq!(output.status.code(), Some(3), "an EC25 shows the password");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let line =
        r#"!  10  < +QFTPCFG: "account","test","****"   | +QFTPCFG: "account","test","test""#;
    assert!(stdout.contains(line), "{stdout}");
    assert!(stdout.ends_with("\n1 differences, marked with !\n"), "{stdout}");
}

#[test]
fn a_tcp_port_stands_for_a_serial_port() {
    let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0"]);
    let (_folder, file) = dialogue("> AT+CGMI\n< {anything}\n> AT\n< OK");
    let output = replay(&[text(&file), "--against", simulator.modem("tcp"), "--patience", "100ms"]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("    4  < OK"), "{stdout}");
}

#[test]
fn what_can_not_be_played_is_a_usage_error_of_one_line() {
    let (_folder, good) = dialogue("> AT\n< OK");
    let (_folder, bad) = dialogue("! AT");
    let (_folder, lost) = dialogue("# after: nowhere.chat\n> AT");
    let cases: &[(&[&str], &str)] = &[
        (&["/nonexistent.chat"], "/nonexistent.chat"),
        (&[text(&bad)], "line 1"),
        (&[text(&lost)], "nowhere.chat"),
        (&[text(&good), "--against", "/dev/null"], "/dev/null"),
        (&[text(&good), "--against", "/nonexistent"], "/nonexistent"),
        (&[text(&good), "--model", "ec26"], "ec25"),
        (&[text(&good), "--knob", "account_masked=yes"], "true or false"),
        (&[text(&good), "--knob", "nope=1"], "no knob `nope`"),
        (&[], "<FILE>"),
    ];
    for (args, word) in cases {
        let output = replay(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(stderr.contains(word), "{args:?}: {stderr}");
    }
}

#[test]
fn models_are_printed_as_tables_or_as_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let models = |args: &[&str]| {
        let output = command(folder.path()).arg("models").args(args).output().expect("it runs");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    assert!(models(&[]).contains("### Where the models differ\n\n| knob | default | ec25 |"));
    let json: serde_json::Value = serde_json::from_str(&models(&["--format", "json"])).unwrap();
    assert_eq!(json["models"][0]["name"], "ec25");
    assert!(json["knobs"].as_array().is_some_and(|knobs| knobs.len() > 20));
}
