//! Hosts that behave badly, and strangers on the network ports.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use crate::common::{Host, Simulator, noise};

/// Memory that a bad host may cost, in bytes.
const COST: u64 = 16 << 20;

#[test]
fn a_port_that_is_opened_and_closed_ten_thousand_times_costs_nothing() {
    let simulator = Simulator::start(&[]);
    simulator.open().command("AT", &["OK"]);
    let (memory, files) = (simulator.peak_memory(), simulator.open_files());
    for round in 0..10_000 {
        let mut host = simulator.open();
        if round % 100 == 0 {
            // The closes before this are all dealt with when its answer comes.
            let timeout = 20 + round / 100;
            host.command(&format!("AT+QFTPCFG=\"rsptimeout\",{timeout}"), &["OK"]);
        }
    }
    let mut host = simulator.open();
    host.command("AT+QFTPCFG=\"rsptimeout\"", &["+QFTPCFG: \"rsptimeout\",119", "OK"]);
    assert!(simulator.peak_memory() < memory + COST);
    assert!(simulator.open_files() <= files + 1);
}

#[test]
fn a_host_that_never_reads_stalls_its_transfer_and_then_gets_every_byte() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    let content = noise(8 << 20);
    host.log_in();
    host.command("AT+QFTPPUT=\"f\",\"COM:\",0,8388608,1", &["CONNECT"]);
    host.write(&content);
    host.expect(&["OK", "+QFTPPUT: 0,8388608"]);
    let before = simulator.peak_memory();
    host.command("AT+QFTPGET=\"f\",\"COM:\"", &["CONNECT"]);
    // Asleep: nothing more can go out.
    simulator.wait_until(|state| state == 'S');
    assert!(simulator.peak_memory() < before + COST);
    assert!(host.data(8 << 20) == content);
    host.expect(&["OK", "+QFTPGET: 0,8388608"]);
}

#[test]
fn a_line_without_an_end_is_an_error_when_it_ends_and_takes_no_memory() {
    // Recorded: what the journal keeps has an end, too.
    let recorded = ["--control", "127.0.0.1:0"];
    let simulator =
        Simulator::start(&[&["--no-pty", "--tcp", "127.0.0.1:0"][..], &recorded].concat());
    let mut host = Host::connect(simulator.modem("tcp"));
    host.command("ATE0", &["OK"]);
    let before = simulator.peak_memory();
    host.write(b"AT");
    for _ in 0..40 {
        host.write(&[b'x'; 1 << 20]);
    }
    host.write(b"\r");
    host.expect(&["ERROR"]);
    host.write(b"AT\r");
    host.expect(&["OK"]);
    assert!(simulator.peak_memory() < before + 2 * COST);
}

#[test]
fn lines_without_end_get_an_answer_each_and_take_no_memory() {
    const LINES: usize = 20_000;
    let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0"]);
    let mut host = TcpStream::connect(simulator.modem("tcp")).expect("a connection");
    let mut answers = host.try_clone().expect("a second handle");
    let before = simulator.peak_memory();
    let writer = std::thread::spawn(move || {
        host.write_all(b"ATE0\r").and_then(|()| host.write_all(&b"AT+NONE\r".repeat(LINES)))
    });
    let mut heard = vec![0; "ATE0\r\r\nOK\r\n".len() + LINES * "\r\nERROR\r\n".len()];
    answers.read_exact(&mut heard).expect("as many answers");
    writer.join().expect("no panic").expect("all is taken");
    assert!(heard.ends_with(b"\r\nERROR\r\n\r\nERROR\r\n"));
    assert!(simulator.peak_memory() < before + COST);
}

#[test]
fn an_upload_without_end_into_what_is_full_takes_no_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("small.yaml");
    let small = "scenario: small\nstores: { RAM: { capacity: 64KiB } }\nserver: { quota: 64KiB }\n";
    std::fs::write(&file, small).expect("written");
    let file = file.to_str().expect("text");
    let args = ["--no-pty", "--tcp", "127.0.0.1:0", "--scenario", file];
    let simulator = Simulator::start(&args);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.command("AT+QFUPL=\"RAM:f\",65536", &["CONNECT"]);
    host.write(&[0; 65536]);
    assert!(host.line().starts_with("+QFUPL: 65536,"));
    host.expect(&["OK"]);
    let before = simulator.peak_memory();
    let go_on = |host: &mut Host| (0..24).for_each(|_| host.write(&[0; 1 << 20]));
    host.command("AT+QFUPL=\"RAM:g\",65536", &["+CME ERROR: 420"]);
    // NUL is no beginning of a command: it means nothing.
    go_on(&mut host);
    host.command("AT", &["OK"]);
    host.log_in();
    host.command("AT+QFTPPUT=\"f\",\"COM:\"", &["CONNECT"]);
    go_on(&mut host);
    host.expect(&["OK", "+QFTPPUT: 619,452"]);
    host.command("AT", &["OK"]);
    assert!(simulator.peak_memory() < before + COST);
}

#[test]
fn a_thousand_connections_to_one_port_leave_it_to_the_first() {
    crate::system::raise_file_limit(4096);
    let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0"]);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.command("AT", &["OK"]);
    let connect = |_| TcpStream::connect(simulator.modem("tcp")).expect("a connection");
    let mut strangers: Vec<TcpStream> = (0..1000).map(connect).collect();
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    for stranger in &mut strangers {
        assert_eq!(stranger.read(&mut [0; 16]).expect("an end"), 0, "turned away");
    }
    host.command("AT", &["OK"]);
}

#[test]
fn the_server_has_a_thousand_sessions_at_once_and_the_modem_one_more() {
    crate::system::raise_file_limit(4096);
    let simulator = Simulator::start(&[]);
    let addr = simulator.ready["server"]["ftp"].as_str().expect("an address");
    let connect = |_| TcpStream::connect(addr).expect("a connection");
    let mut strangers: Vec<TcpStream> = (0..1000).map(connect).collect();
    for stranger in &mut strangers {
        let mut greeting = [0; 3];
        stranger.read_exact(&mut greeting).expect("a greeting");
        assert_eq!(&greeting, b"220");
    }
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPPWD", &["OK", "+QFTPPWD: 0,/"]);
}

#[test]
fn slow_loris_on_every_listener_keeps_nobody_else_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let unix = folder.path().join("port");
    let mut args = vec!["--unix", unix.to_str().expect("text")];
    for listener in ["--tcp", "--rfc2217", "--control"] {
        args.extend([listener, "127.0.0.1:0"]);
    }
    let simulator = Simulator::start(&args);
    let server = &simulator.ready["server"];
    let control = simulator.ready["control"].as_str().expect("a URL");
    let control = control.trim_start_matches("http://");
    let listeners = [
        (simulator.modem("tcp"), &b"A"[..]),
        (simulator.modem("rfc2217"), b"\xff"),
        (server["ftp"].as_str().expect("an address"), b"US"),
        // The beginning of a TLS record.
        (server["ftps_implicit"].as_str().expect("an address"), b"\x16\x03"),
        (control, b"GET /modems HT"),
    ];
    let mut loris: Vec<OwnedFd> = Vec::new();
    for _ in 0..50 {
        for (addr, beginning) in listeners {
            let mut stream = TcpStream::connect(addr).expect("a connection");
            // A port that has its host already may have hung up by now.
            let _ = stream.write_all(beginning);
            loris.push(stream.into());
        }
        let mut stream = UnixStream::connect(&unix).expect("a connection");
        let _ = stream.write_all(b"A");
        loris.push(stream.into());
    }
    let mut api = TcpStream::connect(control).expect("a connection");
    let request = "GET /modems HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    api.write_all(request.as_bytes()).expect("it takes a request");
    let mut answer = String::new();
    api.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPPUT=\"f\",\"COM:\",0,5,1", &["CONNECT"]);
    host.write(b"hello");
    host.expect(&["OK", "+QFTPPUT: 0,5"]);
}
