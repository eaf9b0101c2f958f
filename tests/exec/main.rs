//! `qftpsim exec` as a pipeline sees it: what the program is told, how it ends, what is told of it.

#[path = "../common/mod.rs"]
mod common;
mod terminal;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use common::command;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// A folder of its own for each test: links, scenarios, what programs leave.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `qftpsim exec`, still without what follows.
    fn exec(&self) -> Command {
        let mut exec = command(self.0.path());
        exec.arg("exec").current_dir(self.0.path());
        exec
    }

    /// Runs `script` with the shell; what goes before `--` is in `options`.
    fn sh(&self, options: &[&str], script: &str) -> Output {
        let mut exec = self.exec();
        exec.args(options).args(["--", "sh", "-c", script]).stdin(Stdio::null());
        exec.output().expect("qftpsim runs")
    }

    /// A folder with scenarios of these names.
    fn scenarios(&self, names: &[&str]) {
        fs::create_dir(self.path("scenarios")).expect("made");
        for name in names {
            let file = self.path(&format!("scenarios/{name}.yaml"));
            fs::write(file, format!("scenario: {name}\n")).expect("written");
        }
    }
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).expect("text")
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).expect("text")
}

/// The table's row that begins with `name`, its columns apart.
#[track_caller]
fn row<'a>(output: &'a Output, name: &str) -> Vec<&'a str> {
    let row = stderr(output).lines().find(|line| line.split("  ").next() == Some(name));
    let row = row.unwrap_or_else(|| panic!("no row {name}: {}", stderr(output)));
    row.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect()
}

#[test]
fn the_exit_status_is_the_programs() {
    let place = Place::new();
    for (script, status, why) in [
        ("exit 0", 0, None),
        ("exit 7", 7, Some("exit status 7")),
        ("kill -9 $$", 137, Some("killed by SIGKILL")),
    ] {
        let output = place.sh(&[], script);
        assert_eq!(output.status.code(), Some(status), "{script}");
        let row = row(&output, "-");
        assert_eq!(row[1], if status == 0 { "passed" } else { "failed" });
        if let Some(why) = why {
            assert!(row[3].contains(why), "{row:?}");
        }
    }
}

#[test]
fn the_program_has_our_input_and_output_for_itself() {
    let place = Place::new();
    let mut exec = place.exec();
    exec.args(["--", "sh", "-c", "cat; echo error >&2"]);
    exec.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = exec.spawn().expect("qftpsim runs");
    child.stdin.take().expect("a pipe").write_all(b"through and through").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(stdout(&output), "through and through");
    assert!(stderr(&output).starts_with("error\n"), "{}", stderr(&output));
}

#[test]
fn the_environment_says_where_everything_is() {
    let place = Place::new();
    let unix = place.path("socket");
    let mut exec = place.exec();
    exec.args(["--seed", "42", "--tcp", "127.0.0.1:0", "--rfc2217", "127.0.0.1:0", "--unix"]);
    exec.arg(&unix).args(["--", "sh", "-c", "env; test -c \"$QFTPSIM_PTY\" -a -f \"$QFTPSIM_CA\""]);
    // Of a run around this one, whose modem has a control address.
    exec.env("QFTPSIM_CONTROL", "elsewhere").env("QFTPSIM_MINE", "kept");
    exec.env_remove("QFTPSIM_REQUIRE_SERVERS");
    let output = exec.output().expect("qftpsim runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut variables: Vec<_> =
        stdout(&output).lines().filter_map(|line| line.strip_prefix("QFTPSIM_")).collect();
    variables.sort_unstable();
    let names: Vec<_> = variables.iter().map(|variable| variable.split('=').next()).collect();
    let expected = ["CA", "FTP", "MINE", "PTY", "RFC2217", "SEED", "TCP", "UNIX"];
    assert_eq!(names, expected.map(Some));
    let link = place.path("qftpsim/modem0");
    assert!(variables.contains(&&*format!("PTY={}", link.display())));
    assert!(variables.contains(&&*format!("UNIX={}", unix.display())));
    assert!(variables.contains(&"SEED=42"));
    assert!(!link.is_symlink(), "it is removed at the end");
}

#[test]
fn of_several_modems_each_has_its_places_by_number() {
    let place = Place::new();
    let script = "echo {pty1} {tcp2}; echo $QFTPSIM_PTY1 $QFTPSIM_TCP2; test {pty} = {pty0}";
    let output = place.sh(&["--modems", "3", "--tcp", "127.0.0.1:0"], script);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let [filled, variables] = stdout(&output).lines().collect::<Vec<_>>()[..] else {
        panic!("two lines: {}", stdout(&output))
    };
    assert_eq!(filled, variables);
    assert!(filled.starts_with(place.path("qftpsim/modem1 127.0.0.1:").to_str().expect("text")));
}

#[test]
fn a_placeholder_of_something_absent_is_refused_before_anything_starts() {
    let place = Place::new();
    let output = place.sh(&[], "touch started; echo {nothing} {tcp}");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no {tcp} in this run"), "{}", stderr(&output));
    assert!(!place.path("started").exists());
    assert_eq!(stdout(&place.sh(&[], "echo {nothing}")), "{nothing}\n");
}

/// Talks to the modem on the port in its first argument, in ways that tests name.
const DRIVER: &str = r#"
import os, sys
def ask(port, line):
    os.write(port, line.encode() + b"\r")
    answer = b""
    while not answer.endswith((b"\r\nOK\r\n", b"ERROR\r\n")):
        answer += os.read(port, 1000)
    return answer.decode()
def open_port():
    return os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
"#;

impl Place {
    /// Runs a driver in Python on `{pty}`.
    fn driver(&self, options: &[&str], body: &str) -> Output {
        let script = format!("{DRIVER}\n{body}");
        let mut exec = self.exec();
        exec.args(options).args(["--", "python3", "-c", &script, "{pty}"]).stdin(Stdio::null());
        exec.output().expect("qftpsim runs")
    }
}

#[test]
fn a_driver_that_opens_the_port_twice_and_leaves_garbage_is_served() {
    let place = Place::new();
    let body = r#"
first = open_port()
assert "OK" in ask(first, "AT")
second = open_port()
os.close(first)
assert "OK" in ask(second, "ATE0")
os.write(second, b"\x00\xff garbage \x1a AT+QFTP")
"#;
    let output = place.driver(&[], body);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn each_scenario_of_a_folder_is_a_run_with_a_fresh_modem() {
    let place = Place::new();
    place.scenarios(&["b", "a"]);
    fs::write(place.path("scenarios/notes.txt"), "no scenario").expect("written");
    fs::create_dir(place.path("scenarios/c.yaml")).expect("made");
    let body = r#"
port = open_port()
print(os.environ["QFTPSIM_SCENARIO"], sys.argv[1].rsplit("/")[-1], end=" ")
print(ask(port, 'AT+QFTPCFG="rsptimeout"').split()[-2], flush=True)
ask(port, 'AT+QFTPCFG="rsptimeout",77')
"#;
    let output = place.driver(&["--scenario", "scenarios"], body);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = "a modem0 \"rsptimeout\",90\nb modem0 \"rsptimeout\",90\n";
    assert_eq!(stdout(&output), expected);
    assert_eq!(row(&output, "a")[..2], ["a", "passed"]);
    assert_eq!(row(&output, "b")[..2], ["b", "passed"]);
}

#[test]
fn of_several_runs_the_first_failure_of_the_program_is_the_status() {
    let place = Place::new();
    place.scenarios(&["a", "b", "c"]);
    let script = "case {scenario} in a) exit 0;; b) exit 5;; c) exit 6;; esac";
    let output = place.sh(&["--scenario", "scenarios"], script);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(row(&output, "a")[1], "passed");
    assert_eq!(row(&output, "b")[1], "failed");
    assert_eq!(row(&output, "c")[1], "failed");
}

#[test]
fn jobs_are_side_by_side_and_their_lines_are_told_apart() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    assert!(Command::new("mkfifo").arg(place.path("pipe")).status().expect("runs").success());
    // Each waits for the other: one after the other they would never end.
    let script = "case {scenario} in a) echo hello > pipe; echo sent;; b) cat pipe; cat;; esac";
    let options = ["--jobs", "2", "--timeout", "60s", "--scenario", "scenarios"];
    let output = place.sh(&options, script);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut lines: Vec<_> = stdout(&output).lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a | sent", "b | hello"]);
}

#[test]
fn jobs_can_t_share_what_only_one_can_have() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    let options = ["--jobs", "2", "--scenario", "scenarios", "--link", "port", "--ftp-port", "1"];
    let output = place.sh(&options, "touch started");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--link: runs side by side"), "{}", stderr(&output));
    assert!(stderr(&output).contains("--ftp-port: runs side by side"), "{}", stderr(&output));
    assert!(!place.path("started").exists());
}

#[test]
fn bad_scenarios_are_all_told_before_anything_is_run() {
    let place = Place::new();
    place.scenarios(&["a"]);
    fs::write(place.path("scenarios/bad.yaml"), "scenario: bad\nmodel: ec26\n").expect("written");
    let options = ["--scenario", "scenarios", "--scenario", "gone.yaml"];
    let output = place.sh(&options, "touch started");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("bad.yaml:2:8: unknown model"), "{}", stderr(&output));
    assert!(stderr(&output).contains("gone.yaml: No such file"), "{}", stderr(&output));
    assert!(!place.path("started").exists());
    fs::create_dir(place.path("empty")).expect("made");
    let output = place.sh(&["--scenario", "empty"], "touch started");
    assert_eq!(stderr(&output), "empty: there is no *.yaml in this folder\n");
}

#[test]
fn a_command_line_that_makes_no_sense_exits_with_2() {
    let place = Place::new();
    let cases: &[(&[&str], &str)] = &[
        (&["exec"], "COMMAND"),
        (&["exec", "--"], "COMMAND"),
        (&["exec", "--stdio", "--", "true"], "COMMAND's"),
        (&["exec", "--timeout", "0", "--", "true"], "more than 0"),
        (&["exec", "--jobs", "0", "--", "true"], "--jobs"),
        (&["run", "--scenario", "a.yaml", "--scenario", "b.yaml"], "one --scenario"),
        (&["run", "--scenario", "."], "is a folder"),
    ];
    for (args, word) in cases {
        let output = place.command(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(word), "{args:?}: {}", stderr(&output));
    }
}

impl Place {
    fn command(&self, args: &[&str]) -> Output {
        let mut command = command(self.0.path());
        command.args(args).current_dir(self.0.path()).output().expect("qftpsim runs")
    }
}

#[test]
fn a_command_that_can_t_be_started_is_named_and_ends_it_all() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    let output = place.command(&["exec", "--scenario", "scenarios", "--", "./nosuch"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(row(&output, "a")[1], "error");
    assert!(row(&output, "a")[3].starts_with("can't run ./nosuch: No such file"));
    assert_eq!(row(&output, "b")[1], "not run");
}

#[test]
fn what_is_expected_and_did_not_happen_is_3_although_the_program_is_content() {
    let place = Place::new();
    let text = "scenario: s\nexpect: [{ command: { name: +CSQ, at_least: 1 } }]\n";
    fs::write(place.path("s.yaml"), text).expect("written");
    let body = "assert 'OK' in ask(open_port(), 'AT+CREG?')";
    let output = place.driver(&["--scenario", "s.yaml"], body);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(row(&output, "s")[1], "unmet");
    assert!(row(&output, "s")[3].contains("+CSQ"), "{}", stderr(&output));
    assert!(stderr(&output).contains("AT+CREG?"), "what came instead: {}", stderr(&output));
    let output = place.driver(&["--scenario", "s.yaml"], "ask(open_port(), 'AT+CSQ')");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(row(&output, "s").len(), 3, "nothing to remark: {}", stderr(&output));
}

#[test]
fn a_port_that_was_never_opened_is_remarked_and_no_failure_by_itself() {
    let place = Place::new();
    let output = place.sh(&[], "true");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(row(&output, "-")[3], "the program never opened the port");
}

#[test]
fn each_of_several_runs_has_a_transcript() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    let options = ["--scenario", "scenarios", "--transcript", "t.jsonl"];
    let output = place.driver(&options, "ask(open_port(), 'AT+CSQ')");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for file in ["t-a.jsonl", "t-b.jsonl"] {
        let text = fs::read_to_string(place.path(file)).expect("text");
        assert!(text.contains("AT+CSQ"), "{file}: {text}");
    }
    assert!(!place.path("t.jsonl").exists());
    let options = ["--scenario", "scenarios", "--transcript", "gone/t.jsonl"];
    let output = place.sh(&options, "touch started");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("gone/t-a.jsonl: No such file"), "{}", stderr(&output));
    assert!(!place.path("started").exists());
}

// In the following tests everything that the program has started holds our pipe open: that there
// is an end of the output is the proof that nothing is left.

#[test]
fn when_time_runs_out_everything_ends_with_124() {
    let place = Place::new();
    let output = place.sh(&["--timeout", "200ms"], "sleep 1000 & sleep 1000");
    assert_eq!(output.status.code(), Some(124));
    assert!(row(&output, "-")[3].starts_with("took longer than 200ms"));
}

#[test]
fn whoever_does_not_hear_sigterm_is_killed() {
    let place = Place::new();
    let script = "trap '' TERM; (while :; do sleep 1000; done) & while :; do sleep 1000; done";
    let output = place.sh(&["--timeout", "200ms"], script);
    assert_eq!(output.status.code(), Some(124));
}

#[test]
fn what_the_program_leaves_running_is_ended_and_told() {
    let place = Place::new();
    let output = place.sh(&[], "sleep 1000 & exit 0");
    assert_eq!(output.status.code(), Some(0));
    assert!(row(&output, "-")[3].contains("left running"), "{}", stderr(&output));
}

#[test]
fn side_by_side_nobody_is_waited_for_who_only_holds_the_output() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    // In a session of its own it is out of reach; it ends with its input.
    let script = "setsid cat {scenario} & echo over";
    for name in ["a", "b"] {
        assert!(Command::new("mkfifo").arg(place.path(name)).status().expect("runs").success());
    }
    let output = place.sh(&["--jobs", "2", "--scenario", "scenarios"], script);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut lines: Vec<_> = stdout(&output).lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a | over", "b | over"]);
    // Lets those that waited for it go.
    for name in ["a", "b"] {
        let open = fs::OpenOptions::new().read(true).write(true).open(place.path(name));
        drop(open.expect("a pipe"));
    }
}

/// Says `ready`, then the first signal that it gets, and exits with `status`.
fn listener(status: u8) -> String {
    format!(
        "import signal, sys
signals = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
print('ready', flush=True)
print(signal.Signals(signal.sigwait(signals)).name, flush=True)
sys.exit({status})"
    )
}

/// Runs [`listener`] and sends `number` when it is ready; what it said, and how it all ended.
fn interrupted(place: &Place, options: &[&str], status: u8, number: Signal) -> (String, Output) {
    let mut exec = place.exec();
    exec.args(options).args(["--", "python3", "-c", &listener(status)]);
    exec.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
    let mut child = exec.spawn().expect("qftpsim runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut line = || lines.next().expect("a line").expect("text");
    assert_eq!(line(), "ready");
    kill(Pid::from_raw(child.id() as i32), number).expect("it runs");
    let said = line();
    (said, child.wait_with_output().expect("it ends"))
}

#[test]
fn a_signal_is_passed_on_and_the_status_is_still_the_programs() {
    for number in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        let place = Place::new();
        let (said, output) = interrupted(&place, &[], 5, number);
        assert_eq!(said, number.as_str());
        assert_eq!(output.status.code(), Some(5), "{number}");
        assert!(!place.path("qftpsim/modem0").is_symlink(), "{number}");
    }
}

#[test]
fn after_a_signal_no_further_run_is_started() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    let (_, output) = interrupted(&place, &["--scenario", "scenarios"], 0, Signal::SIGTERM);
    assert_eq!(output.status.code(), Some(143));
    assert_eq!(row(&output, "a")[1], "passed");
    assert_eq!(row(&output, "b")[1], "not run");
}

#[test]
fn with_json_each_run_is_an_object_on_standard_error() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    let options = ["--format", "json", "--scenario", "scenarios"];
    let output = place.sh(&options, "test {scenario} = a");
    assert_eq!(output.status.code(), Some(1));
    let runs: Vec<Value> =
        stderr(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [a, b] = &runs[..] else { panic!("two runs: {runs:?}") };
    assert_eq!(a["verdict"], "passed");
    assert_eq!(
        (&b["scenario"], &b["verdict"], &b["status"]),
        (&"b".into(), &"failed".into(), &1.into())
    );
}
