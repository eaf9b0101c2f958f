//! A server that is killed and started again, in each phase of a session.

use nix::sys::signal::Signal;

use crate::common::{Host, Simulator, noise};

/// A server of its own, and a modem that goes there.
struct Pair {
    server: Option<Simulator>,
    port: String,
    _modem: Simulator,
    host: Host,
}

impl Pair {
    fn new() -> Pair {
        let server = Simulator::start(&["--no-pty"]);
        let addr = server.ready["server"]["ftp"].as_str().expect("an address");
        let port = addr.rsplit_once(':').expect("a port").1.to_owned();
        let modem = Simulator::start(&["--direct"]);
        let mut host = modem.open();
        host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
        host.command("AT+QIACT=1", &["OK"]);
        host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
        let mut pair = Pair { server: Some(server), port, _modem: modem, host };
        pair.open();
        pair
    }

    fn open(&mut self) {
        let open = format!("AT+QFTPOPEN=\"127.0.0.1\",{}", self.port);
        self.host.command(&open, &["OK", "+QFTPOPEN: 0,0"]);
    }

    fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.signal(Signal::SIGKILL);
        }
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
    let mut pair = Pair::new();
    pair.kill();
    pair.host.expect(&["+QFTPCLOSE: 606,0"]);
    let open = format!("AT+QFTPOPEN=\"127.0.0.1\",{}", pair.port);
    pair.host.command(&open, &["OK", "+QFTPOPEN: 606,0"]);
    pair.restart();
}

#[test]
fn killed_in_an_upload() {
    let mut pair = Pair::new();
    pair.host.command("AT+QFTPPUT=\"f\",\"COM:\"", &["CONNECT"]);
    pair.host.write(&noise(10_000));
    pair.kill();
    let outcome = pair.host.line();
    assert!(
        ["+CME ERROR: 605", "+CME ERROR: 606", "+CME ERROR: 609"].contains(&&*outcome),
        "{outcome}"
    );
    pair.restart();
}

#[test]
fn killed_in_a_download() {
    let mut pair = Pair::new();
    let content = noise(4 << 20);
    pair.host.command("AT+QFTPPUT=\"f\",\"COM:\",0,4194304,1", &["CONNECT"]);
    pair.host.write(&content);
    pair.host.expect(&["OK", "+QFTPPUT: 0,4194304"]);
    pair.host.command("AT+QFTPGET=\"f\",\"COM:\"", &["CONNECT"]);
    assert!(pair.host.data(1000) == content[..1000]);
    pair.kill();
    let rest = pair.host.data_until(b"\r\n+CME ERROR: ");
    assert!(content[1000..].starts_with(&rest), "bytes that the server never sent");
    pair.host.line();
    pair.restart();
}

#[test]
fn killed_between_two_parts_of_an_upload() {
    let mut pair = Pair::new();
    pair.host.command("AT+QFTPPUT=\"f\",\"COM:\",0,5,0", &["CONNECT"]);
    pair.host.write(b"hello");
    pair.host.expect(&["OK", "+QFTPPUT: 0,5"]);
    pair.kill();
    let outcome = pair.host.line();
    assert!(outcome.starts_with("+QFTP"), "{outcome}");
    pair.restart();
}
