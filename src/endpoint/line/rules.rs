//! What the rules of a line are shown, and what they may decide.

use std::fmt;
use std::num::NonZeroU64;
use std::task::Waker;
use std::time::Duration;

use crate::time::ModuleTime;

/// Decide how a modem's serial line is.
pub trait LineRules: fmt::Debug + Send {
    /// How the line is at `now`, when so many bytes have `passed`.
    ///
    /// Asked whenever something may happen at one of the modem's ports, as often as that is, and in
    /// any case right before and right after bytes pass. No byte passes beyond the `until` of its
    /// [`Passage`], no time beyond the `until` of the [`Condition`], without a question.
    ///
    /// If the answer becomes another one for any other reason, the `listener` is to be woken. Only
    /// the last one counts: all the ports of a modem belong to one task.
    fn condition(&mut self, now: ModuleTime, passed: Passed, listener: &Waker) -> Condition;
}

/// So many bytes have been given to the line since the start, whatever became of them. Garbage does
/// not count, nor does what is said without a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// By the modem.
    pub to_host: u64,
    /// By its hosts.
    pub from_host: u64,
}

/// How a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// What becomes of what the modem writes.
    pub to_host: Passage,
    /// What becomes of what the host writes.
    pub from_host: Passage,
    /// How fast bytes pass at most, in either direction: bits per second of module time, ten for a
    /// byte (8N1).
    pub baud: Option<NonZeroU64>,
    /// What the modem writes arrives in pieces.
    pub slices: Option<Slices>,
    /// So many bytes that nobody sent have come to the host since the start. Where no host is, the
    /// next one gets them.
    pub garbage: u64,
    /// The level of DTR that the modem sees while there is a host, if not the host's own.
    pub dtr: Option<bool>,
    /// The level of DCD that the host sees, if not the modem's own.
    pub dcd: Option<bool>,
    /// The level of RI that the host sees, if not the modem's own.
    pub ri: Option<bool>,
    /// The ports are gone, see [`Endpoint::vanish`](crate::endpoint::Endpoint::vanish).
    pub gone: bool,
    /// When it will be another one, if that is known: later than now.
    pub until: Option<ModuleTime>,
}

impl LineRules for Condition {
    /// A line that is always like this.
    fn condition(&mut self, _: ModuleTime, _: Passed, _: &Waker) -> Condition {
        *self
    }
}

/// What becomes of the bytes that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// In which condition they arrive.
    pub handling: Handling,
    /// Until so many, counted from the start, have passed; a number that has been reached means one
    /// more.
    pub until: u64,
}

impl Default for Passage {
    /// All arrive as they are.
    fn default() -> Self {
        Self { handling: Handling::Intact, until: u64::MAX }
    }
}

/// In which condition bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// As they are.
    Intact,
    /// Not at all.
    Lost,
    /// Each twice.
    Repeated,
    /// With these bits of each inverted.
    Flipped(u8),
}

/// Pieces in which bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slices {
    /// The most bytes in one.
    pub bytes: NonZeroU64,
    /// The pause after each, in module time.
    pub gap: Duration,
}
