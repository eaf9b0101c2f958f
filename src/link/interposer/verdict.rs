//! What an interposer is shown, and what it may decide.

use std::num::NonZeroU64;
use std::time::Duration;

use super::Reply;
use crate::modem::link::TlsFailure;
use crate::time::ModuleTime;

/// What happens, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict<A> {
    /// What happens.
    pub action: A,
    /// How much later than it would, in module time.
    pub after: Duration,
}

impl<A> Verdict<A> {
    /// The same, but later.
    #[must_use]
    pub fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

impl<A> From<A> for Verdict<A> {
    /// At once.
    fn from(action: A) -> Self {
        Self { action, after: Duration::ZERO }
    }
}

/// What becomes of a control connection that is about to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is opened.
    Pass,
    /// The name is not resolved.
    NotResolved,
    /// There is no route.
    Unreachable,
    /// It is refused.
    Refused,
    /// Nobody answers.
    Silent,
}

/// Which connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The control connection.
    Control,
    /// A data connection.
    Data,
}

/// What a TLS handshake looks like to the modem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// As it is.
    Pass,
    /// It fails like this, and the connection is closed. If it is one for data, the server's final
    /// reply is 426.
    Fail(TlsFailure),
    /// It never ends.
    Silent,
}

/// What the client says: `STOR a.bin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The verb, in capitals.
    pub verb: String,
    /// What follows the blank after it; may be empty.
    pub argument: String,
}

impl Command {
    /// Reads a line.
    pub(super) fn parse(line: &[u8]) -> Self {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        Self { verb: verb.to_ascii_uppercase(), argument: argument.to_owned() }
    }

    /// Whether a data connection belongs to it.
    pub(in crate::link) fn is_transfer(&self) -> bool {
        self.downloads() || matches!(self.verb.as_str(), "STOR" | "APPE")
    }

    /// Whether the server sends data for it.
    pub(super) fn downloads(&self) -> bool {
        matches!(self.verb.as_str(), "RETR" | "LIST" | "NLST" | "MLSD")
    }
}

/// What a reply is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// The connection is open: it is the greeting.
    Greeting,
    /// This command has been said.
    Command(&'a Command),
    /// Nothing has been said: the server gives notice.
    Unasked,
}

/// What becomes of a command or a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// It goes its way.
    Pass,
    /// The client reads this: for a command, which never reaches the server, or in place of a reply.
    ///
    /// A preliminary reply (1xx) to a command is all that the client ever reads of it.
    Answer(Reply),
    /// It is lost.
    Swallow,
    /// The control connection ends here.
    End(End),
}

/// How a control connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server closes it without a word (FIN).
    Close,
    /// It is reset (RST), for both sides.
    Reset,
    /// The server says 421 and closes it.
    Goodbye,
}

/// What becomes of a data connection that is about to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataOpening {
    /// It is opened.
    Pass,
    /// It is refused; in active mode, by the modem.
    Refused,
    /// Nobody answers. In active mode the server believes that it is connected.
    Silent,
}

/// Which way data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the server.
    Up,
    /// To the modem.
    Down,
}

/// What becomes of the data that follows.
///
/// Close and Reset may say what the server's final reply is to be: it takes the place of the one
/// that the server gives when it notices. Without it, the client reads just that one.
///
/// The server sees the connection closed in both cases, and has exactly the bytes that passed: a
/// reset would take with it what is on its way, and libunftp, if it has not accepted the connection
/// yet, would never speak again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It passes.
    Carry(Carriage),
    /// It waits for so long, in module time, or until the bell rings. The end of the file waits too.
    Stall(Option<Duration>),
    /// The data connection is closed.
    Close(Option<Reply>),
    /// The data connection is reset.
    Reset(Option<Reply>),
    /// The control connection ends, and no more data passes.
    EndControl(End),
}

impl Passage {
    /// All passes until so many bytes, counted from the start of the connection, have passed.
    pub fn until(bytes: u64) -> Self {
        Self::Carry(Carriage { until: bytes, ..Carriage::default() })
    }
}

impl Default for Passage {
    /// Everything passes.
    fn default() -> Self {
        Self::Carry(Carriage::default())
    }
}

/// How data passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carriage {
    /// In which condition.
    pub handling: Handling,
    /// Until so many bytes, counted from the start of the connection, have passed; a number that
    /// has been reached means one more.
    pub until: u64,
    /// How fast at most, in bits per second of module time.
    pub rate: Option<NonZeroU64>,
    /// Until this module time; one that has come already does not count.
    pub expires: Option<ModuleTime>,
}

impl Default for Carriage {
    /// Unharmed, to the end and for good, as fast as it can.
    fn default() -> Self {
        Self { handling: Handling::Intact, until: u64::MAX, rate: None, expires: None }
    }
}

/// The condition in which data arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// As it is.
    Intact,
    /// Every bit is inverted.
    Inverted,
    /// It doesn't arrive. Who sent it believes that it does, so the server's final reply is
    /// positive.
    Swallowed,
}
