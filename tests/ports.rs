//! The ports of `qftpsim run` besides the pty and TCP: RFC 2217, Unix sockets, standard input and
//! output.

mod common;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;

use common::{Host, Simulator, command, noise};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// A folder for sockets, and `name` in it.
fn socket_path(name: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name).to_str().expect("text").to_owned();
    (folder, path)
}

#[test]
fn a_host_on_a_unix_socket_has_the_same_modem() {
    let (_folder, path) = socket_path("port");
    let simulator = Simulator::start(&["--no-pty", "--unix", &path]);
    assert_eq!(simulator.modem("unix"), path);
    let found = std::fs::metadata(&path).expect("a socket");
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    let connect = || Host::over(UnixStream::connect(&path).expect("a listener"));
    connect().log_in();
    connect().command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]);
    assert_eq!(simulator.signal(Signal::SIGTERM).code(), Some(0));
    assert!(!Path::new(&path).exists(), "it is removed at exit");
}

#[test]
fn a_socket_left_by_a_killed_simulator_is_replaced() {
    let (_folder, path) = socket_path("port");
    Simulator::start(&["--unix", &path]).signal(Signal::SIGKILL);
    assert!(Path::new(&path).exists());
    let _simulator = Simulator::start(&["--unix", &path]);
    let mut host = Host::over(UnixStream::connect(&path).expect("a listener"));
    host.command("AT", &["OK"]);
}

#[test]
fn an_abstract_socket_is_reported_as_it_was_asked_for() {
    let name = format!("qftpsim-ports-{}", std::process::id());
    let simulator = Simulator::start(&["--unix", &format!("@{name}")]);
    assert_eq!(simulator.modem("unix"), format!("@{name}"));
    let addr = SocketAddr::from_abstract_name(&name).expect("a name");
    let mut host = Host::over(UnixStream::connect_addr(&addr).expect("a listener"));
    host.command("AT", &["OK"]);
}

#[test]
fn several_modems_have_numbered_sockets_and_rfc2217_ports() {
    let (_folder, path) = socket_path("port");
    let args = ["--modems", "2", "--unix", &path, "--rfc2217", "127.0.0.1:0"];
    let simulator = Simulator::start(&args);
    for (index, modem) in simulator.ready["modems"].as_array().expect("modems").iter().enumerate() {
        let unix = modem["unix"].as_str().expect("a path");
        assert_eq!(unix, format!("{path}{index}"));
        let mut host = Host::over(UnixStream::connect(unix).expect("a listener"));
        host.command(&format!("AT+QFTPCFG=\"rsptimeout\",{}", 100 + index), &["OK"]);
        drop(host);
        let mut host = Host::connect(modem["rfc2217"].as_str().expect("an address"));
        let expected = format!("+QFTPCFG: \"rsptimeout\",{}", 100 + index);
        host.command("AT+QFTPCFG=\"rsptimeout\"", &[&expected, "OK"]);
    }
}

#[test]
fn several_modems_share_nothing_but_the_server() {
    let (_folder, path) = socket_path("port");
    let any = "127.0.0.1:0";
    let args = ["--modems", "3", "--unix", &path, "--rfc2217", any, "--tcp", any];
    let simulator = Simulator::start(&args);
    let modem = |index: usize| &simulator.ready["modems"][index];
    let places = |key: &str| {
        let places = (0..3).map(|index| modem(index)[key].as_str().expect("a place"));
        places.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(["pty", "link", "unix", "tcp", "rfc2217"].map(places), [3; 5]);
    let tcp = |index: usize| Host::connect(modem(index)["tcp"].as_str().expect("an address"));
    let mut second = tcp(1);
    second.log_in();
    second.command("AT+QFUPL=\"UFS:a.txt\",5", &["CONNECT"]);
    second.write(b"hello");
    assert!(second.line().starts_with("+QFUPL: 5,"));
    second.expect(&["OK"]);
    second.command("AT+QFTPPUT=\"a.txt\",\"UFS:a.txt\"", &["OK", "+QFTPPUT: 0,5"]);
    for index in [0, 2] {
        let mut other = tcp(index);
        other.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,4"]);
        other.command("AT+QFLST=\"UFS:a.txt\"", &["+CME ERROR: 405"]);
        other.log_in();
        other.command("AT+QFTPSIZE=\"a.txt\"", &["OK", "+QFTPSIZE: 0,5"]);
    }
}

#[test]
fn the_port_that_spoke_last_has_the_modem() {
    let (_folder, path) = socket_path("port");
    let args = ["--unix", &path, "--tcp", "127.0.0.1:0", "--rfc2217", "127.0.0.1:0"];
    let simulator = Simulator::start(&args);
    let mut hosts = [
        simulator.open(),
        Host::over(UnixStream::connect(&path).expect("a listener")),
        Host::connect(simulator.modem("tcp")),
        Host::connect(simulator.modem("rfc2217")),
    ];
    for round in 0..3 {
        for (index, host) in hosts.iter_mut().enumerate() {
            let timeout = 20 + 4 * round + index;
            host.command(&format!("AT+QFTPCFG=\"rsptimeout\",{timeout}"), &["OK"]);
        }
    }
}

#[test]
fn a_host_without_telnet_moves_binary_data_on_the_rfc2217_port() {
    let simulator = Simulator::start(&["--no-pty", "--rfc2217", "127.0.0.1:0"]);
    let mut host = Host::connect(simulator.modem("rfc2217"));
    // In this noise no 0xFF is followed by an option command.
    let content = noise(100_000);
    host.log_in();
    host.there_and_back("raw.bin", &content);
}

#[test]
fn a_suspended_host_that_filled_the_modem_with_commands_gets_every_answer_when_it_resumes() {
    let simulator = Simulator::start(&["--no-pty", "--rfc2217", "127.0.0.1:0"]);
    let mut host = Host::connect(simulator.modem("rfc2217"));
    host.command("ATE0", &["OK"]);
    agree(&mut host);
    host.write(&com_port(&[8]));
    host.write(&b"AT+GMR\r".repeat(5000));
    host.write(&com_port(&[9]));
    for _ in 0..5000 {
        assert!(host.line().starts_with("EC25"));
        host.expect(&["OK"]);
    }
}

#[test]
fn dtr_off_gives_up_an_upload_although_the_modem_takes_no_more_of_it() {
    let simulator = Simulator::start(&["--direct", "--no-pty", "--rfc2217", "127.0.0.1:0"]);
    let mut host = Host::connect(simulator.modem("rfc2217"));
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
    let open = format!("AT+QFTPOPEN=\"127.0.0.1\",{}", server_that_takes_no_data());
    host.command(&open, &["OK", "+QFTPOPEN: 0,0"]);
    host.command("AT+IFC=0,2", &["OK"]);
    agree(&mut host);
    host.command("AT+QFTPPUT=\"big.bin\",\"COM:\"", &["CONNECT"]);
    let mut cts = true;
    while cts {
        // With a question, to know when all that is dealt with.
        host.write(&[&[b'x'; 16 * 1024][..], &com_port(&[2, 0])].concat());
        loop {
            match host.data(7)[3..5] {
                [107, state] => cts = state & CTS != 0,
                [102, 8] => break,
                ref other => panic!("{other:?}"),
            }
        }
    }
    host.write(&[&[b'x'; 10_000][..], &com_port(&[5, 9])].concat());
    while !host.line().contains("+QFTPPUT: 607,0") {}
    host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]);
}

#[test]
fn dtr_off_suspends_a_download_however_fast_it_is() {
    const SIZE: usize = 16 << 20;
    let root = tempfile::tempdir().expect("a folder");
    let file = File::create(root.path().join("big.bin")).expect("made");
    file.set_len(SIZE as u64).expect("zeros");
    let root = root.path().to_str().expect("text");
    let args = ["--no-pty", "--rfc2217", "127.0.0.1:0", "--server-root", root];
    let simulator = Simulator::start(&args);
    let mut host = Host::connect(simulator.modem("rfc2217"));
    host.log_in();
    host.command("AT&D1", &["OK"]);
    agree(&mut host);
    host.command("AT+QFTPGET=\"big.bin\",\"COM:\"", &["CONNECT"]);
    let begin = host.data(100_000).len();
    host.write(&com_port(&[5, 9]));
    let before = begin + host.data_until(&com_port(&[105, 9])).len();
    let suspended = before + host.data_until(b"\r\nOK\r\n").len();
    assert!(suspended < SIZE, "all came before it was suspended");
    host.command("ATO", &["CONNECT"]);
    assert_eq!(suspended + host.data_until(b"\r\nOK\r\n").len(), SIZE);
    host.expect(&[&format!("+QFTPGET: 0,{SIZE}")]);
}

/// CTS in the modem state.
const CTS: u8 = 0x10;

/// Agrees on RFC 2217, and on being told of CTS alone.
fn agree(host: &mut Host) {
    const WILL_COM_PORT: &[u8] = b"\xff\xfb\x2c";
    const DO_COM_PORT: &[u8] = b"\xff\xfd\x2c";
    host.write(&[WILL_COM_PORT, &com_port(&[11, CTS])].concat());
    let dsr_and_cts = 0x30;
    let answers =
        [DO_COM_PORT, &com_port(&[111, CTS]), &com_port(&[107, dsr_and_cts & CTS])].concat();
    assert_eq!(host.data(answers.len()), answers);
}

/// A command of RFC 2217 as on the wire.
fn com_port(command: &[u8]) -> Vec<u8> {
    [b"\xff\xfa\x2c", command, b"\xff\xf0"].concat()
}

/// An FTP server that never reads from a data connection; its port.
fn server_that_takes_no_data() -> u16 {
    let control = TcpListener::bind("127.0.0.1:0").expect("a port");
    let data = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = |listener: &TcpListener| listener.local_addr().expect("bound").port();
    let [high, low] = port(&data).to_be_bytes();
    let control_port = port(&control);
    thread::spawn(move || {
        let _listening = data;
        let (mut stream, _) = control.accept().expect("a client");
        let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
        let mut answer = "220 ready".to_owned();
        loop {
            stream.write_all(format!("{answer}\r\n").as_bytes()).expect("it listens");
            let Some(Ok(command)) = lines.next() else { return };
            answer = match command.split(' ').next() {
                Some("USER") => "331 password".to_owned(),
                Some("PASS") => "230 welcome".to_owned(),
                Some("PASV") => format!("227 (127,0,0,1,{high},{low})"),
                Some("STOR") => "150 send it".to_owned(),
                _ => "200 fine".to_owned(),
            };
        }
    });
    control_port
}

/// A `qftpsim run --stdio`, started as a program starts its child.
struct StdioModem {
    process: Child,
    /// Closes its input.
    input: UnixStream,
    host: Host,
    ready: Value,
    _folder: tempfile::TempDir,
}

impl StdioModem {
    fn start() -> StdioModem {
        let folder = tempfile::tempdir().expect("a folder");
        let (modem, host) = UnixStream::pair().expect("a pair");
        let mut process = command(folder.path())
            .args(["--stdio", "--format", "json"])
            .stdin(OwnedFd::from(modem.try_clone().expect("a second handle")))
            .stdout(OwnedFd::from(modem))
            .stderr(Stdio::piped())
            .spawn()
            .expect("qftpsim starts");
        let mut line = String::new();
        let stderr = process.stderr.take().expect("a pipe");
        BufReader::new(stderr).read_line(&mut line).expect("a line");
        StdioModem {
            process,
            input: host.try_clone().expect("a second handle"),
            host: Host::over(host),
            ready: serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: `{line}`")),
            _folder: folder,
        }
    }
}

impl Drop for StdioModem {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_host_on_standard_input_and_output_has_the_modem_until_it_closes_the_input() {
    let mut modem = StdioModem::start();
    let link = modem.ready["modems"][0]["link"].as_str().expect("a link").to_owned();
    assert!(Path::new(&link).is_symlink());
    let content = noise(1 << 20);
    let host = &mut modem.host;
    host.log_in();
    host.there_and_back("a.bin", &content);
    modem.input.shutdown(Shutdown::Write).expect("open");
    assert_eq!(modem.process.wait().expect("it ends").code(), Some(0));
    assert!(!Path::new(&link).is_symlink(), "the link is removed");
}

#[test]
fn a_signal_ends_it_although_standard_input_is_open() {
    let mut modem = StdioModem::start();
    kill(Pid::from_raw(modem.process.id() as i32), Signal::SIGTERM).expect("it runs");
    assert_eq!(modem.process.wait().expect("it ends").code(), Some(0));
}

#[test]
fn with_stdio_standard_output_is_the_modems_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = command(folder.path())
        .args(["--stdio", "--no-pty"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("qftpsim starts");
    process.stdin.take().expect("a pipe").write_all(b"AT\rATE0\rAT\r").expect("it reads");
    let output = process.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "AT\r\r\nOK\r\nATE0\r\r\nOK\r\n\r\nOK\r\n");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.starts_with("modem0   EC25 on standard input and output\n"), "{told}");
}

#[test]
fn a_port_that_cannot_be_had_is_said_in_one_line_and_exits_with_2() {
    let (folder, file) = socket_path("a-file");
    std::fs::write(&file, b"mine").expect("written");
    let served = folder.path().join("served").to_str().expect("text").to_owned();
    let simulator = Simulator::start(&["--unix", &served, "--rfc2217", "127.0.0.1:0"]);
    let taken = simulator.modem("rfc2217");
    let cases: &[(&[&str], &str)] = &[
        (&["--unix", &file], "a-file: is there and no socket"),
        (&["--unix", &served], "another running program serves this socket"),
        (&["--unix", "/nonexistent/port"], "/nonexistent/port"),
        (&["--unix", "@"], "@ and a name"),
        (&["--rfc2217", taken], "address in use"),
        (&["--rfc2217", "localhost"], "--rfc2217"),
        (&["--stdio", "--modems", "2"], "one modem"),
    ];
    for (args, word) in cases {
        let output = command(folder.path()).args(*args).output().expect("qftpsim runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(stderr.contains(word), "{args:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    assert_eq!(std::fs::read(file).expect("still there"), b"mine");
    Host::over(UnixStream::connect(served).expect("still there")).command("AT", &["OK"]);
}
