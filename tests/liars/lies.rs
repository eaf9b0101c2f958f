//! Telling lies: a modem for each, and what the host must hear and can do afterwards.

use std::net::{IpAddr, Ipv4Addr};

use crate::common::{Host, Simulator};
use crate::scripted::{CONTENT, Control, Scripted, Turn};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Module time runs so many times as fast as wall time: 90 s are three.
const SCALE: &str = "30";
/// The memory that one session may need at most, whatever the server does, in bytes.
pub const BOUND: u64 = 64 << 20;

pub const OPEN: &str = "open";
pub const SIZE: &str = "AT+QFTPSIZE=\"a\"";
pub const DEL: &str = "AT+QFTPDEL=\"a\"";
pub const GET: &str = "AT+QFTPGET=\"a\",\"RAM:a\"";
pub const PUT: &str = "AT+QFTPPUT=\"a\",\"RAM:up\"";
pub const LIST: &str = "AT+QFTPLIST=\".\",\"RAM:a\"";

/// One lie.
pub struct Lie {
    /// What the server does.
    what: &'static str,
    /// At this verb; `""` is the greeting.
    at: &'static str,
    tell: fn(&mut Control) -> Turn,
    /// What the host is about.
    command: &'static str,
    /// `<err>,<protocol_error>` that it hears.
    hears: &'static str,
}

pub const fn lie(
    what: &'static str,
    at: &'static str,
    tell: fn(&mut Control) -> Turn,
    command: &'static str,
    hears: &'static str,
) -> Lie {
    Lie { what, at, tell, command, hears }
}

/// A host on a modem of its own, whose time flies.
pub fn modem() -> (Simulator, Host) {
    let simulator =
        Simulator::start(&["--direct", "--no-pty", "--tcp", "127.0.0.1:0", "--time-scale", SCALE]);
    let mut host = Host::connect(simulator.modem("tcp"));
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    // What PUT sends.
    host.command("AT+QFUPL=\"RAM:up\",5", &["CONNECT"]);
    host.write(b"12345");
    assert!(host.line().starts_with("+QFUPL: 5,"));
    host.expect(&["OK"]);
    (simulator, host)
}

/// A server that tells `lie` in its first session, and is honest from then on.
pub fn liar(
    at: &'static str,
    tell: impl Fn(&mut Control) -> Turn + Send + Sync + 'static,
) -> Scripted {
    Scripted::start(HERE, move |control, command, session| {
        let verb = command.split(' ').next().unwrap_or_default();
        if session == 0 && verb == at { tell(control) } else { Turn::Proper }
    })
}

pub fn ask(host: &mut Host, command: &str) -> String {
    host.ask(command).unwrap_or_else(|line| line)
}

/// Closes what is left of a session, opens the next one, and uses it.
#[track_caller]
pub fn next_session_works(host: &mut Host, server: &Scripted) {
    if ask(host, "AT+QFTPSTAT") != "0,4" {
        assert_eq!(ask(host, "AT+QFTPCLOSE"), "0,0");
    }
    assert_eq!(ask(host, &server.open()), "0,0");
    assert_eq!(ask(host, SIZE), "0,5");
    host.command("AT+QFTPGET=\"a\",\"COM:\"", &["CONNECT"]);
    assert_eq!(host.data(CONTENT.len()), CONTENT);
    host.expect(&["OK", "+QFTPGET: 0,5"]);
    assert_eq!(ask(host, PUT), "0,5");
    assert_eq!(ask(host, "AT+QFTPCLOSE"), "0,0");
}

/// Tells each lie to a new modem, all at once: most of them are about waiting.
pub fn tell(lies: &[Lie]) {
    let told: Vec<Result<(), String>> = std::thread::scope(|scope| {
        let tellers: Vec<_> = lies.iter().map(|lie| scope.spawn(|| lie.tell())).collect();
        tellers.into_iter().map(|teller| teller.join().expect("the session goes on")).collect()
    });
    let wrong: Vec<String> = told.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

impl Lie {
    fn tell(&self) -> Result<(), String> {
        let (simulator, mut host) = modem();
        let before = simulator.peak_memory();
        let server = liar(self.at, self.tell);
        let mut heard = ask(&mut host, &server.open());
        if self.command != OPEN {
            assert_eq!(heard, "0,0", "{}", self.what);
            heard = ask(&mut host, self.command);
        }
        next_session_works(&mut host, &server);
        let grown = simulator.peak_memory() - before;
        if heard != self.hears {
            Err(format!("{} {}: {heard}, not {}", self.at, self.what, self.hears))
        } else if grown > BOUND {
            Err(format!("{} {}: {} MiB", self.at, self.what, grown >> 20))
        } else {
            Ok(())
        }
    }
}

pub fn says(control: &mut Control, reply: &str) -> Turn {
    control.say(reply);
    Turn::Said
}

pub fn stalls(control: &mut Control) -> Turn {
    control.ignore();
    Turn::Close
}

pub fn says_without_end(control: &mut Control, bytes: &[u8]) -> Turn {
    control.say_without_end(bytes);
    Turn::Close
}

pub fn closes(_: &mut Control) -> Turn {
    Turn::Close
}
