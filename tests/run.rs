//! `qftpsim run` as other programs see it: the ready line, the port, the files, the end.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use common::{Host, Simulator, command, noise};
use nix::sys::signal::Signal;

#[test]
fn the_ready_line_has_the_shape_of_the_contract() {
    let simulator = Simulator::start(&["--tcp", "127.0.0.1:0"]);
    let ready = &simulator.ready;
    assert_eq!(ready["event"], "ready");
    let modem = ready["modems"][0].as_object().expect("a modem");
    let keys: Vec<_> = modem.keys().map(String::as_str).collect();
    assert_eq!(keys, ["link", "model", "name", "pty", "rfc2217", "tcp", "unix"]);
    assert_eq!(modem["name"], "modem0");
    assert_eq!(modem["model"], "EC25");
    assert_eq!(Path::new(simulator.modem("link")), simulator.runtime_dir().join("qftpsim/modem0"));
    let target = std::fs::read_link(simulator.modem("link")).expect("a link");
    assert_eq!(target, PathBuf::from(simulator.modem("pty")));
    assert_eq!(ready["server"]["accounts"], serde_json::json!(["test"]));
    assert!(ready["server"]["ftp"].as_str().is_some_and(|addr| !addr.ends_with(":0")));
    assert!(ready["control"].is_null());
}

#[test]
fn a_megabyte_goes_up_and_down_by_com_and_by_ufs() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    let content = noise(1 << 20);
    host.log_in();
    host.there_and_back("com.bin", &content);

    host.command("AT+QFTPGET=\"com.bin\",\"UFS:a.bin\"", &["OK", "+QFTPGET: 0,1048576"]);
    host.command("AT+QFTPPUT=\"ufs.bin\",\"UFS:a.bin\"", &["OK", "+QFTPPUT: 0,1048576"]);
    host.command("AT+QFTPSIZE=\"ufs.bin\"", &["OK", "+QFTPSIZE: 0,1048576"]);
    host.command("AT+QFDWL=\"UFS:a.bin\"", &["CONNECT"]);
    assert!(host.data(1 << 20) == content, "other bytes by UFS:");
    assert!(host.line().starts_with("+QFDWL: 1048576,"));
    host.expect(&["OK"]);
}

#[test]
fn two_parts_of_an_upload_are_one_file() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    let content = noise(2048);
    host.log_in();
    host.command("AT+QFTPPUT=\"test.txt\",\"COM:\",0,1024,0", &["CONNECT"]);
    host.write(&content[..1024]);
    host.expect(&["OK", "+QFTPPUT: 0,1024"]);
    host.command("AT+QFTPPUT=\"test.txt\",\"COM:\",1024,1024,1", &["CONNECT"]);
    host.write(&content[1024..]);
    host.expect(&["OK", "+QFTPPUT: 0,1024"]);
    host.command("AT+QFTPSIZE=\"test.txt\"", &["OK", "+QFTPSIZE: 0,2048"]);
    host.command("AT+QFTPGET=\"test.txt\",\"COM:\"", &["CONNECT"]);
    assert_eq!(host.data(2048), content);
    host.expect(&["OK", "+QFTPGET: 0,2048"]);
}

#[test]
fn a_missing_file_is_627_550_and_a_wrong_password_625_530() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPSIZE=\"missing\"", &["OK", "+QFTPSIZE: 627,550"]);
    host.command("AT+QFTPGET=\"missing\",\"COM:\"", &["+CME ERROR: 627"]);
    host.command("AT+QFTPGET=\"missing\",\"RAM:x\"", &["OK", "+QFTPGET: 627,550"]);
    host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
    host.command("AT+QFTPCFG=\"account\",\"test\",\"wrong\"", &["OK"]);
    host.command("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", "+QFTPOPEN: 625,530"]);
    host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,4"]);
}

#[test]
fn a_signal_ends_it_with_0_and_removes_the_link() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("qftpsim/modem0");
        let simulator = Simulator::start_in(folder, &[]);
        assert!(path.is_symlink());
        let link = path.clone();
        let status = simulator.signal(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(!link.is_symlink(), "{signal}");
    }
}

#[test]
fn the_port_may_be_closed_and_reopened_any_number_of_times() {
    let simulator = Simulator::start(&[]);
    for round in 20..120 {
        let mut host = simulator.open();
        host.command(&format!("AT+QFTPCFG=\"rsptimeout\",{round}"), &["OK"]);
    }
    let mut host = simulator.open();
    host.command("AT+QFTPCFG=\"rsptimeout\"", &["+QFTPCFG: \"rsptimeout\",119", "OK"]);
}

#[test]
fn a_host_that_vanishes_in_an_upload_leaves_a_modem_that_works() {
    let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0"]);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.log_in();
    host.command("AT+QFTPPUT=\"half.bin\",\"COM:\"", &["CONNECT"]);
    host.write(&noise(10_000));
    drop(host);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.expect(&["+QFTPPUT: 607,0"]);
    host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]);
    host.command("AT+QFTPPUT=\"whole.bin\",\"COM:\",0,5,1", &["CONNECT"]);
    host.write(b"hello");
    host.expect(&["OK", "+QFTPPUT: 0,5"]);
}

#[test]
fn a_host_on_tcp_has_the_same_modem() {
    let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0"]);
    assert!(simulator.ready["modems"][0]["pty"].is_null());
    let mut host = Host::connect(simulator.modem("tcp"));
    host.log_in();
    drop(host);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]);
}

#[test]
fn several_modems_have_a_port_and_a_session_each() {
    let simulator = Simulator::start(&["--modems", "3"]);
    let links: Vec<_> = simulator.ready["modems"]
        .as_array()
        .expect("modems")
        .iter()
        .map(|modem| PathBuf::from(modem["link"].as_str().expect("a link")))
        .collect();
    assert_eq!(links.len(), 3);
    let mut hosts: Vec<_> = links.iter().map(|link| Host::open(link)).collect();
    hosts[1].log_in();
    hosts[0].command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,4"]);
    hosts[1].command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]);
    let imei = |host: &mut Host| {
        host.write(b"AT+GSN\r");
        (host.line(), host.line()).1
    };
    assert_ne!(imei(&mut hosts[0]), imei(&mut hosts[2]));
}

#[test]
fn a_second_simulator_takes_the_next_name() {
    let first = Simulator::start(&[]);
    let folder = tempfile::tempdir().expect("a folder");
    let shared = first.runtime_dir().to_owned();
    let output =
        command(&shared).args(["--link"]).arg(first.modem("link")).output().expect("qftpsim runs");
    assert_eq!(output.status.code(), Some(2), "an explicit name that is taken");
    drop(folder);
}

#[test]
fn a_knob_is_set_on_top_of_the_model() {
    let simulator = Simulator::start(&["--model", "eg800k", "--knob", "pwd_quoted=false"]);
    assert_eq!(simulator.modem("model"), "EG800K");
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPPWD", &["OK", "+QFTPPWD: 0,/"]);
    host.command("AT+QFTPCFG=\"account\"", &["+QFTPCFG: \"account\",\"test\",\"****\"", "OK"]);
}

#[test]
fn a_folder_can_be_served_and_a_medium_be_a_folder() {
    let root = tempfile::tempdir().expect("a folder");
    let ufs = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join("readme.txt"), b"hello\n").expect("written");
    let store = format!("UFS={}", ufs.path().display());
    let simulator = Simulator::start(&[
        "--server-root",
        root.path().to_str().expect("text"),
        "--store",
        &store,
        "--account",
        "me:secret",
    ]);
    assert_eq!(simulator.ready["server"]["accounts"], serde_json::json!(["me"]));
    let mut host = simulator.open();
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+QFTPCFG=\"account\",\"me\",\"secret\"", &["OK"]);
    host.command("AT+QFTPOPEN=\"127.0.0.1\"", &["OK", "+QFTPOPEN: 0,0"]);
    host.command("AT+QFTPGET=\"readme.txt\",\"UFS:copy.txt\"", &["OK", "+QFTPGET: 0,6"]);
    host.command("AT+QFTPPUT=\"back.txt\",\"UFS:copy.txt\"", &["OK", "+QFTPPUT: 0,6"]);
    assert_eq!(std::fs::read(ufs.path().join("copy.txt")).expect("there"), b"hello\n");
    assert_eq!(std::fs::read(root.path().join("back.txt")).expect("there"), b"hello\n");
}

#[test]
fn direct_talks_to_any_server() {
    let server = Simulator::start(&[]);
    let addr = server.ready["server"]["ftp"].as_str().expect("an address");
    let (_, port) = addr.rsplit_once(':').expect("a port");
    let simulator = Simulator::start(&["--direct"]);
    assert!(simulator.ready["server"].is_null());
    let mut host = simulator.open();
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
    let open = format!("AT+QFTPOPEN=\"localhost\",{port}");
    host.command(&open, &["OK", "+QFTPOPEN: 0,0"]);
    drop(server);
    // The server is gone: said once, and the port is closed now.
    host.expect(&["+QFTPCLOSE: 606,0"]);
    host.command(&open, &["OK", "+QFTPOPEN: 606,0"]);
}

#[test]
fn the_line_of_a_scenario_is_between_host_and_module() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("slow.yaml");
    std::fs::write(&file, "scenario: slow\nline: {baud: 9600, slice: 1, slice_gap: 1h}\n")
        .expect("written");
    let file = file.to_str().expect("text");
    let simulator = Simulator::start(&["--scenario", file, "--tcp", "127.0.0.1:0"]);
    let mut host = TcpStream::connect(simulator.modem("tcp")).expect("a port");
    host.write_all(b"AT\r").expect("the port takes it");
    // The next one would take an hour.
    let mut answer = [0; 16];
    assert_eq!(host.read(&mut answer).expect("an answer"), 1);
}

#[test]
fn a_start_that_fails_says_why_in_one_line_and_exits_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a-file");
    std::fs::write(&file, b"mine").expect("written");
    let file = file.to_str().expect("text");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("bound").to_string();
    let (_, port) = taken.rsplit_once(':').expect("a port");
    let cases: &[(&[&str], &str)] = &[
        (&["--link", file], "a-file"),
        (&["--link", "/nonexistent/modem"], "/nonexistent"),
        (&["--tcp", &taken], "address in use"),
        (&["--ftp-port", port], "in use"),
        (&["--server-root", "/nonexistent"], "/nonexistent"),
        (&["--store", "UFS=/nonexistent"], "/nonexistent"),
        (&["--store", "ufs=/tmp"], "UFS=DIR"),
        (&["--model", "ec26"], "ec25"),
        (&["--account", "nobody"], "USER:PASS"),
        (&["--time-scale", "0"], "--time-scale"),
        (&["--urc-gap", "50"], "such as 500ms"),
        (&["--knob", "pwd=true"], "no knob `pwd`"),
        (&["--knob", "pwd_quoted=yes"], "true or false"),
        (&["--frobnicate"], "--frobnicate"),
    ];
    for (args, word) in cases {
        let output = command(folder.path()).args(*args).output().expect("qftpsim runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(stderr.contains(word), "{args:?}: {stderr}");
    }
    assert_eq!(std::fs::read(file).expect("still there"), b"mine");
}
