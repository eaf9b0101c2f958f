//! The control connection: commands out, replies in.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use suppaftp::tokio::{AsyncTlsConnector, ImplAsyncFtpStream};
use suppaftp::types::Response;
use suppaftp::{FtpError, FtpResult};
use tokio::net::TcpStream;

use super::interposer::{Channel, Tap};
use super::operation::Reporter;
use super::route::adopt;
use super::tls::{TlsClient, tls_failure};
use super::wire::Wire;
use crate::modem::link::{LinkError, LinkEvent, TlsFailure, TlsStart};

/// Code of the reply that announces the end of the session (RFC 959 §4.2.2).
const SERVICE_NOT_AVAILABLE: u16 = 421;
/// Code of "syntax error in parameters or arguments" (RFC 959 §4.2.2).
const SYNTAX_ERROR_IN_PARAMETERS: u16 = 501;

/// A reply of the server: of several lines, the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The three digits, 100–999.
    pub code: u16,
    /// What follows them, without the line end.
    pub text: String,
}

impl Reply {
    /// A reply of one line.
    pub fn new(code: u16, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// As it is sent; a line break in the text becomes a blank.
    pub(super) fn line(&self) -> Bytes {
        let text = self.text.replace(['\r', '\n'], " ");
        format!("{:03} {text}\r\n", self.code).into()
    }

    /// Reads the code from the text: suppaftp's own status knows a part of the codes only.
    pub(super) fn parse(body: &[u8]) -> Result<Self, LinkError> {
        let body = String::from_utf8_lossy(body);
        let line = body.trim_end_matches(['\r', '\n']).rsplit('\n').next().unwrap_or_default();
        let (code, text) = line.split_at_checked(3).ok_or(LinkError::Garbled)?;
        let code = code.parse().map_err(|_| LinkError::Garbled)?;
        Ok(Self { code, text: text.trim().to_owned() })
    }

    /// 1xx: another reply follows.
    pub(super) fn is_preliminary(&self) -> bool {
        self.code / 100 == 1
    }

    /// 2xx: done.
    pub(super) fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 3xx: waits for another command.
    pub(super) fn is_intermediate(&self) -> bool {
        self.code / 100 == 3
    }

    /// This reply as the cause of a failure.
    pub(super) fn cause(&self) -> LinkError {
        LinkError::Reply(self.code)
    }

    /// This reply if it is positive, else as a failure.
    pub(super) fn done(self) -> Result<Self, LinkError> {
        if self.is_positive() { Ok(self) } else { Err(self.cause()) }
    }
}

/// Whether the control connection can still be used after `cause`.
///
/// After a garbled reply it can't: which reply belongs to which command is no longer certain.
pub(super) fn survives(cause: &LinkError) -> bool {
    match cause {
        LinkError::Reply(code) => *code != SERVICE_NOT_AVAILABLE,
        LinkError::DataNotOpened
        | LinkError::DataClosed
        | LinkError::DataReset
        | LinkError::DataTls(_) => true,
        LinkError::NameNotResolved
        | LinkError::Unreachable
        | LinkError::Refused
        | LinkError::ControlClosed
        | LinkError::ControlReset
        | LinkError::Garbled
        | LinkError::Tls(_) => false,
    }
}

/// A control connection past the greeting. Dropping it closes it.
///
/// Everything that waits for a reply, except [`Control::command`], may be dropped while it waits:
/// suppaftp keeps a reply that is half read.
pub(super) struct Control {
    client: ImplAsyncFtpStream<Wire>,
    /// A final reply that was read before its time.
    early: Option<Reply>,
    local: SocketAddr,
    peer: SocketAddr,
    tap: Tap,
}

impl Control {
    /// Connects to the first of `addresses` that answers, waits for the greeting, and with `tls`
    /// protects this connection and those for data. All of it passes `tap`.
    pub(super) async fn open(
        addresses: &[SocketAddr],
        tls: Option<Arc<TlsClient>>,
        reporter: Reporter,
        tap: Tap,
    ) -> Result<Self, LinkError> {
        let failure = Arc::new(OnceLock::new());
        let cause = |error| failure.get().cloned().unwrap_or_else(|| cause(error));
        let connector = |start| {
            let tls = tls.clone().filter(|tls| tls.start == start);
            let (reporter, failure, tap) = (reporter.clone(), failure.clone(), tap.clone());
            Connector { tls, reporter, failure, tap }
        };
        // The only way to a stream of our own: without TLS, "implicit" is plain FTP.
        let implicit = connector(TlsStart::Implicit);
        let mut client = ImplAsyncFtpStream::connect_secure_implicit(addresses, implicit, "")
            .await
            .map_err(&cause)?;
        let explicit = connector(TlsStart::Explicit);
        if explicit.tls.is_some() {
            // AUTH TLS, PBSZ 0, PROT P.
            client = client.into_secure(explicit, "").await.map_err(&cause)?;
        }
        let (local, peer) = {
            let socket = client.get_ref().await;
            let peer = socket.peer_addr().map_err(|e| control_cause(&e))?;
            (socket.local_addr().map_err(|e| control_cause(&e))?, peer)
        };
        let mut control = Self { client, early: None, local, peer, tap };
        if tls.is_some_and(|tls| tls.start == TlsStart::Implicit) {
            for command in ["PBSZ 0", "PROT P"] {
                control.command(command).await?.done()?;
            }
        }
        Ok(control)
    }

    /// Our end of the connection.
    pub(super) fn local(&self) -> SocketAddr {
        self.local
    }

    /// The server's end of the connection.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Where the session's interposer is asked.
    pub(super) fn tap(&self) -> Tap {
        self.tap.clone()
    }

    /// Sends one command and waits for the reply to it.
    ///
    /// A command with a line break in it is not sent, but answered as a server would: 501.
    pub(super) async fn command(&mut self, line: impl Into<String>) -> Result<Reply, LinkError> {
        // suppaftp hands over a reply it does not expect whole, so it is told to expect none.
        reply(self.client.custom_command(line.into(), &[]).await)
    }

    /// Waits for the reply that ends a transfer.
    pub(super) async fn completion(&mut self) -> Result<Reply, LinkError> {
        loop {
            let reply = self.next_reply().await?;
            if !reply.is_preliminary() {
                return Ok(reply);
            }
        }
    }

    /// Waits for the reply that ends a transfer whose data connection we have closed.
    ///
    /// A server may send "at most, one 1yz reply per command" (RFC 959 §4.2), so a second one is
    /// meant as the end: Pure-FTPd 1.0.50 does that.
    pub(super) async fn abortion(&mut self) -> Result<(), LinkError> {
        let reply = self.next_reply().await?;
        if reply.is_preliminary() { Ok(()) } else { reply.done().map(drop) }
    }

    async fn next_reply(&mut self) -> Result<Reply, LinkError> {
        match self.early.take() {
            Some(reply) => Ok(reply),
            None => reply(self.client.read_response_in(&[]).await),
        }
    }

    /// Waits until the server gives up the transfer; a positive [`Control::completion`] is kept.
    pub(super) async fn refusal(&mut self) -> LinkError {
        match self.completion().await {
            Ok(reply) if reply.is_positive() => {
                self.early = Some(reply);
                pending().await
            }
            Ok(reply) => reply.cause(),
            Err(cause) => cause,
        }
    }

    /// Waits for the end of the session while no reply is due; other replies are discarded.
    pub(super) async fn loss(&mut self) -> LinkError {
        loop {
            match self.completion().await {
                Ok(reply) if reply.code == SERVICE_NOT_AVAILABLE => return reply.cause(),
                Ok(_) => {}
                Err(cause) => return cause,
            }
        }
    }
}

/// Makes the wire of a control connection out of a TCP connection.
#[derive(Debug)]
struct Connector {
    /// Protects the connection, if it is to be protected now.
    tls: Option<Arc<TlsClient>>,
    reporter: Reporter,
    /// Where to put what suppaftp would pass on as a text.
    failure: Arc<OnceLock<LinkError>>,
    tap: Tap,
}

#[async_trait]
impl AsyncTlsConnector for Connector {
    type Stream = Wire;

    async fn connect(&self, _domain: &str, stream: TcpStream) -> FtpResult<Wire> {
        let stream = adopt(stream).map_err(FtpError::ConnectionError)?;
        let Some(tls) = &self.tls else { return Ok(self.tap.control(Wire::Clear(stream))) };
        self.reporter.report(LinkEvent::Negotiating).await;
        match self.tap.handshake(Channel::Control, tls.secure(stream)).await {
            Ok((wire, session)) => {
                self.reporter.report(|id| LinkEvent::Secured(id, session)).await;
                Ok(self.tap.control(wire))
            }
            Err(failure) => {
                let text = failure.to_string();
                let _ = self.failure.set(LinkError::Tls(failure));
                Err(FtpError::SecureError(text))
            }
        }
    }
}

fn reply(response: FtpResult<Response>) -> Result<Reply, LinkError> {
    match response {
        Ok(response) | Err(FtpError::UnexpectedResponse(response)) => Reply::parse(&response.body),
        Err(error) => Err(cause(error)),
    }
}

fn cause(error: FtpError) -> LinkError {
    match error {
        FtpError::ConnectionError(error) => control_cause(&error),
        FtpError::UnexpectedResponse(response) => {
            Reply::parse(&response.body).map_or_else(|cause| cause, |reply| reply.cause())
        }
        FtpError::SecureError(text) => LinkError::Tls(TlsFailure::Handshake(text)),
        FtpError::BadResponse
        | FtpError::InvalidAddress(_)
        | FtpError::DataConnectionAlreadyOpen => LinkError::Garbled,
    }
}

fn control_cause(error: &io::Error) -> LinkError {
    // With TLS 1.3, what the server thinks of our certificate comes after the handshake.
    if let Some(failure) = tls_failure(error) {
        return LinkError::Tls(failure);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => LinkError::Refused,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::TimedOut => LinkError::Unreachable,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            LinkError::ControlReset
        }
        io::ErrorKind::InvalidInput => LinkError::Reply(SYNTAX_ERROR_IN_PARAMETERS),
        io::ErrorKind::InvalidData => LinkError::Garbled,
        _ => LinkError::ControlClosed,
    }
}
