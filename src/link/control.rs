//! The control connection: commands out, replies in.

use std::future::pending;
use std::io;
use std::net::SocketAddr;

use suppaftp::tokio::AsyncFtpStream;
use suppaftp::types::Response;
use suppaftp::{FtpError, FtpResult};
use tokio::net::TcpStream;

use crate::modem::link::LinkError;

/// Code of the reply that announces the end of the session (RFC 959 §4.2.2).
const SERVICE_NOT_AVAILABLE: u16 = 421;
/// Code of "syntax error in parameters or arguments" (RFC 959 §4.2.2).
const SYNTAX_ERROR_IN_PARAMETERS: u16 = 501;

/// A reply of the server: of several lines, the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// The three digits.
    pub(super) code: u16,
    /// What follows them, without the line end.
    pub(super) text: String,
}

impl Reply {
    /// Reads the code from the text: suppaftp's own status knows a part of the codes only.
    fn parse(body: &[u8]) -> Result<Self, LinkError> {
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
        LinkError::DataNotOpened | LinkError::DataClosed | LinkError::DataReset => true,
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
    client: AsyncFtpStream,
    /// A final reply that was read before its time.
    early: Option<Reply>,
    local: SocketAddr,
    peer: SocketAddr,
}

impl Control {
    /// Waits for the greeting.
    pub(super) async fn greet(stream: TcpStream) -> Result<Self, LinkError> {
        let local = stream.local_addr().map_err(|e| control_cause(&e))?;
        let peer = stream.peer_addr().map_err(|e| control_cause(&e))?;
        let client = AsyncFtpStream::connect_with_stream(stream).await.map_err(cause)?;
        Ok(Self { client, early: None, local, peer })
    }

    /// Our end of the connection.
    pub(super) fn local(&self) -> SocketAddr {
        self.local
    }

    /// The server's end of the connection.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
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
        FtpError::SecureError(text) => LinkError::Tls(text),
        FtpError::BadResponse
        | FtpError::InvalidAddress(_)
        | FtpError::DataConnectionAlreadyOpen => LinkError::Garbled,
    }
}

fn control_cause(error: &io::Error) -> LinkError {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            LinkError::ControlReset
        }
        io::ErrorKind::InvalidInput => LinkError::Reply(SYNTAX_ERROR_IN_PARAMETERS),
        io::ErrorKind::InvalidData => LinkError::Garbled,
        _ => LinkError::ControlClosed,
    }
}
