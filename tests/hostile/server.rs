//! A server that is killed and started again, in each phase of a session.

use nix::sys::signal::Signal;

use crate::common::{Host, Simulator, noise};

/// More than all buffers on the way hold.
const SCENARIO: &str = "
scenario: a-big-file
server: { accounts: { test: test }, files: { /zeros: { size: 64MiB, pattern: zeros } } }
";

/// `"ssltype"`: plain FTP, and FTP with AUTH TLS.
const SECURITIES: [u8; 2] = [0, 2];

/// A server of its own, and a modem that goes there.
struct Pair {
    server: Option<Simulator>,
    port: String,
    _modem: Simulator,
    host: Host,
}

impl Pair {
    /// Logged in, with that `"ssltype"`.
    fn new(security: u8) -> Pair {
        let folder = tempfile::tempdir().expect("a folder");
        let scenario = folder.path().join("server.yaml");
        std::fs::write(&scenario, SCENARIO).expect("written");
        let scenario = scenario.to_str().expect("text");
        let server = Simulator::start(&["--no-pty", "--scenario", scenario]);
        let addr = server.ready["server"]["ftp"].as_str().expect("an address");
        let port = addr.rsplit_once(':').expect("a port").1.to_owned();
        let modem = Simulator::start(&["--direct"]);
        let mut host = modem.open();
        host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
        host.command("AT+QIACT=1", &["OK"]);
        host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
        host.command(&format!("AT+QFTPCFG=\"ssltype\",{security}"), &["OK"]);
        host.command("AT+QFTPCFG=\"sslctxid\",1", &["OK"]);
        let mut pair = Pair { server: Some(server), port, _modem: modem, host };
        pair.open();
        pair
    }

    /// The command that logs in.
    fn login(&self) -> String {
        format!("AT+QFTPOPEN=\"127.0.0.1\",{}", self.port)
    }

    fn open(&mut self) {
        let login = self.login();
        self.host.command(&login, &["OK", "+QFTPOPEN: 0,0"]);
    }

    fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.signal(Signal::SIGKILL);
        }
    }

    /// Kills the server while `command` waits for it; what the host hears.
    fn kill_in(&mut self, command: &str) -> String {
        let server = self.server.as_ref().expect("it runs");
        server.send(Signal::SIGSTOP);
        server.wait_until(|state| state == 'T');
        self.host.command(command, &["OK"]);
        self.kill();
        self.host.later(command)
    }

    /// Starts the server again: the modem logs in and works.
    fn restart(mut self) {
        self.server = Some(Simulator::start(&["--no-pty", "--ftp-port", &self.port]));
        self.open();
        self.host.command("AT+QFTPPUT=\"new\",\"COM:\",0,5,1", &["CONNECT"]);
        self.host.write(b"hello");
        self.host.expect(&["OK", "+QFTPPUT: 0,5"]);
    }
}

#[test]
fn killed_while_the_session_is_idle() {
    for mut pair in SECURITIES.map(Pair::new) {
        pair.kill();
        pair.host.expect(&["+QFTPCLOSE: 606,0"]);
        let login = pair.login();
        pair.host.command(&login, &["OK", "+QFTPOPEN: 606,0"]);
        pair.restart();
    }
}

#[test]
fn killed_in_the_login() {
    for mut pair in SECURITIES.map(Pair::new) {
        pair.host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
        let login = pair.login();
        let outcome = pair.kill_in(&login);
        assert!(outcome.starts_with('6'), "{outcome}");
        pair.restart();
    }
}

#[test]
fn killed_in_a_command_and_in_a_listing() {
    for command in ["AT+QFTPSIZE=\"zeros\"", "AT+QFTPLIST=\".\",\"RAM:list\""] {
        for mut pair in SECURITIES.map(Pair::new) {
            let outcome = pair.kill_in(command);
            assert!(outcome.starts_with('6'), "{command}: {outcome}");
            pair.restart();
        }
    }
}

#[test]
fn killed_in_the_logout() {
    for mut pair in SECURITIES.map(Pair::new) {
        // That is what it wanted.
        assert_eq!(pair.kill_in("AT+QFTPCLOSE"), "0,0");
        pair.restart();
    }
}

#[test]
fn killed_in_an_upload() {
    for mut pair in SECURITIES.map(Pair::new) {
        pair.host.command("AT+QFTPPUT=\"f\",\"COM:\"", &["CONNECT"]);
        pair.host.write(&noise(10_000));
        pair.kill();
        pair.host.expect(&["OK"]);
        let outcome = pair.host.later("AT+QFTPPUT");
        assert!(outcome.starts_with('6'), "{outcome}");
        pair.restart();
    }
}

#[test]
fn killed_in_a_download() {
    for mut pair in SECURITIES.map(Pair::new) {
        pair.host.command("AT+QFTPGET=\"zeros\",\"COM:\"", &["CONNECT"]);
        pair.host.data(1000);
        pair.kill();
        let rest = pair.host.data_until(b"\r\nOK\r\n");
        assert!(rest.iter().all(|&byte| byte == 0), "bytes that the server never sent");
        let outcome = pair.host.later("AT+QFTPGET");
        assert!(outcome.starts_with('6'), "{outcome}");
        pair.restart();
    }
}

#[test]
fn killed_between_two_parts_of_an_upload() {
    for mut pair in SECURITIES.map(Pair::new) {
        pair.host.command("AT+QFTPPUT=\"f\",\"COM:\",0,5,0", &["CONNECT"]);
        pair.host.write(b"hello");
        pair.host.expect(&["OK", "+QFTPPUT: 0,5"]);
        pair.kill();
        let outcome = pair.host.line();
        assert!(outcome.starts_with("+QFTP"), "{outcome}");
        pair.restart();
    }
}
