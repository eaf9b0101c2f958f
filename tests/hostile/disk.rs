//! Full disks: under stores and the server, and under everything that a run writes down.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::Stdio;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount, umount};
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::common::{Simulator, command, noise};

/// A file system of its own in a folder, until dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` for those who may not mount.
    fn new(size: &str) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let options = format!("size={size}");
        let none = None::<&str>;
        match mount(none, folder.path(), Some("tmpfs"), MsFlags::empty(), Some(&*options)) {
            Ok(()) => Some(SmallDisk(folder)),
            Err(Errno::EPERM) => None,
            Err(error) => panic!("a tmpfs: {error}"),
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Left to the one who looks for leftovers in /tmp if somebody is still in there.
        let _ = umount(self.path());
    }
}

#[test]
fn a_full_disk_under_a_store_is_a_full_drive_and_room_made_is_room() {
    let Some(disk) = SmallDisk::new("128k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let simulator = Simulator::start(&["--store", &format!("UFS={}", disk.path().display())]);
    let mut host = simulator.open();
    // NUL is no beginning of a command: what comes after the error means nothing.
    let content = vec![0; 100_000];
    host.command("AT+QFUPL=\"a\",100000", &["CONNECT"]);
    host.write(&content);
    assert!(host.line().starts_with("+QFUPL: 100000,"));
    host.expect(&["OK"]);
    host.command("AT+QFUPL=\"b\",100000", &["CONNECT"]);
    host.write(&content);
    host.expect(&["+CME ERROR: 403"]);
    // What was there is whole, and the modem at work.
    host.command("AT+QFDWL=\"a\"", &["CONNECT"]);
    assert!(host.data(100_000) == content);
    assert!(host.line().starts_with("+QFDWL: 100000,"));
    host.expect(&["OK"]);
    host.command("AT+QFDEL=\"*\"", &["OK"]);
    host.command("AT+QFUPL=\"b\",100000", &["CONNECT"]);
    host.write(&content);
    assert!(host.line().starts_with("+QFUPL: 100000,"));
    host.expect(&["OK"]);
}

#[test]
fn a_full_disk_under_the_server_fails_the_upload_and_nothing_else() {
    let Some(disk) = SmallDisk::new("128k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let root = disk.path().to_str().expect("text");
    let simulator = Simulator::start(&["--server-root", root]);
    let mut host = simulator.open();
    host.log_in();
    host.command("ATE0", &["OK"]);
    host.write(b"AT+QFTPPUT=\"big\",\"COM:\",0,300000,1\r");
    host.expect(&["CONNECT"]);
    host.write(&noise(300_000));
    // Depending on when the server noticed: all was taken by then, or the rest is a line that means
    // nothing.
    host.write(b"\r");
    let outcome = loop {
        let line = host.line();
        if line.starts_with("+QFTPPUT: ") {
            break line;
        }
    };
    host.write(b"ATE1\r");
    host.expect(&["OK"]);
    assert!(!outcome.contains(": 0,"), "{outcome}");
    host.log_in_again();
    host.command("AT+QFTPDEL=\"big\"", &["OK", "+QFTPDEL: 0,0"]);
    host.command("AT+QFTPPUT=\"small\",\"COM:\",0,5,1", &["CONNECT"]);
    host.write(b"hello");
    host.expect(&["OK", "+QFTPPUT: 0,5"]);
}

/// A file into which nothing fits.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("a device of Linux")
}

/// Runs a modem whose reports and standard error go where `args` and `stderr` say, with a host that
/// uploads and downloads; how it ended.
fn transfer(args: &[&str], stderr: File) -> Option<i32> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(folder.path());
    command.stderr(stderr);
    let simulator = Simulator::start_as(command, folder, args);
    let mut host = simulator.open();
    let content = noise(300_000);
    host.log_in();
    host.there_and_back("f", &content);
    simulator.signal(Signal::SIGTERM).code()
}

#[test]
fn a_transcript_on_a_full_disk_ends_with_a_whole_line_and_the_run_says_so() {
    let Some(disk) = SmallDisk::new("128k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    for name in ["t.jsonl", "t.chat"] {
        let path = disk.path().join(name);
        let said = tempfile::NamedTempFile::new().expect("a file");
        let args = ["--full", "--transcript", path.to_str().expect("text")];
        assert_eq!(transfer(&args, said.reopen().expect("it is there")), Some(1), "{name}");
        let said = fs::read_to_string(said.path()).expect("text");
        let why = format!("the transcript {} ends too early: No space left", path.display());
        assert!(said.contains(&why), "{said}");
        let text = fs::read_to_string(&path).expect("text");
        assert!(text.ends_with('\n') && text.len() > 1000, "{name}: {} bytes", text.len());
        // What would be its last line if it were whole.
        assert!(!text.contains("\"ended\"") && !text.ends_with("# The end.\n"), "{name}");
        if name == "t.jsonl" {
            let mut lines = text.lines().map(serde_json::from_str::<Value>);
            assert!(lines.all(|line| line.is_ok()), "a line is cut");
        }
        fs::remove_file(&path).expect("removed");
    }
}

#[test]
fn reports_are_written_whole_or_not_at_all() {
    let Some(disk) = SmallDisk::new("64k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let path = |name: &str| disk.path().join(name).to_str().expect("text").to_owned();
    let (junit, page, coverage) = (path("junit.xml"), path("page.html"), path("coverage.json"));
    fs::write(&junit, "of another run").expect("written");
    let fills = fs::write(disk.path().join("filling"), [0; 64 << 10]);
    assert!(fills.is_err(), "it is full now");
    let said = tempfile::NamedTempFile::new().expect("a file");
    let args = ["--junit", &junit, "--report", &page, "--coverage", &coverage];
    assert_eq!(transfer(&args, said.reopen().expect("it is there")), Some(1));
    let said = fs::read_to_string(said.path()).expect("text");
    for report in ["--junit", &junit, "--report", &page, "--coverage", &coverage].chunks(2) {
        let why = format!("qftpsim: {}: No space left", report.join(" "));
        assert!(said.contains(&why), "{said}");
    }
    assert_eq!(fs::read_to_string(&junit).expect("text"), "of another run");
    let names = fs::read_dir(disk.path()).expect("a folder").map(|entry| entry.expect("one"));
    let mut names: Vec<_> = names.map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["filling", "junit.xml"], "nothing half-written is left");
}

#[test]
fn a_full_standard_error_stops_nothing() {
    assert_eq!(transfer(&[], full()), Some(0));
    // There is something to say while it runs and at the end.
    assert_eq!(transfer(&["--transcript", "/dev/full", "--coverage", "-"], full()), Some(1));
}

/// Runs `script` against each of two scenarios, side by side; its output goes to `stdout`.
fn exec(stdout: File, options: &[&str], script: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a", "b"] {
        let file = folder.path().join(format!("{name}.yaml"));
        fs::write(file, format!("scenario: {name}\n")).expect("written");
    }
    let mut exec = command(folder.path());
    exec.args(["exec", "--jobs", "2", "--scenario"]).arg(folder.path()).args(options);
    exec.args(["--", "sh", "-c", script]).stdin(Stdio::null()).stdout(stdout);
    let output = exec.output().expect("qftpsim runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_program_whose_output_finds_no_room_goes_on_and_the_verdict_says_so() {
    // More than a pipe holds.
    let script = "i=0; while [ $i -lt 9999 ]; do echo line $i; i=$((i+1)); done; exec 3<>{pty}";
    let (status, said) = exec(full(), &[], script);
    let why = "the program's output is cut: No space left";
    let passed = said.lines().filter(|row| row.contains("  passed  ") && row.contains(why));
    assert_eq!((status, passed.count()), (Some(1), 2), "{said}");
    // What the program came to counts for more.
    assert_eq!(exec(full(), &[], "echo hello; exit 7").0, Some(7));
}

#[test]
fn the_verdict_says_too_that_there_is_no_room_for_a_transcript() {
    let Some(disk) = SmallDisk::new("16k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let transcript = disk.path().join("t.jsonl");
    let options = ["--transcript", transcript.to_str().expect("text")];
    let script = "i=0; while [ $i -lt 200 ]; do printf 'AT+CSQ\\r' >{pty}; i=$((i+1)); done";
    let (status, said) = exec(full(), &options, script);
    let why = "t-b.jsonl ends too early: No space left";
    let passed = said.lines().filter(|row| row.contains("  passed  ") && row.contains(why));
    assert_eq!((status, passed.count()), (Some(1), 1), "{said}");
}
