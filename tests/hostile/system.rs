//! What the system can do to a process: no file descriptors, stops; and where it listens.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;

use crate::common::{Host, Simulator, noise};

/// The tests of this program may open so many files from now on.
pub fn raise_file_limit(wanted: u64) {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    if soft < wanted {
        assert!(hard >= wanted, "this test needs {wanted} file descriptors; the limit is {hard}");
        setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).expect("up to the hard limit");
    }
}

#[test]
fn without_file_descriptors_sessions_fail_and_come_back_with_them() {
    // The server hears nothing of a connection that it can't accept: that takes a timeout.
    let simulator = Simulator::start(&["--tcp", "127.0.0.1:0", "--time-scale", "50"]);
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
    let used = simulator.open_files();
    // Enough for one end of the control connection at most, not for both.
    simulator.limit_files(used);
    let server = simulator.ready["server"]["ftp"].as_str().expect("an address");
    let stranger = TcpStream::connect(server).expect("the backlog takes it");
    host.command("AT", &["OK"]);
    host.send("AT+QFTPOPEN=\"ftp.example.com\"");
    host.expect(&["OK"]);
    let outcome = host.later("AT+QFTPOPEN");
    assert!(!outcome.starts_with("0,"), "{outcome}");
    let waits = TcpStream::connect(simulator.modem("tcp")).expect("the backlog takes it");
    drop(stranger);
    simulator.limit_files(used + 100);
    host.command("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", "+QFTPOPEN: 0,0"]);
    // A host that came in the meantime is served as well.
    Host::over(waits).command("AT", &["OK"]);
}

#[test]
fn a_stop_in_the_middle_of_a_transfer_loses_nothing() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    let content = noise(2 << 20);
    host.log_in();
    host.command("AT+QFTPPUT=\"f\",\"COM:\",0,2097152,1", &["CONNECT"]);
    host.write(&content[..1 << 20]);
    simulator.send(Signal::SIGSTOP);
    simulator.wait_until(|state| state == 'T');
    simulator.send(Signal::SIGCONT);
    host.write(&content[1 << 20..]);
    host.expect(&["OK", "+QFTPPUT: 0,2097152"]);
    host.command("AT+QFTPGET=\"f\",\"COM:\"", &["CONNECT"]);
    assert!(host.data(1000) == content[..1000]);
    simulator.send(Signal::SIGSTOP);
    simulator.wait_until(|state| state == 'T');
    simulator.send(Signal::SIGCONT);
    assert!(host.data((2 << 20) - 1000) == content[1000..]);
    host.expect(&["OK", "+QFTPGET: 0,2097152"]);
}

#[test]
fn everything_listens_on_loopback_only() {
    let args = ["--tcp", "--rfc2217", "--control"].map(|option| [option, "127.0.0.1:0"]);
    let simulator = Simulator::start(args.as_flattened());
    let server = simulator.ready["server"]["ftp"].as_str().expect("an address");
    let mut control = BufReader::new(TcpStream::connect(server).expect("a connection"));
    let mut said = String::new();
    control.read_line(&mut said).expect("a greeting");
    for command in ["USER test", "PASS test", "EPSV"] {
        control.get_mut().write_all(format!("{command}\r\n").as_bytes()).expect("it reads");
        said.clear();
        control.read_line(&mut said).expect("a reply");
    }
    assert!(said.starts_with("229 "), "{said}");
    let ours = simulator.sockets();
    let mut found = 0;
    for table in ["tcp", "tcp6"] {
        let path = format!("/proc/{}/net/{table}", simulator.pid());
        // Without IPv6 there is no such table.
        let table = std::fs::read_to_string(path).unwrap_or_default();
        for row in table.lines().skip(1) {
            let fields: Vec<&str> = row.split_whitespace().collect();
            // 0A is LISTEN; the address is hexadecimal, its bytes reversed.
            if fields[3] == "0A" && ours.iter().any(|inode| inode == fields[9]) {
                assert!(fields[1].starts_with("0100007F:"), "listens on {}", fields[1]);
                found += 1;
            }
        }
    }
    assert_eq!(found, 6, "TCP, RFC 2217, FTP, FTPS, control, passive data");
}
