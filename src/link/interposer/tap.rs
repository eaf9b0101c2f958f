//! The places where a session's interposer is asked.

use std::fmt;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, sleep_until};

use super::control::ControlTap;
use super::data::{DataTap, Unfinished};
use super::{Bell, Channel, DataOpening, End, Handshake, Interposer, Observer, Opening, Reply};
use crate::clock::Clock;
use crate::link::wire::Wire;
use crate::modem::link::{LinkError, TlsFailure};
use crate::time::ModuleTime;
use crate::transcript::event::Way;

/// What a server says to the end of a transfer whose data connection failed (RFC 959 §4.2.2).
const BROKEN_OFF: (u16, &str) = (426, "Connection closed; transfer aborted.");

/// A session's interposer, or none.
#[derive(Clone, Debug, Default)]
pub(in crate::link) struct Tap(Option<Arc<Shared>>);

/// What control and data connections have in common.
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) bell: Bell,
    observer: Option<Arc<dyn Observer>>,
    state: Mutex<State>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("state", &self.state).finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) interposer: Box<dyn Interposer>,
    /// The greeting has come.
    pub(super) greeted: bool,
    /// A data connection is open, or about to be, and its end hasn't been read.
    pub(super) data_open: bool,
    /// Takes the place of the reply that ends the transfer.
    pub(super) final_reply: Option<Reply>,
    /// What the data connection wants of the control connection.
    pub(super) end: Option<End>,
    /// So often the control connection has heard the bell.
    heard: u64,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // An interposer that panics takes the task with it, and nobody asks it again.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> ModuleTime {
        self.clock.now()
    }

    /// The moment `after` from now; `None` is at once.
    pub(super) fn due(&self, after: Duration) -> Option<Instant> {
        (!after.is_zero()).then(|| self.clock.when(self.now() + after))
    }

    /// Shows lines on the control connection to who wants to see them.
    pub(super) fn show_lines(&self, way: Way, bytes: &[u8]) {
        let Some(observer) = &self.observer else { return };
        for line in String::from_utf8_lossy(bytes).lines() {
            observer.line(self.now(), way, line);
        }
    }

    /// The same for bytes on a data connection.
    pub(super) fn show_data(&self, way: Way, bytes: &[u8]) {
        if let Some(observer) = &self.observer {
            observer.data(self.now(), way, bytes);
        }
    }

    /// Whether the control connection ends now.
    pub(super) fn end(&self, cx: &mut Context<'_>) -> Option<End> {
        let rung = self.bell.listen(cx.waker());
        let mut state = self.state();
        if state.heard != rung {
            state.heard = rung;
            let called = state.interposer.called(self.now());
            state.end = state.end.or(called);
        }
        state.end.take()
    }

    async fn wait(&self, after: Duration) {
        if let Some(due) = self.due(after) {
            sleep_until(due).await;
        }
    }
}

impl Tap {
    pub(super) fn new(
        clock: Clock,
        bell: Bell,
        interposer: Box<dyn Interposer>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        let state = State {
            interposer,
            greeted: false,
            data_open: false,
            final_reply: None,
            end: None,
            heard: bell.rung(),
        };
        Self(Some(Arc::new(Shared { clock, bell, observer, state: Mutex::new(state) })))
    }

    /// Before the session is opened.
    pub(in crate::link) async fn opening(&self, host: &str, port: u16) -> Result<(), LinkError> {
        let Some(shared) = &self.0 else { return Ok(()) };
        let verdict = shared.state().interposer.opening(shared.now(), host, port);
        shared.wait(verdict.after).await;
        match verdict.action {
            Opening::Pass => Ok(()),
            Opening::NotResolved => Err(LinkError::NameNotResolved),
            Opening::Unreachable => Err(LinkError::Unreachable),
            Opening::Refused => Err(LinkError::Refused),
            Opening::Silent => pending().await,
        }
    }

    /// The control connection, as the client sees it.
    pub(in crate::link) fn control(&self, wire: Wire) -> Wire {
        match &self.0 {
            Some(shared) => Wire::Control(Box::new(ControlTap::new(wire, shared.clone()))),
            None => wire,
        }
    }

    /// Does `handshake`, and may spoil it.
    pub(in crate::link) async fn handshake<T>(
        &self,
        channel: Channel,
        handshake: impl Future<Output = Result<T, TlsFailure>>,
    ) -> Result<T, TlsFailure> {
        let done = handshake.await?;
        let Some(shared) = &self.0 else { return Ok(done) };
        let verdict = shared.state().interposer.handshake(shared.now(), channel);
        shared.wait(verdict.after).await;
        match verdict.action {
            Handshake::Pass => Ok(done),
            Handshake::Fail(failure) => {
                if channel == Channel::Data {
                    let (code, text) = BROKEN_OFF;
                    shared.state().final_reply = Some(Reply::new(code, text));
                }
                Err(failure)
            }
            Handshake::Silent => pending().await,
        }
    }

    /// Where the server listens for data.
    pub(in crate::link) fn announced(&self, address: SocketAddr) -> SocketAddr {
        match &self.0 {
            Some(shared) => shared.state().interposer.announced(shared.now(), address),
            None => address,
        }
    }

    async fn data_opening(&self, address: SocketAddr) -> DataOpening {
        let Some(shared) = &self.0 else { return DataOpening::Pass };
        let verdict = shared.state().interposer.data_opening(shared.now(), address);
        shared.wait(verdict.after).await;
        verdict.action
    }

    /// Does `dialing`, which leads to `address`, or drops it.
    pub(in crate::link) async fn dial(
        &self,
        address: SocketAddr,
        dialing: impl Future<Output = io::Result<TcpStream>>,
    ) -> io::Result<TcpStream> {
        match self.data_opening(address).await {
            DataOpening::Pass => dialing.await,
            DataOpening::Refused => Err(io::ErrorKind::ConnectionRefused.into()),
            DataOpening::Silent => pending().await,
        }
    }

    /// What becomes of `socket`, of which the server is told by `address`.
    pub(in crate::link) async fn listening(
        &self,
        address: SocketAddr,
        socket: TcpSocket,
    ) -> io::Result<Listening> {
        Listening::new(socket, self.data_opening(address).await)
    }

    /// Announces a data connection, which is to be dropped when it comes to nothing.
    pub(in crate::link) fn data(&self) -> Awaited {
        Awaited(self.0.clone().map(Unfinished::new))
    }
}

/// So many connections may wait to be accepted: one is the server's, others are turned away.
const BACKLOG: u32 = 1024;

/// Where the server may connect to.
#[derive(Debug)]
pub(in crate::link) enum Listening {
    /// The server's connection is accepted.
    Open(TcpListener),
    /// It is never accepted.
    Deaf(#[expect(dead_code, reason = "lets the server connect")] TcpListener),
    /// The server is refused, and nobody else can listen there meanwhile.
    Refusing(#[expect(dead_code, reason = "keeps the port")] TcpSocket),
}

impl Listening {
    fn new(socket: TcpSocket, opening: DataOpening) -> io::Result<Listening> {
        Ok(match opening {
            DataOpening::Pass => Listening::Open(socket.listen(BACKLOG)?),
            DataOpening::Silent => Listening::Deaf(socket.listen(BACKLOG)?),
            DataOpening::Refused => Listening::Refusing(socket),
        })
    }

    /// The server's connection.
    pub(in crate::link) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match self {
            Listening::Open(listener) => listener.accept().await,
            Listening::Deaf(_) | Listening::Refusing(_) => pending().await,
        }
    }
}

/// A data connection to come.
#[derive(Debug)]
pub(in crate::link) struct Awaited(Option<Unfinished>);

impl Awaited {
    /// It is here: as the client sees it.
    pub(in crate::link) fn open(self, wire: Wire) -> Wire {
        match self.0 {
            Some(unfinished) => Wire::Data(Box::new(DataTap::new(wire, unfinished))),
            None => wire,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_refuses_stays_taken() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        let refusing = Listening::new(socket, DataOpening::Refused).unwrap();
        let refused = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let taken = std::net::TcpListener::bind(address).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
        drop(refusing);
    }
}
