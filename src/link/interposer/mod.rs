//! The wire interposer: it sits between our FTP client and whatever server there is, on the control
//! connection and those for data, inside of TLS, and can answer, alter, delay, stall, cut and reset.
//!
//! As the client's streams are our own, no socket is added: where an [`Interposition`] is given to a
//! [`Router`](super::Router), each stream is wrapped; where none is given, there is no wrapper.
//!
//! What goes wrong is decided by an [`Interposer`], one for each session. It is asked before each
//! step, and its verdicts are carried out here. It does no I/O and has no clock: what it says
//! depends on what it has been asked. Each of its methods lets everything pass unless it is
//! implemented, so a fault is as long as what it breaks:
//!
//! ```
//! use std::time::Duration;
//!
//! use qftpsim::clock::Clock;
//! use qftpsim::link::interposer::{
//!     Command, Direction, Exchange, Interposer, Interposition, Passage, Reply, Verdict,
//! };
//! use qftpsim::link::{Hosts, Router};
//! use qftpsim::time::ModuleTime;
//!
//! /// The disk is full at byte 32768 of an upload, and DELE takes ten seconds.
//! #[derive(Debug)]
//! struct FullDisk;
//!
//! impl Interposer for FullDisk {
//!     fn command(&mut self, _: ModuleTime, command: &Command) -> Verdict<Exchange> {
//!         let after = if command.verb == "DELE" { Duration::from_secs(10) } else { Duration::ZERO };
//!         Verdict::from(Exchange::Pass).after(after)
//!     }
//!
//!     fn data(&mut self, _: ModuleTime, direction: Direction, passed: u64) -> Passage {
//!         match (direction, passed) {
//!             (Direction::Up, 0..32768) => Passage::until(32768),
//!             (Direction::Up, _) => Passage::Close(Some(Reply::new(452, "No space left"))),
//!             (Direction::Down, _) => Passage::default(),
//!         }
//!     }
//! }
//!
//! let interposition = Interposition::new(Clock::start(1.0), || Box::new(FullDisk));
//! let router = Router::new(Hosts::default(), None).with_interposition(interposition);
//! ```
//!
//! The modem then reports what it reports in life: the client reads 452 where the server's own reply
//! would have been, and `+QFTPPUT: 619,452` comes out of the mapping that every reply goes through.
//!
//! # What is kept whatever the verdicts
//!
//! Each reply that the client reads is the one to its last command. A command that is answered here
//! never reaches the server; if it is one to transfer data, ABOR does, so that the server gives up
//! the data connection. Where the client has been given a final reply instead of a preliminary
//! one, the server's own is swallowed when it comes, and the next command waits for that. (libunftp,
//! with TLS, keeps it for itself: answer the command instead.)
//!
//! The positive reply that ends a download comes after the end of its data, so that what becomes of
//! the data doesn't depend on which of them was faster.
//!
//! # What is not done
//!
//! Latency is that of messages: a verdict's `after` on connecting, on each command and each reply.
//! Data waits for its connection, and then flows at the rate that [`Passage::Carry`] allows.

mod bell;
mod control;
mod data;
mod replies;
mod tap;
mod verdict;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

pub use super::control::Reply;
pub use bell::Bell;
pub(super) use control::ControlTap;
pub(super) use data::DataTap;
pub(super) use tap::{Listening, Tap};
pub use verdict::{
    Carriage, Channel, Command, DataOpening, Direction, End, Exchange, Handling, Handshake,
    Occasion, Opening, Passage, Verdict,
};

use crate::clock::Clock;
use crate::time::ModuleTime;
use crate::transcript::event::Way;

/// Decides what becomes of a session's traffic. Every method is given the module time at which it
/// is asked.
pub trait Interposer: fmt::Debug + Send {
    /// The modem is about to connect to `host`:`port`. Asked once for a session.
    fn opening(&mut self, now: ModuleTime, host: &str, port: u16) -> Verdict<Opening> {
        let _ = (now, host, port);
        Opening::Pass.into()
    }

    /// A TLS handshake is done: how it is for the modem. For the server it went well: libunftp never
    /// speaks again after one for data that is broken off.
    fn handshake(&mut self, now: ModuleTime, channel: Channel) -> Verdict<Handshake> {
        let _ = (now, channel);
        Handshake::Pass.into()
    }

    /// The client is about to say `command`.
    fn command(&mut self, now: ModuleTime, command: &Command) -> Verdict<Exchange> {
        let _ = (now, command);
        Exchange::Pass.into()
    }

    /// The client is about to read `reply`. What it would not take for a reply (no three digits, or
    /// more than 256 KiB) passes without a question.
    fn reply(
        &mut self,
        now: ModuleTime,
        reply: &Reply,
        occasion: Occasion<'_>,
    ) -> Verdict<Exchange> {
        let _ = (now, reply, occasion);
        Exchange::Pass.into()
    }

    /// The server has announced where it listens for data (PASV, EPSV): where the modem is to think
    /// that it listens.
    fn announced(&mut self, now: ModuleTime, address: SocketAddr) -> SocketAddr {
        let _ = now;
        address
    }

    /// A data connection is about to be made: to `address`, as `data_address` makes it of the
    /// announced one and perhaps of a second one; in active mode, by the server to `address`, which
    /// is ours.
    fn data_opening(&mut self, now: ModuleTime, address: SocketAddr) -> Verdict<DataOpening> {
        let _ = (now, address);
        DataOpening::Pass.into()
    }

    /// `passed` bytes of a data connection have passed in this direction: what becomes of those that
    /// follow.
    ///
    /// Asked for both directions as soon as the connection is open, and then again when the last
    /// answer has run out, or after a [`Bell`].
    fn data(&mut self, now: ModuleTime, direction: Direction, passed: u64) -> Passage {
        let _ = (now, direction, passed);
        Passage::default()
    }

    /// Asked after a [`Bell`]: whether the control connection ends now.
    fn called(&mut self, now: ModuleTime) -> Option<End> {
        let _ = now;
        None
    }
}

/// Lets everything pass.
#[derive(Debug)]
struct Idle;

impl Interposer for Idle {}

/// Sees what passes, as the client says and reads it: after whatever the interposer did to it.
pub trait Observer: Send + Sync {
    /// A line on the control connection, without its end.
    fn line(&self, now: ModuleTime, way: Way, line: &str);

    /// Bytes on a data connection.
    fn data(&self, now: ModuleTime, way: Way, bytes: &[u8]);
}

/// Puts an [`Interposer`] on each session of a modem.
#[derive(Clone)]
pub struct Interposition {
    clock: Clock,
    bell: Bell,
    sessions: Arc<dyn Fn() -> Box<dyn Interposer> + Send + Sync>,
    observer: Option<Arc<dyn Observer>>,
}

impl Interposition {
    /// For each session there is one of `sessions`. All times are those of `clock`.
    pub fn new(
        clock: Clock,
        sessions: impl Fn() -> Box<dyn Interposer> + Send + Sync + 'static,
    ) -> Self {
        Self { clock, bell: Bell::default(), sessions: Arc::new(sessions), observer: None }
    }

    /// One that lets everything pass, for somebody who only looks.
    pub fn idle(clock: Clock) -> Self {
        Self::new(clock, || Box::new(Idle))
    }

    /// Shows `observer` what passes.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// To be rung when the interposer of the running session would decide otherwise than it has.
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Begins a session.
    pub(super) fn tap(&self) -> Tap {
        Tap::new(self.clock, self.bell.clone(), (self.sessions)(), self.observer.clone())
    }
}

impl fmt::Debug for Interposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interposition").field("clock", &self.clock).finish_non_exhaustive()
    }
}
