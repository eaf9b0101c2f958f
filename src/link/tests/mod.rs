//! The worker against a server whose every word is written in the test.

mod cancel;
mod close;
mod commands;
mod data_connection;
mod download;
mod embedded;
mod loss;
mod open;
mod tls;
mod upload;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::{EmbeddedAddresses, Hosts, LinkHandle, Router, spawn};
use crate::modem::link::{
    ControlCommand, DataAddress, DataConnection, LinkError, LinkEvent, LinkFailure, LinkRequest,
    OpId, OpenTarget, Transfer, TransferMode,
};

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Addresses of this machine where no other test can take the port that one relies on:
/// two for the tests that need several servers' addresses, one where nobody stays to listen.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const YET_ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));
const DESERTED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 4));
/// What the server is called.
const HOST: &str = "ftp.example.com";
/// The operation that every session is opened with.
const OPEN: OpId = OpId(0);
/// The first operation of a test, and those after it.
const FIRST: OpId = OpId(1);
const SECOND: OpId = OpId(2);
const THIRD: OpId = OpId(3);

/// A test that waits longer than this hangs.
async fn soon<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("this should not take so long")
}

/// Lets the worker take in all that has been said to it: a few turns, because it may take one to
/// be woken.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// The modem's side of the link.
struct Modem {
    link: LinkHandle,
    events: mpsc::Receiver<LinkEvent>,
}

impl Modem {
    fn new(router: Router) -> Self {
        let (link, events) = spawn(Arc::new(router));
        Self { link, events }
    }

    fn ask(&self, request: LinkRequest) {
        self.link.request(request);
    }

    fn control(&self, op: OpId, command: ControlCommand) {
        self.ask(LinkRequest::Control(op, command));
    }

    fn store(&self, op: OpId, path: &str) {
        let transfer = Transfer::Store { path: path.to_owned(), offset: 0, rest: true };
        self.ask(LinkRequest::Transfer(op, transfer));
    }

    fn retrieve(&self, op: OpId, path: &str) {
        let transfer = Transfer::Retrieve { path: path.to_owned(), offset: 0 };
        self.ask(LinkRequest::Transfer(op, transfer));
    }

    fn data(&self, op: OpId, bytes: &'static [u8]) {
        self.ask(LinkRequest::Data(op, Bytes::from_static(bytes)));
    }

    async fn event(&mut self) -> LinkEvent {
        soon(self.events.recv()).await.expect("the worker is alive")
    }

    async fn expect(&mut self, event: LinkEvent) {
        assert_eq!(self.event().await, event);
    }

    /// Expects the failure of `op`, after which the session is still usable.
    async fn expect_failure(&mut self, op: OpId, cause: LinkError) {
        let failure = LinkFailure { cause, session_alive: true };
        self.expect(LinkEvent::Failed(op, failure)).await;
    }

    /// Expects the failure of `op`, with which the session ends.
    async fn expect_end(&mut self, op: OpId, cause: LinkError) {
        let failure = LinkFailure { cause, session_alive: false };
        self.expect(LinkEvent::Failed(op, failure)).await;
    }

    /// Expects `op` to report as sent exactly this many bytes, in any number of pieces.
    async fn expect_sent(&mut self, op: OpId, bytes: u64) {
        let mut sent = 0;
        while sent < bytes {
            match self.event().await {
                LinkEvent::Sent(id, more) if id == op => sent += more,
                other => panic!("{other:?} instead of Sent"),
            }
        }
        assert_eq!(sent, bytes);
    }

    /// Expects exactly this many bytes of the download `op`.
    async fn expect_data(&mut self, op: OpId, bytes: usize) -> Vec<u8> {
        let mut data = Vec::new();
        while data.len() < bytes {
            match self.event().await {
                LinkEvent::Data(id, part) if id == op => data.extend_from_slice(&part),
                other => panic!("{other:?} instead of Data"),
            }
        }
        assert_eq!(data.len(), bytes);
        data
    }
}

/// A server that says what the test makes it say.
struct Server {
    listener: TcpListener,
    control: Option<BufReader<TcpStream>>,
}

impl Server {
    async fn new() -> Self {
        Self::at(LOCALHOST).await.unwrap()
    }

    async fn at(address: IpAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind((address, 0)).await?;
        Ok(Self { listener, control: None })
    }

    fn router(&self) -> Router {
        let plain = self.listener.local_addr().unwrap();
        Router::new(Hosts::default(), Some(EmbeddedAddresses { plain, implicit_tls: None }))
    }

    async fn accept(&mut self) {
        let (stream, _) = soon(self.listener.accept()).await.unwrap();
        // A reply leaves when it is said, not when the last one has been acknowledged.
        stream.set_nodelay(true).unwrap();
        self.control = Some(BufReader::new(stream));
    }

    fn control(&mut self) -> &mut BufReader<TcpStream> {
        self.control.as_mut().expect("a control connection is open")
    }

    async fn say(&mut self, reply: &str) {
        self.say_bytes(format!("{reply}\r\n").as_bytes()).await;
    }

    async fn say_bytes(&mut self, bytes: &[u8]) {
        self.control().write_all(bytes).await.unwrap();
    }

    async fn hear(&mut self) -> String {
        let mut line = String::new();
        soon(self.control().read_line(&mut line)).await.unwrap();
        line.strip_suffix("\r\n").unwrap_or_else(|| panic!("{line:?} is no line")).to_owned()
    }

    async fn expect(&mut self, command: &str) {
        assert_eq!(self.hear().await, command);
    }

    /// One command and the reply to it.
    async fn answer(&mut self, command: &str, reply: &str) {
        self.expect(command).await;
        self.say(reply).await;
    }

    async fn greet_and_log_in(&mut self) {
        self.accept().await;
        self.say("220 ready").await;
        self.answer("USER test", "331 password, please").await;
        self.answer("PASS secret", "230 welcome").await;
        self.answer("TYPE I", "200 binary").await;
    }

    /// Expects PASV and announces a new listener.
    async fn passive(&mut self) -> TcpListener {
        let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
        self.answer("PASV", &announcement(listener.local_addr().unwrap())).await;
        listener
    }

    /// Expects a transfer and opens its data connection.
    async fn begin(&mut self, command: &str) -> TcpStream {
        let listener = self.passive().await;
        self.answer(command, "150 here we go").await;
        soon(listener.accept()).await.unwrap().0
    }

    fn close(&mut self) {
        self.control = None;
    }

    fn reset(&mut self) {
        reset(self.control.take().expect("a control connection is open").into_inner());
    }

    /// Expects that the control connection is closed without another word.
    async fn expect_closed(&mut self) {
        let mut rest = Vec::new();
        // Closed with a reply unread, a connection is reset.
        let _ = soon(self.control().read_to_end(&mut rest)).await;
        assert_eq!(rest, b"");
    }
}

fn announcement(address: SocketAddr) -> String {
    let (host, port) = (address.ip().to_string().replace('.', ","), address.port());
    format!("227 Entering Passive Mode ({host},{},{})", port >> 8, port & 0xff)
}

fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}

/// The account of [`Server::greet_and_log_in`].
fn target(data: DataConnection) -> OpenTarget {
    OpenTarget {
        host: HOST.to_owned(),
        port: 21,
        username: "test".to_owned(),
        password: "secret".to_owned(),
        mode: TransferMode { ascii: false, data },
        tls: None,
    }
}

fn passive_target() -> OpenTarget {
    target(DataConnection::Passive(DataAddress::Announced))
}

fn ascii_target() -> OpenTarget {
    let mut target = passive_target();
    target.mode.ascii = true;
    target
}

fn open(target: OpenTarget) -> LinkRequest {
    LinkRequest::Open(OPEN, Box::new(target))
}

async fn session_with(data: DataConnection) -> (Modem, Server) {
    session_at(Server::new().await, data).await
}

async fn session_at(mut server: Server, data: DataConnection) -> (Modem, Server) {
    let mut modem = Modem::new(server.router());
    modem.ask(open(target(data)));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
    (modem, server)
}

async fn session() -> (Modem, Server) {
    session_with(DataConnection::Passive(DataAddress::Announced)).await
}

/// Shows that the session works and that nothing else was reported before.
async fn expect_pwd_to_work(modem: &mut Modem, server: &mut Server, op: OpId) {
    modem.control(op, ControlCommand::Pwd);
    server.answer("PWD", "257 \"/here\" is it").await;
    modem.expect(LinkEvent::Answered(op, crate::modem::link::Answer::Path("/here".into()))).await;
}
