//! `"data_address"`: servers that announce a wrong address for the data connection, as those
//! behind a NAT do, or are silent at the right one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};

use crate::common::{Host, Simulator};
use crate::scripted::{CONTENT, Scripted, Turn};

/// Where the server is.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Another address, where nobody listens unless a test does.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

const GET: &str = "AT+QFTPGET=\"a\",\"RAM:a\"";

/// A session in which module time runs thirty times as fast, with this `"data_address"`.
fn session(server: &Scripted, data_address: &str) -> (Simulator, Host) {
    let simulator =
        Simulator::start(&["--direct", "--no-pty", "--tcp", "127.0.0.1:0", "--time-scale", "30"]);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command(&format!("AT+QFTPCFG=\"data_address\",{data_address}"), &["OK"]);
    assert_eq!(host.ask(&server.open()).as_deref(), Ok("0,0"));
    (simulator, host)
}

/// It listens where it is, and announces another address.
fn behind_a_nat() -> Scripted {
    Scripted::start(HERE, |control, command, _| {
        if command != "PASV" {
            return Turn::Proper;
        }
        let listener = control.listener();
        let port = listener.local_addr().expect("bound").port();
        control.passive(listener, SocketAddr::new(ELSEWHERE, port));
        Turn::Said
    })
}

/// It listens at the address that it announces; where it is, a connection is neither accepted nor
/// refused.
fn silent_where_it_is() -> Scripted {
    Scripted::start(HERE, |control, command, _| {
        if command != "PASV" {
            return Turn::Proper;
        }
        let (listener, silent) = loop {
            let listener = TcpListener::bind((ELSEWHERE, 0)).expect("a port");
            let port = listener.local_addr().expect("bound").port();
            if let Ok(silent) = Silent::at(SocketAddr::new(HERE, port)) {
                break (listener, silent);
            }
        };
        let announced = listener.local_addr().expect("bound");
        control.passive(listener, announced);
        control.keep(silent);
        Turn::Said
    })
}

/// A listener whose queue is full.
struct Silent {
    _listener: TcpListener,
    _waiting: TcpStream,
}

impl Silent {
    fn at(address: SocketAddr) -> std::io::Result<Silent> {
        // The queue of a listener of the standard library is too long to be filled.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let _guard = runtime.enter();
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(address)?;
        let listener = socket.listen(0)?.into_std()?;
        Ok(Silent { _listener: listener, _waiting: TcpStream::connect(address)? })
    }
}

#[test]
fn with_0_a_wrong_announced_address_is_615_and_the_session_goes_on() {
    let server = behind_a_nat();
    let (_simulator, mut host) = session(&server, "0");
    assert_eq!(host.ask(GET).as_deref(), Ok("615,0"));
    host.command("AT+QFTPGET=\"a\",\"COM:\"", &["+CME ERROR: 615"]);
    assert_eq!(host.ask("AT+QFTPSIZE=\"a\"").as_deref(), Ok("0,5"));
}

#[test]
fn with_1_the_announced_address_does_not_matter() {
    let server = behind_a_nat();
    let (_simulator, mut host) = session(&server, "1");
    assert_eq!(host.ask(GET).as_deref(), Ok("0,5"));
}

#[test]
fn with_2_the_address_of_the_control_session_is_tried_first() {
    let server = behind_a_nat();
    let (_simulator, mut host) = session(&server, "2,15");
    assert_eq!(host.ask(GET).as_deref(), Ok("0,5"));
}

#[test]
fn with_1_a_silent_server_is_609_after_rsptimeout() {
    let server = silent_where_it_is();
    let (_simulator, mut host) = session(&server, "1");
    assert_eq!(host.ask(GET).as_deref(), Ok("609,0"));
    assert_eq!(host.ask("AT+QFTPSIZE=\"a\"").as_deref(), Ok("0,5"));
}

#[test]
fn with_2_a_silent_server_is_given_data_timeout_before_its_own_address_is_tried() {
    let server = silent_where_it_is();
    let (_simulator, mut host) = session(&server, "2,15");
    // Were it waited for, this would be 609 after rsptimeout.
    host.command("AT+QFTPGET=\"a\",\"COM:\"", &["CONNECT"]);
    assert_eq!(host.data(CONTENT.len()), CONTENT);
    host.expect(&["OK", "+QFTPGET: 0,5"]);
}
