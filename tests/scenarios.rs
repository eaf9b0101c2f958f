//! The scenario files that come with the project, and the commands that look at such files.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::Simulator;
use qftpsim::scenario::Scenario;
use serde_json::Value;

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

fn qftpsim(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qftpsim")).args(args).output().expect("qftpsim runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The schema, ready to validate with.
fn schema() -> jsonschema::Validator {
    let output = qftpsim(&["schema"]);
    assert!(output.status.success());
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a valid schema");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// A YAML text as an editor sees it: read by another parser than ours.
fn json(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

#[test]
fn every_shipped_scenario_is_good() {
    let files = shipped();
    assert!(files.len() >= 25, "{files:?}");
    let schema = schema();
    for file in files {
        let scenario = Scenario::load(&file).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(file.file_stem().and_then(|stem| stem.to_str()), Some(&*scenario.name.0));
        let text = fs::read_to_string(&file).expect("text");
        assert!(text.starts_with("# "), "{}: no word for the driver's author", file.display());
        assert!(!scenario.description.is_empty(), "{}: no description", file.display());
        if let Err(error) = schema.validate(&json(&text)) {
            panic!("{}: {error} at {}", file.display(), error.instance_path());
        }
    }
}

/// The folder of the dialogues, one for each scenario: a host that copes with it.
fn dialogues() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/dialogues")
}

/// Each scenario that has a dialogue, met by the host of that dialogue; the transcripts, by name.
fn play_all() -> BTreeMap<String, String> {
    let has_dialogue = |file: &PathBuf| {
        let name = file.file_stem().expect("a name");
        dialogues().join(name).with_extension("chat").exists()
    };
    let (told, alone): (Vec<_>, Vec<_>) = shipped().into_iter().partition(has_dialogue);
    // A dialogue can't close its port and open it again; the drivers of the tests can.
    let alone: Vec<_> = alone.iter().filter_map(|file| file.file_stem()).collect();
    assert_eq!(alone, ["port-comes-back"]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_qftpsim"));
    command.args(["exec", "--jobs", "8", "--timeout", "100s", "--seed", "5"]);
    command.arg("--transcript").arg(folder.path().join("transcript.chat"));
    for file in &told {
        command.arg("--scenario").arg(file);
    }
    command.arg("--").arg(env!("CARGO_BIN_EXE_qftpsim")).arg("replay");
    command.arg(dialogues().join("{scenario}.chat")).args(["--against", "{pty}"]);
    let output = command.env("XDG_RUNTIME_DIR", folder.path()).output().expect("qftpsim runs");
    // Zero: each dialogue went as written, each fault fired, each expectation was met.
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let entries = fs::read_dir(folder.path()).expect("the folder is there");
    let files = entries.map(|entry| entry.expect("readable").path());
    let transcripts = files.filter(|path| path.extension().is_some_and(|end| end == "chat"));
    let named = transcripts.map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("text"))
    });
    let transcripts: BTreeMap<_, _> = named.collect();
    assert_eq!(transcripts.len(), told.len());
    transcripts
}

#[test]
fn a_host_that_copes_with_a_scenario_hears_the_same_each_time_byte_for_byte() {
    let (once, again) = (play_all(), play_all());
    for (name, transcript) in once {
        assert_eq!(transcript, again[&name], "{name}");
    }
}

#[test]
fn check_says_ok_of_every_good_file() {
    let files = shipped();
    let mut args = vec!["check"];
    args.extend(files.iter().map(|file| file.to_str().expect("text")));
    let output = qftpsim(&args);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
    let expected: String = files.iter().map(|file| format!("{}: ok\n", file.display())).collect();
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn check_tells_all_mistakes_of_all_files_and_exits_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.to_str().expect("text").to_owned()
    };
    let bad = write("bad.yaml", "scenario: bad\nmodel: ec26\nfaults: 3\n");
    let good = write("good.yaml", "scenario: good\n");
    let gone = folder.path().join("gone.yaml");
    let output = qftpsim(&["check", &bad, &good, gone.to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), format!("{good}: ok\n"));
    assert_eq!(
        text(&output.stderr),
        format!(
            "{bad}:2:8: unknown model `ec26`: did you mean `ec25`?\n    2 | model: ec26\n      |        ^^^^\n\
             {bad}:3:9: expected a list, found `3`\n    3 | faults: 3\n      |         ^\n\
             {}: No such file or directory (os error 2)\n",
            gone.display()
        )
    );
    assert_eq!(qftpsim(&["check"]).status.code(), Some(2), "which file?");
}

#[test]
fn what_the_reader_refuses_by_its_form_the_schema_refuses_too() {
    let schema = schema();
    for broken in [
        "{}",
        "scenario: [a]",
        "{scenario: a, more: 1}",
        "{scenario: a, model: ec26}",
        "{scenario: a, knobs: {nob: 1}}",
        "{scenario: a, time_scale: 0}",
        "{scenario: a, modem: {signal: 32}}",
        "{scenario: a, modem: {sim: lost}}",
        "{scenario: a, stores: {ufs: absent}}",
        "{scenario: a, stores: {UFS: none}}",
        "{scenario: a, stores: {UFS: {files: {a/b: {}}}}}",
        "{scenario: a, server: {files: {readme: {}}}}",
        "{scenario: a, server: {files: {/folder/: {text: x}}}}",
        "{scenario: a, server: {tls: {min_version: 1.1}}}",
        "{scenario: a, hosts: {h: nowhere}}",
        "{scenario: a, link: {round_trip: -1s}}",
        "{scenario: a, link: {up: 400k}}",
        "{scenario: a, line: {baud: 1}}",
        "{scenario: a, faults: [{name: a, when: {time: 1s}}]}",
        "{scenario: a, faults: [{name: a, when: {time: 1s}, do: explode}]}",
        "{scenario: a, faults: [{name: a, when: {verb: STOR, nth: 0}, do: data_cut}]}",
        "{scenario: a, faults: [{name: a, when: {verb: STOR}, do: {reply: 99}}]}",
        "{scenario: a, faults: [{name: a, when: {verb: STOR}, do: {reply: 450, hang: 1s}}]}",
        "{scenario: a, faults: [{name: a, when: {command: +NOSUCH}, do: error}]}",
        "{scenario: a, expect: [{command: {name: +CSQ, exactly: -1}}]}",
        "{scenario: a, expect: [nothing]}",
    ] {
        assert!(Scenario::parse("s", broken.as_bytes(), None).is_err(), "check: {broken}");
        assert!(!schema.is_valid(&json(broken)), "schema: {broken}");
    }
}

#[test]
fn what_the_reader_takes_in_a_short_form_the_schema_takes_too() {
    let schema = schema();
    for good in [
        "scenario: a",
        "{scenario: a, stores: ~, faults: ~, hosts: }",
        "{scenario: a, server: {accounts: {me: 1234}, tls: {max_version: 1.2}}}",
        "{scenario: a, hosts: {h: '192.0.2.1:21', '*': refused}}",
        "{scenario: a, link: {round_trip: 0, outages: [{from: 1s}]}}",
        "{scenario: a, faults: [{name: a, when: {time: 1s}, do: hang}]}",
        "{scenario: a, faults: [{name: a, when: {time: 1s}, do: {hang: 5s}}]}",
        "{scenario: a, faults: [{name: a, when: {time: 1s}, do: {hang: {for: 5s}}}]}",
        "{scenario: a, faults: [{name: a, when: {time: 1s}, do: {hang: }}]}",
        "{scenario: a, faults: [{name: a, when: {verb: STOR}, do: {reply: {code: 450, text: x}}}]}",
        "{scenario: a, faults: [{name: a, at: {to_host: 1KiB}, do: lost}]}",
        "{scenario: a, expect: [{command: +CSQ}, {order: [+CSQ, +CREG]}, no_unknown_commands]}",
    ] {
        if let Err(error) = Scenario::parse("s", good.as_bytes(), None) {
            panic!("check: {good}\n{error}");
        }
        if let Err(error) = schema.validate(&json(good)) {
            panic!("schema: {good}\n{error} at {}", error.instance_path());
        }
    }
}

#[test]
fn the_schema_describes_every_key() {
    let output = qftpsim(&["schema"]);
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for (name, record) in schema["$defs"].as_object().expect("definitions") {
        let mappings = record["anyOf"].as_array().cloned().unwrap_or_else(|| vec![record.clone()]);
        for mapping in mappings {
            let Some(properties) = mapping["properties"].as_object() else { continue };
            for (key, value) in properties {
                let description = value["description"].as_str().unwrap_or_default();
                assert!(description.len() > 5, "{name}.{key}: {description:?}");
            }
        }
    }
}

/// `qftpsim run` with this scenario, and `args`.
fn run(text: &str, args: &[&str]) -> Simulator {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s.yaml");
    fs::write(&file, text).expect("written");
    fs::write(folder.path().join("beside.bin"), "beside").expect("written");
    let mut all = vec!["--scenario", file.to_str().expect("text")];
    all.extend(args);
    Simulator::start_in(tempfile::tempdir().expect("a folder"), &all)
}

const PLACE: &str = r#"
scenario: place
model: eg25-g
stores:
  UFS: { capacity: 64KiB, files: { log.bin: { size: 1000 } } }
  SD: absent
server:
  accounts: { me: secret }
  files: { /inbox/: {}, /a/b.txt: { text: hello }, /beside: { path: beside.bin } }
  quota: 1KiB
hosts: { gone.example: unresolvable, "*": embedded }
"#;

#[test]
fn a_run_starts_as_the_scenario_says() {
    let simulator = run(PLACE, &[]);
    assert_eq!(simulator.modem("model"), "EG25-G");
    assert_eq!(simulator.ready["server"]["accounts"], serde_json::json!(["me"]));
    let mut host = simulator.open();
    host.command("AT+QFLDS=\"UFS\"", &["+QFLDS: 64536,65536", "OK"]);
    host.command("AT+QFLDS=\"SD\"", &["+CME ERROR: 419"]);
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+QFTPCFG=\"account\",\"me\",\"secret\"", &["OK"]);
    host.command("AT+QFTPOPEN=\"gone.example\"", &["OK", "+QFTPOPEN: 604,0"]);
    host.command("AT+QFTPOPEN=\"ftp.example\"", &["OK", "+QFTPOPEN: 0,0"]);
    host.command("AT+QFTPSIZE=\"/a/b.txt\"", &["OK", "+QFTPSIZE: 0,5"]);
    host.command("AT+QFTPSIZE=\"/beside\"", &["OK", "+QFTPSIZE: 0,6"]);
    host.command("AT+QFTPCWD=\"/inbox\"", &["OK", "+QFTPCWD: 0,0"]);
    host.command("AT+QFTPPUT=\"log\",\"UFS:log.bin\"", &["OK", "+QFTPPUT: 0,1000"]);
    host.command("AT+QFTPPUT=\"log2\",\"UFS:log.bin\"", &["OK", "+QFTPPUT: 619,452"]);
}

#[test]
fn options_go_over_the_scenario() {
    let simulator = run(PLACE, &["--model", "ec21", "--account", "you:x"]);
    assert_eq!(simulator.modem("model"), "EC21");
    assert_eq!(simulator.ready["server"]["accounts"], serde_json::json!(["you"]));
}

#[test]
fn a_bad_scenario_does_not_start_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s.yaml");
    fs::write(&file, "scenario: a\nmodel: ec26\n").expect("written");
    let file = file.to_str().expect("text");
    let output = qftpsim(&["--scenario", file]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        format!(
            "{file}:2:8: unknown model `ec26`: did you mean `ec25`?\n    2 | model: ec26\n      |        ^^^^\n"
        )
    );
}

#[test]
fn the_examples_of_the_readme_are_what_happens() {
    let readme = include_str!("../README.md");
    let block = |start: &str| {
        let from = readme.find(start).unwrap_or_else(|| panic!("no {start:?}")) + start.len();
        readme[from..].split("```").next().expect("it ends")
    };
    if let Err(error) = Scenario::parse("README", block("```yaml\n").as_bytes(), None) {
        panic!("{error}");
    }
    let wrong = "scenario: a\n\n\nmodem: { sim: lost }\n";
    let error = Scenario::parse("s.yaml", wrong.as_bytes(), None).expect_err("a mistake");
    assert_eq!(error.to_string(), block("was expected:\n\n```text\n").trim_end());
}
