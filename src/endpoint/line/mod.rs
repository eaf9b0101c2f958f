//! The serial line between host and modem: it sits around a port, and can slow bytes down, slice,
//! lose, repeat and flip them, add others, change the levels of DTR, DCD and RI, and take the port
//! away.
//!
//! Where there is a [`Wiring`], each of the modem's ports is wrapped; where there is none, there is
//! no wrapper.
//!
//! How the line is is decided by [`LineRules`], one for all ports of a modem, as they are the ends of
//! one line. They do no I/O and have no clock: they are asked how it is at this moment, so many bytes
//! after the start, and what they answer is carried out here.
//!
//! ```
//! use std::num::NonZeroU64;
//! use std::task::Waker;
//!
//! use qftpsim::clock::Clock;
//! use qftpsim::endpoint::line::{Condition, Handling, LineRules, Passage, Passed, Wiring};
//! use qftpsim::endpoint::{Endpoint, Memory};
//! use qftpsim::time::ModuleTime;
//!
//! /// 9600 baud, and the two bytes at 100 of what the modem writes are lost.
//! #[derive(Debug)]
//! struct TwoLost;
//!
//! impl LineRules for TwoLost {
//!     fn condition(&mut self, _: ModuleTime, passed: Passed, _: &Waker) -> Condition {
//!         let to_host = match passed.to_host {
//!             0..100 => Passage { until: 100, ..Passage::default() },
//!             100..102 => Passage { handling: Handling::Lost, until: 102 },
//!             _ => Passage::default(),
//!         };
//!         Condition { to_host, baud: NonZeroU64::new(9600), ..Condition::default() }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let wiring = Wiring::new(Clock::start(1.0), 0, Box::new(TwoLost));
//! let (port, host) = Memory::with_capacity(4096);
//! let port: Box<dyn Endpoint> = Box::new(wiring.around(Box::new(port)));
//! # }
//! ```
//!
//! # What is kept whatever the rules
//!
//! A byte that the modem writes counts as taken when it arrives, so that a slow line slows the modem
//! down, and carrier goes after the last byte. What the host does after it wrote something (it closes
//! the port, it turns DTR off) is seen after what it wrote. A port that vanishes takes with it what
//! is on its way.
//!
//! # What is not done
//!
//! Closing the port is more to the modem than DTR going off: a level that is forced does not hide it.
//! A pty has no DCD and no RI to be forced.

mod damage;
pub mod faults;
mod pacing;
mod rules;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, BytesMut};

use super::{Endpoint, HostEvent, Signals};
use crate::clock::{Clock, Timer};
use damage::{CHUNK, Garbage};
use pacing::{Pace, Pacer};

pub use rules::{Condition, Handling, LineRules, Passage, Passed, Slices};

/// Read from the host and still on its way: beyond so many bytes the host has to wait, as it would
/// with the buffer of a serial driver.
const AHEAD: usize = 4096;

/// Puts one line between a modem and all its ports.
#[derive(Clone, Debug)]
pub struct Wiring {
    clock: Clock,
    seed: u64,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    rules: Box<dyn LineRules>,
    passed: Passed,
}

impl Wiring {
    /// A line with these rules. All times are those of `clock`; garbage is drawn from `seed`.
    pub fn new(clock: Clock, seed: u64, rules: Box<dyn LineRules>) -> Self {
        let shared = Shared { rules, passed: Passed::default() };
        Self { clock, seed, shared: Arc::new(Mutex::new(shared)) }
    }

    /// The modem's side of the line, whose other side is `port`.
    pub fn around(&self, port: Box<dyn Endpoint>) -> Line {
        Line {
            wiring: self.clone(),
            port,
            condition: Condition::default(),
            change: Timer::default(),
            gone: false,
            hung_up: false,
            host: None,
            signals: Signals::default(),
            told: Signals::default(),
            from_host: Pacer::new(self.clock),
            incoming: BytesMut::new(),
            after: None,
            to_host: Pacer::new(self.clock),
            outgoing: BytesMut::new(),
            stands_for: 0,
            garbage: Garbage::new(self.seed),
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        // Rules that panic take the task with them, and nobody asks them again.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, listener: &Waker) -> Condition {
        let Shared { rules, passed } = &mut *self.shared();
        rules.condition(self.clock.now(), *passed, listener)
    }
}

/// An [`Endpoint`] with a serial line between the modem and its port.
pub struct Line {
    wiring: Wiring,
    port: Box<dyn Endpoint>,
    /// As it was when last asked for.
    condition: Condition,
    change: Timer,
    /// The port has vanished.
    gone: bool,
    /// The modem is still to be told that this took its host.
    hung_up: bool,
    /// The host, as the modem knows it.
    host: Option<Host>,
    /// The lines as the modem has them.
    signals: Signals,
    /// The lines as the port was told.
    told: Signals,
    from_host: Pacer,
    /// From the host, still on its way.
    incoming: BytesMut,
    /// What the host did after that.
    after: Option<HostEvent>,
    to_host: Pacer,
    /// For the host, damaged already, still on its way.
    outgoing: BytesMut,
    /// So many bytes of the modem's became that.
    stands_for: usize,
    garbage: Garbage,
}

/// The DTR of a host.
#[derive(Clone, Copy, Debug)]
struct Host {
    /// As the host has it.
    dtr: bool,
    /// As the modem was told.
    told: bool,
}

impl Line {
    /// Asks how the line is, and carries out what can be at once.
    fn attend(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.condition = self.wiring.ask(cx.waker());
        if let Some(until) = self.condition.until
            && self.change.poll(cx, self.wiring.clock.when(until)).is_ready()
        {
            cx.waker().wake_by_ref();
        }
        if self.condition.gone != self.gone {
            self.gone = self.condition.gone;
            if self.gone {
                self.vanish_with_all();
            } else {
                self.port.come_back()?;
            }
        }
        Ok(())
    }

    fn vanish_with_all(&mut self) {
        self.port.vanish();
        // One that can't vanish keeps its host.
        if !self.port.host_present() {
            self.incoming.clear();
            self.after = None;
            self.from_host.forget();
            self.forget_outgoing();
            self.hung_up = self.host.is_some();
        }
    }

    fn forget_outgoing(&mut self) {
        self.outgoing.clear();
        self.to_host.forget();
        self.count_outgoing();
    }

    fn count_outgoing(&mut self) {
        self.wiring.shared().passed.to_host += std::mem::take(&mut self.stands_for) as u64;
    }

    /// Asks how the line is, until nothing has to go out before the modem's next byte.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            self.attend(cx)?;
            if self.outgoing.is_empty() && self.port.host_present() {
                self.garbage.make(self.condition.garbage, &mut self.outgoing);
            }
            if self.outgoing.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let pace = self.pace_to_host();
            let len = ready!(self.to_host.poll(cx, pace, self.outgoing.len()));
            let len = ready!(self.port.poll_write(cx, &self.outgoing[..len]))?;
            self.to_host.pass(pace);
            self.outgoing.advance(len);
            if self.outgoing.is_empty() {
                self.count_outgoing();
            }
        }
    }

    fn pace_to_host(&self) -> Pace {
        Pace { baud: self.condition.baud, slices: self.condition.slices }
    }

    /// The DTR that the modem is to be told of.
    fn change_of_dtr(&mut self) -> Option<HostEvent> {
        let host = self.host.as_mut()?;
        let level = self.condition.dtr.unwrap_or(host.dtr);
        (level != std::mem::replace(&mut host.told, level)).then_some(HostEvent::Dtr(level))
    }

    /// What the modem is told of an event at the port, if anything.
    fn heed(&mut self, event: HostEvent) -> Option<HostEvent> {
        match event {
            HostEvent::Opened => self.host = Some(Host { dtr: true, told: true }),
            HostEvent::Closed => {
                self.host = None;
                self.forget_outgoing();
            }
            HostEvent::Dtr(level) => {
                if let Some(host) = &mut self.host {
                    host.dtr = level;
                }
                return None;
            }
            _ => {}
        }
        Some(event)
    }
}

/// How many of `len` bytes come before that passage ends.
fn within(passage: Passage, passed: u64, len: usize) -> usize {
    let most = passage.until.saturating_sub(passed).max(1);
    len.min(usize::try_from(most).unwrap_or(usize::MAX))
}

impl Endpoint for Line {
    fn name(&self) -> &str {
        self.port.name()
    }

    fn host_present(&self) -> bool {
        self.host.is_some()
    }

    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        loop {
            if let Poll::Ready(event) = self.poll_signals(cx) {
                return Poll::Ready(event);
            }
            // Bytes being on their way is no reason not to look: the port may have lines to tell.
            if self.after.is_none()
                && self.incoming.len() < AHEAD
                && let Poll::Ready(event) = self.port.poll_host(cx, &mut self.incoming)
            {
                self.after = Some(event?).filter(|event| *event != HostEvent::Data);
            }
            if self.incoming.is_empty() {
                let Some(event) = self.after.take() else {
                    return Poll::Pending;
                };
                match self.heed(event) {
                    Some(event) => return Poll::Ready(Ok(event)),
                    None => continue,
                }
            }
            let pace = Pace { baud: self.condition.baud, slices: None };
            let passage = self.condition.from_host;
            let len = within(passage, self.wiring.shared().passed.from_host, self.incoming.len());
            let len = ready!(self.from_host.poll(cx, pace, len));
            let before = buf.len();
            passage.handling.apply(&self.incoming.split_to(len), buf);
            self.from_host.pass(pace);
            self.wiring.shared().passed.from_host += len as u64;
            if buf.len() > before {
                // They may have been what something waits for.
                self.attend(cx)?;
                return Poll::Ready(Ok(HostEvent::Data));
            }
        }
    }

    fn poll_signals(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<HostEvent>> {
        let flushed = self.poll_flush(cx)?.is_ready();
        if std::mem::take(&mut self.hung_up) {
            self.host = None;
            return Poll::Ready(Ok(HostEvent::Closed));
        }
        let Condition { dcd, ri, .. } = self.condition;
        let signals = Signals {
            dcd: dcd.unwrap_or(self.signals.dcd),
            ri: ri.unwrap_or(self.signals.ri),
            ..self.signals
        };
        if flushed && signals != self.told {
            self.told = signals;
            self.port.set_signals(signals);
        }
        self.change_of_dtr().map_or(Poll::Pending, |event| Poll::Ready(Ok(event)))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_flush(cx))?;
        if !self.port.host_present() {
            return self.port.poll_write(cx, data);
        }
        let passage = self.condition.to_host;
        let mut len = within(passage, self.wiring.shared().passed.to_host, data.len());
        if passage.handling == Handling::Intact {
            let pace = self.pace_to_host();
            len = ready!(self.to_host.poll(cx, pace, len));
            len = ready!(self.port.poll_write(cx, &data[..len]))?;
            self.to_host.pass(pace);
            self.wiring.shared().passed.to_host += len as u64;
        } else {
            len = len.min(CHUNK);
            passage.handling.apply(&data[..len], &mut self.outgoing);
            self.stands_for = len;
            if self.outgoing.is_empty() {
                self.count_outgoing();
            }
        }
        // They may have been what something waits for.
        let _ = self.poll_flush(cx)?;
        Poll::Ready(Ok(len))
    }

    fn set_signals(&mut self, signals: Signals) {
        self.signals = signals;
    }

    fn vanish(&mut self) {
        self.port.vanish();
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.port.come_back()
    }
}
