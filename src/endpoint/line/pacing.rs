//! When bytes pass.

use std::num::NonZeroU64;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Slices;
use crate::clock::{Clock, Timer};
use crate::time::ModuleTime;

/// Where there is a baud rate, bytes pass in pieces that take at most so long, in wall time, or else
/// one by one: timers are good to a millisecond.
const PIECE: Duration = Duration::from_millis(20);

/// How fast bytes may pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    pub(super) baud: Option<NonZeroU64>,
    pub(super) slices: Option<Slices>,
}

/// One direction of a line.
///
/// A piece has passed when its last bit has: it is waited for first, and then handed on.
#[derive(Debug)]
pub(super) struct Pacer {
    clock: Clock,
    pace: Pace,
    /// When the next piece may begin.
    free: ModuleTime,
    /// The piece that is on its way.
    piece: Option<Piece>,
    timer: Timer,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    bytes: usize,
    due: ModuleTime,
}

impl Pacer {
    pub(super) fn new(clock: Clock) -> Self {
        let (pace, free) = (Pace::default(), ModuleTime::ZERO);
        Self { clock, pace, free, piece: None, timer: Timer::default() }
    }

    /// Waits until some of `bytes` may be handed on, and says how many.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, pace: Pace, bytes: usize) -> Poll<usize> {
        if std::mem::replace(&mut self.pace, pace) != pace {
            // What is on its way, and what would be waited for after it, was reckoned for another.
            self.piece = None;
            self.free = self.free.min(self.clock.now());
        }
        let piece = self.piece.unwrap_or_else(|| self.begin(pace, bytes));
        self.piece = Some(piece);
        if piece.due > self.clock.now() {
            ready!(self.timer.poll(cx, self.clock.when(piece.due)));
        }
        Poll::Ready(piece.bytes.min(bytes))
    }

    /// What was waited for has been handed on.
    pub(super) fn pass(&mut self, pace: Pace) {
        let Some(piece) = self.piece.take() else { return };
        self.free = match pace.slices {
            Some(slices) => piece.due.max(self.clock.now()) + slices.gap,
            None => piece.due,
        };
    }

    /// Nobody waits for the piece any more.
    pub(super) fn forget(&mut self) {
        self.piece = None;
    }

    fn begin(&self, pace: Pace, bytes: usize) -> Piece {
        let (now, tick) = (self.clock.now(), self.clock.module(PIECE));
        // A timer that was late by less than a piece does not slow the line down.
        let start = if self.free + tick < now { now } else { self.free };
        let mut most = u64::MAX;
        if let Some(slices) = pace.slices {
            most = slices.bytes.get();
        }
        if let Some(baud) = pace.baud {
            most = most.min(bytes_in(baud, tick));
        }
        let bytes = bytes.min(usize::try_from(most).unwrap_or(usize::MAX));
        Piece { bytes, due: pace.baud.map_or(start, |baud| start + time_of(baud, bytes as u64)) }
    }
}

/// How many bytes pass in so much time, at least one.
fn bytes_in(baud: NonZeroU64, time: Duration) -> u64 {
    let bits = u128::from(baud.get()).saturating_mul(time.as_micros()) / 1_000_000;
    u64::try_from(bits / 10).unwrap_or(u64::MAX).max(1)
}

/// How long `bytes` take.
fn time_of(baud: NonZeroU64, bytes: u64) -> Duration {
    let nanos = u128::from(bytes) * 10 * 1_000_000_000 / u128::from(baud.get());
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_ten_bits() {
        let baud = NonZeroU64::new(9600).unwrap();
        assert_eq!(time_of(baud, 960), Duration::from_secs(1));
        assert_eq!(bytes_in(baud, Duration::from_secs(1)), 960);
        let slow = NonZeroU64::new(50).unwrap();
        assert_eq!(bytes_in(slow, PIECE), 1);
        assert_eq!(bytes_in(NonZeroU64::MAX, Duration::MAX), u64::MAX);
    }
}
