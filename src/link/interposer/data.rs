//! A data connection between client and server.

use std::io;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::tap::Shared;
use super::{Carriage, Direction, Handling, Passage};
use crate::clock::Timer;
use crate::link::wire::Wire;
use crate::time::ModuleTime;
use crate::transcript::event::Way;

/// Where the rate is limited, data passes in pieces that take so long, in wall time: timers are good
/// to a millisecond.
const PIECE: Duration = Duration::from_millis(20);

/// Marks a data connection whose end hasn't been read; dropping it unmarks it.
#[derive(Debug)]
pub(super) struct Unfinished(Arc<Shared>);

impl Unfinished {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        shared.state().data_open = true;
        Self(shared)
    }

    fn finish(&self) {
        self.0.state().data_open = false;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.finish();
    }
}

/// A data connection, as the client sees it.
#[derive(Debug)]
pub(in crate::link) struct DataTap {
    wire: Wire,
    unfinished: Unfinished,
    up: Lane,
    down: Lane,
    /// So often it has heard the bell.
    heard: u64,
    fate: Option<Fate>,
}

/// How it has been ended.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Closed,
    Reset,
}

/// One direction.
#[derive(Debug)]
struct Lane {
    direction: Direction,
    passed: u64,
    course: Course,
    /// When the next byte may pass.
    free: ModuleTime,
    timer: Timer,
}

#[derive(Clone, Copy, Debug)]
enum Course {
    Undecided,
    Carrying(Carriage),
    Stalled(Option<Instant>),
}

impl Lane {
    fn new(direction: Direction) -> Self {
        let (course, timer) = (Course::Undecided, Timer::default());
        Self { direction, passed: 0, course, free: ModuleTime::ZERO, timer }
    }

    /// What has been decided is open to question again, but for a pause that will end by itself.
    fn reconsider(&mut self) {
        if !matches!(self.course, Course::Stalled(Some(_))) {
            self.course = Course::Undecided;
        }
    }

    /// Whether what has been decided has run out.
    fn is_open(&mut self, cx: &mut Context<'_>, now: ModuleTime) -> bool {
        match self.course {
            Course::Undecided => true,
            Course::Carrying(carriage) => {
                self.passed >= carriage.until || carriage.expires.is_some_and(|at| at <= now)
            }
            Course::Stalled(Some(end)) => self.timer.poll(cx, end).is_ready(),
            Course::Stalled(None) => false,
        }
    }

    /// Asks until there is an answer that holds; how the connection ends, if it does.
    fn decide(&mut self, cx: &mut Context<'_>, shared: &Shared) -> Option<Fate> {
        while self.is_open(cx, shared.now()) {
            let now = shared.now();
            let mut state = shared.state();
            self.course = match state.interposer.data(now, self.direction, self.passed) {
                Passage::Carry(carriage) => {
                    let until = carriage.until.max(self.passed.saturating_add(1));
                    let expires = carriage.expires.filter(|&at| at > now);
                    Course::Carrying(Carriage { until, expires, ..carriage })
                }
                Passage::Stall(pause) => {
                    Course::Stalled(pause.map(|pause| shared.clock.when(now + pause)))
                }
                Passage::EndControl(end) => {
                    state.end = Some(end);
                    // The control connection may have been looked at before this one.
                    cx.waker().wake_by_ref();
                    Course::Stalled(None)
                }
                Passage::Close(reply) => {
                    state.final_reply = reply;
                    return Some(Fate::Closed);
                }
                Passage::Reset(reply) => {
                    state.final_reply = reply;
                    return Some(Fate::Reset);
                }
            };
        }
        None
    }

    /// In which condition data passes, and how much of `bytes` now.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Shared,
        bytes: usize,
    ) -> Poll<(Handling, usize)> {
        // A stall is waited for where it is asked whether it is over.
        let Course::Carrying(Carriage { handling, until, rate, .. }) = self.course else {
            return Poll::Pending;
        };
        let mut most = until - self.passed;
        if let Some(rate) = rate {
            if self.free > shared.now() {
                ready!(self.timer.poll(cx, shared.clock.when(self.free)));
            }
            most = most.min(piece(rate, shared.clock.module(PIECE)));
        }
        Poll::Ready((handling, bytes.min(usize::try_from(most).unwrap_or(usize::MAX))))
    }

    /// So many bytes have passed.
    fn pass(&mut self, shared: &Shared, bytes: usize) {
        self.passed += bytes as u64;
        if let Course::Carrying(Carriage { rate: Some(rate), .. }) = self.course {
            let now = shared.now();
            // A timer that is late by less than a piece does not slow it down.
            if self.free + shared.clock.module(PIECE) < now {
                self.free = now;
            }
            self.free += duration(rate, bytes as u64);
        }
    }
}

/// How many bytes pass in so much time, at least one.
fn piece(rate: NonZeroU64, time: Duration) -> u64 {
    let bits = u128::from(rate.get()).saturating_mul(time.as_micros()) / 1_000_000;
    u64::try_from(bits / 8).unwrap_or(u64::MAX).max(1)
}

/// How long `bytes` take.
fn duration(rate: NonZeroU64, bytes: u64) -> Duration {
    let nanos = u128::from(bytes) * 8 * 1_000_000_000 / u128::from(rate.get());
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

impl DataTap {
    pub(super) fn new(wire: Wire, unfinished: Unfinished) -> Self {
        let heard = unfinished.0.bell.rung();
        let (up, down) = (Lane::new(Direction::Up), Lane::new(Direction::Down));
        Self { wire, unfinished, up, down, heard, fate: None }
    }

    /// What is under it.
    pub(in crate::link) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Asks what there is to ask.
    fn attend(&mut self, cx: &mut Context<'_>) {
        let shared = &self.unfinished.0;
        let rung = shared.bell.listen(cx.waker());
        if self.heard != rung {
            self.heard = rung;
            self.up.reconsider();
            self.down.reconsider();
        }
        for lane in [&mut self.up, &mut self.down] {
            if self.fate.is_none() {
                self.fate = lane.decide(cx, shared);
            }
        }
        if self.fate.is_some() {
            self.unfinished.finish();
        }
    }
}

impl AsyncRead for DataTap {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        loop {
            tap.attend(cx);
            match tap.fate {
                None => {}
                Some(Fate::Closed) => return Poll::Ready(Ok(())),
                Some(Fate::Reset) => {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
            }
            let shared = &tap.unfinished.0;
            let (handling, most) = ready!(tap.down.poll(cx, shared, buf.remaining()));
            let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
            let outcome = ready!(Pin::new(&mut tap.wire).poll_read(cx, &mut part));
            let read = part.filled().len();
            if outcome.is_err() || read == 0 {
                tap.unfinished.finish();
                return Poll::Ready(outcome);
            }
            if handling == Handling::Inverted {
                invert(part.filled_mut());
            }
            tap.down.pass(shared, read);
            if handling != Handling::Swallowed {
                shared.show_data(Way::Down, part.filled());
                buf.advance(read);
                tap.attend(cx);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for DataTap {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tap = self.get_mut();
        tap.attend(cx);
        match tap.fate {
            None => {}
            Some(Fate::Closed) => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Some(Fate::Reset) => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
        let shared = &tap.unfinished.0;
        let (handling, most) = ready!(tap.up.poll(cx, shared, bytes.len()));
        let part = &bytes[..most];
        let mut wire = Pin::new(&mut tap.wire);
        let written = match handling {
            Handling::Intact => ready!(wire.as_mut().poll_write(cx, part))?,
            Handling::Inverted => {
                let mut part = part.to_vec();
                invert(&mut part);
                ready!(wire.as_mut().poll_write(cx, &part))?
            }
            Handling::Swallowed => most,
        };
        shared.show_data(Way::Up, &bytes[..written]);
        tap.up.pass(shared, written);
        tap.attend(cx);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        match tap.fate {
            None => Pin::new(&mut tap.wire).poll_flush(cx),
            Some(_) => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        tap.attend(cx);
        match (tap.fate, tap.up.course) {
            (None, Course::Stalled(_)) => Poll::Pending,
            _ => Pin::new(&mut tap.wire).poll_shutdown(cx),
        }
    }
}

fn invert(bytes: &mut [u8]) {
    for byte in bytes {
        *byte = !*byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_in_bits_per_second() {
        let rate = NonZeroU64::new(1_500_000).unwrap();
        assert_eq!(piece(rate, PIECE), 3750);
        assert_eq!(duration(rate, 3750), PIECE);
        let slow = NonZeroU64::new(1).unwrap();
        assert_eq!(piece(slow, PIECE), 1);
        assert_eq!(duration(slow, 1), Duration::from_secs(8));
        assert_eq!(piece(NonZeroU64::MAX, Duration::MAX), u64::MAX);
    }
}
