//! The interposer: what the modem makes of each verdict, and that the next session works.

mod control;
mod data;
mod pairing;
mod time;

use std::sync::Mutex;

use super::*;
use crate::clock::Clock;
use crate::link::embedded::{Account, EmbeddedServer, ServerConfig, ServerTls};
use crate::link::interposer::{
    Bell, Channel, Command, DataOpening, Direction, End, Exchange, Handshake, Interposer,
    Interposition, Occasion, Opening, Passage, Reply, Verdict,
};
use crate::link::tls::Authority;
use crate::modem::link::{Answer, Credentials, TlsRequest, TlsStart};
use crate::scenario::TlsPlan;
use crate::time::ModuleTime;

/// Plain FTP and both kinds of FTPS.
const SECURITIES: [Option<TlsStart>; 3] =
    [None, Some(TlsStart::Explicit), Some(TlsStart::Implicit)];

/// What goes wrong, once.
#[derive(Clone, Debug)]
enum Fault {
    Opening(Opening),
    Handshake(Channel, Handshake),
    /// At this verb.
    Command(&'static str, Exchange),
    /// At the greeting, or at the final reply to this verb.
    Reply(&'static str, Exchange),
    /// At the preliminary reply to this verb.
    Preliminary(&'static str, Exchange),
    Announced(SocketAddr),
    DataOpening(DataOpening),
    /// After so many bytes.
    Data(Direction, u64, Passage),
    Called(End),
}

/// Lets one thing go wrong.
#[derive(Debug)]
struct OneFault {
    fault: Option<Fault>,
    after: Duration,
    fired: mpsc::UnboundedSender<()>,
}

impl OneFault {
    /// What `pick` finds in the fault, which is then over.
    fn fire<A>(&mut self, pass: A, pick: impl FnOnce(&Fault) -> Option<A>) -> Verdict<A> {
        match self.fault.as_ref().and_then(pick) {
            Some(action) => {
                self.fault = None;
                // Not every test listens.
                let _ = self.fired.send(());
                Verdict::from(action).after(self.after)
            }
            None => pass.into(),
        }
    }
}

impl Interposer for OneFault {
    fn opening(&mut self, _: ModuleTime, host: &str, port: u16) -> Verdict<Opening> {
        assert_eq!((host, port), (HOST, 21));
        self.fire(Opening::Pass, |fault| match fault {
            Fault::Opening(opening) => Some(*opening),
            _ => None,
        })
    }

    fn handshake(&mut self, _: ModuleTime, channel: Channel) -> Verdict<Handshake> {
        self.fire(Handshake::Pass, |fault| match fault {
            Fault::Handshake(on, handshake) if *on == channel => Some(handshake.clone()),
            _ => None,
        })
    }

    fn command(&mut self, _: ModuleTime, command: &Command) -> Verdict<Exchange> {
        self.fire(Exchange::Pass, |fault| match fault {
            Fault::Command(verb, exchange) if command.verb == *verb => Some(exchange.clone()),
            _ => None,
        })
    }

    fn reply(&mut self, _: ModuleTime, reply: &Reply, to: Occasion<'_>) -> Verdict<Exchange> {
        let said = match to {
            Occasion::Greeting => "greeting",
            Occasion::Command(command) => &command.verb,
            Occasion::Unasked => "",
        };
        let preliminary = reply.code < 200;
        self.fire(Exchange::Pass, |fault| match fault {
            Fault::Reply(verb, exchange) if said == *verb && !preliminary => Some(exchange.clone()),
            Fault::Preliminary(verb, exchange) if said == *verb && preliminary => {
                Some(exchange.clone())
            }
            _ => None,
        })
    }

    fn announced(&mut self, _: ModuleTime, address: SocketAddr) -> SocketAddr {
        let verdict = self.fire(address, |fault| match fault {
            Fault::Announced(instead) => Some(*instead),
            _ => None,
        });
        verdict.action
    }

    fn data_opening(&mut self, _: ModuleTime, _: SocketAddr) -> Verdict<DataOpening> {
        self.fire(DataOpening::Pass, |fault| match fault {
            Fault::DataOpening(opening) => Some(*opening),
            _ => None,
        })
    }

    fn data(&mut self, _: ModuleTime, direction: Direction, passed: u64) -> Passage {
        match &self.fault {
            Some(Fault::Data(on, at, _)) if *on == direction && passed < *at => Passage::until(*at),
            Some(Fault::Data(on, at, passage)) if *on == direction => {
                assert_eq!(passed, *at, "asked exactly there");
                let passage = passage.clone();
                self.fault = None;
                let _ = self.fired.send(());
                passage
            }
            _ => Passage::default(),
        }
    }

    fn called(&mut self, _: ModuleTime) -> Option<End> {
        match self.fault.take() {
            Some(Fault::Called(end)) => Some(end),
            other => {
                self.fault = other;
                None
            }
        }
    }
}

/// A modem, the embedded server, and between them what a test wants.
struct Bench {
    modem: Modem,
    server: EmbeddedServer,
    target: OpenTarget,
    fault: Arc<Mutex<Option<Fault>>>,
    fired: mpsc::UnboundedReceiver<()>,
    bell: Bell,
    last: u64,
}

impl Bench {
    async fn new(security: Option<TlsStart>) -> Self {
        Self::with(security, Clock::start(1.0), Duration::ZERO).await
    }

    /// Faults happen `after` the module time at which they would.
    async fn with(security: Option<TlsStart>, clock: Clock, after: Duration) -> Self {
        let tls = ServerTls {
            config: Authority::new().unwrap().server_config(&TlsPlan::default()),
            implicit: Some((LOCALHOST, 0).into()),
        };
        let server = EmbeddedServer::start(ServerConfig {
            accounts: vec![Account::new("test", "secret")],
            tls: Some(tls),
            ..ServerConfig::default()
        });
        let server = server.await.unwrap();
        let embedded = EmbeddedAddresses {
            plain: server.ftp_addr(),
            implicit_tls: server.ftps_implicit_addr(),
        };
        let fault = Arc::<Mutex<Option<Fault>>>::default();
        let next = Arc::clone(&fault);
        let (sender, fired) = mpsc::unbounded_channel();
        let interposition = Interposition::new(clock, move || {
            let fault = next.lock().unwrap().take();
            Box::new(OneFault { fault, after, fired: sender.clone() })
        });
        let bell = interposition.bell();
        let router = Router::new(Hosts::default(), Some(embedded));
        let modem = Modem::new(router.with_interposition(interposition));
        let tls = security.map(|start| Box::new(unchecked(start)));
        let target = OpenTarget { tls, ..passive_target() };
        Self { modem, server, target, fault, fired, bell, last: 0 }
    }

    fn op(&mut self) -> OpId {
        self.last += 1;
        OpId(self.last)
    }

    /// Opens a session in which `fault` happens.
    async fn open(&mut self, fault: Option<Fault>) -> Result<(), LinkFailure> {
        *self.fault.lock().unwrap() = fault;
        let op = self.op();
        self.modem.ask(LinkRequest::Open(op, Box::new(self.target.clone())));
        loop {
            match self.modem.event().await {
                LinkEvent::Negotiating(_) | LinkEvent::Secured(..) => {}
                LinkEvent::Opened(id) => {
                    assert_eq!(id, op);
                    return Ok(());
                }
                other => return Err(failure(op, other)),
            }
        }
    }

    async fn pwd(&mut self) -> Result<String, LinkFailure> {
        let op = self.op();
        self.modem.control(op, ControlCommand::Pwd);
        match self.modem.event().await {
            LinkEvent::Answered(id, Answer::Path(path)) if id == op => Ok(path),
            other => Err(failure(op, other)),
        }
    }

    /// Uploads `file`, and how much of it was sent.
    async fn upload(&mut self, path: &str, file: &[u8]) -> (u64, Result<(), LinkFailure>) {
        let op = self.op();
        self.modem.store(op, path);
        self.modem.ask(LinkRequest::Data(op, Bytes::copy_from_slice(file)));
        self.modem.ask(LinkRequest::Finish(op));
        let mut sent = 0;
        loop {
            match self.modem.event().await {
                LinkEvent::Ready(id) => assert_eq!(id, op),
                LinkEvent::Sent(_, more) => sent += more,
                LinkEvent::Finished(_) => return (sent, Ok(())),
                other => return (sent, Err(failure(op, other))),
            }
        }
    }

    /// Downloads `path`: what came, and how it ended.
    async fn download(&mut self, path: &str) -> (Vec<u8>, Result<(), LinkFailure>) {
        let op = self.op();
        self.modem.retrieve(op, path);
        self.modem.ask(LinkRequest::Credit(op, 1 << 30));
        let mut data = Vec::new();
        loop {
            match self.modem.event().await {
                LinkEvent::Ready(id) => assert_eq!(id, op),
                LinkEvent::Data(_, part) => data.extend_from_slice(&part),
                LinkEvent::Finished(_) => return (data, Ok(())),
                other => return (data, Err(failure(op, other))),
            }
        }
    }

    /// Shows that the session, or if there is none the next one, is in order.
    async fn expect_order(&mut self, alive: bool) {
        if !alive {
            self.open(None).await.expect("the next session opens");
        }
        assert_eq!(self.pwd().await.expect("PWD works"), "/");
        let file = embedded::counter(3000);
        assert_eq!(self.upload("/order.bin", &file).await, (3000, Ok(())));
        let (data, outcome) = self.download("/order.bin").await;
        assert_eq!((data == file, outcome), (true, Ok(())));
    }

    /// Drops the session without a word.
    async fn drop_session(&mut self) {
        self.modem.ask(LinkRequest::Drop);
        settle().await;
    }
}

/// A session with a scripted server, in which `fault` happens.
async fn scripted(fault: Fault) -> (Modem, Server, mpsc::UnboundedReceiver<()>) {
    scripted_with(DataConnection::Passive(DataAddress::Announced), fault).await
}

async fn scripted_with(
    data: DataConnection,
    fault: Fault,
) -> (Modem, Server, mpsc::UnboundedReceiver<()>) {
    let mut server = Server::new().await;
    let (sender, fired) = mpsc::unbounded_channel();
    let interposition = Interposition::new(Clock::start(1.0), move || {
        let fault = Some(fault.clone());
        Box::new(OneFault { fault, after: Duration::ZERO, fired: sender.clone() })
    });
    let mut modem = Modem::new(server.router().with_interposition(interposition));
    modem.ask(open(target(data)));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
    (modem, server, fired)
}

fn failure(op: OpId, event: LinkEvent) -> LinkFailure {
    match event {
        LinkEvent::Failed(id, failure) if id == op => failure,
        other => panic!("{other:?}"),
    }
}

/// The session is still there.
fn alive(cause: LinkError) -> LinkFailure {
    LinkFailure { cause, session_alive: true }
}

/// The session is over.
fn over(cause: LinkError) -> LinkFailure {
    LinkFailure { cause, session_alive: false }
}

fn unchecked(start: TlsStart) -> TlsRequest {
    TlsRequest {
        start,
        credentials: Ok(Credentials::Unchecked),
        sni: false,
        valid_at: None,
        version: None,
        cipher_suite: None,
        faithful: false,
    }
}

fn answer(code: u16) -> Exchange {
    Exchange::Answer(Reply::new(code, "so says the test"))
}
