//! Lines with rules that a test writes.

mod damage;
mod levels;
mod pace;
mod ports;
mod vanishing;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroU64;
use std::ops::Range;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::super::testing::{fill, next, pattern, receive, send};
use super::super::{Memory, MemoryHost};
use super::*;
use crate::time::ModuleTime;

/// Rules that a test can change while they are in force.
#[derive(Clone, Debug, Default)]
struct Script(Arc<Mutex<Rules>>);

#[derive(Debug, Default)]
struct Rules {
    condition: Condition,
    to_host: Damage,
    from_host: Damage,
    turn: Option<(Moment, Condition)>,
    passed: Passed,
    listener: Option<Waker>,
}

/// What becomes of which bytes, in order.
type Damage = Vec<(Range<u64>, Handling)>;

/// When a line becomes another one by itself.
#[derive(Clone, Copy, Debug)]
enum Moment {
    ToHost(u64),
    FromHost(u64),
    Time(Duration),
}

impl Script {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.0.lock().unwrap()
    }

    fn always(condition: Condition) -> Self {
        let script = Self::default();
        script.rules().condition = condition;
        script
    }

    /// At once, whoever waits.
    fn set(&self, condition: Condition) {
        let mut rules = self.rules();
        rules.condition = condition;
        if let Some(listener) = rules.listener.take() {
            listener.wake();
        }
    }

    fn turn(self, at: Moment, condition: Condition) -> Self {
        self.rules().turn = Some((at, condition));
        self
    }

    fn passed(&self) -> (u64, u64) {
        let Passed { to_host, from_host } = self.rules().passed;
        (to_host, from_host)
    }
}

impl LineRules for Script {
    fn condition(&mut self, now: ModuleTime, passed: Passed, listener: &Waker) -> Condition {
        let rules = &mut *self.rules();
        rules.passed = passed;
        rules.listener = Some(listener.clone());
        let start = ModuleTime::ZERO;
        if let Some((at, condition)) = rules.turn
            && match at {
                Moment::ToHost(at) => passed.to_host >= at,
                Moment::FromHost(at) => passed.from_host >= at,
                Moment::Time(at) => now >= start + at,
            }
        {
            (rules.condition, rules.turn) = (condition, None);
        }
        let mut condition = rules.condition;
        condition.to_host = passage(&rules.to_host, passed.to_host);
        condition.from_host = passage(&rules.from_host, passed.from_host);
        match rules.turn {
            Some((Moment::ToHost(at), _)) => condition.to_host.until = at,
            Some((Moment::FromHost(at), _)) => condition.from_host.until = at,
            Some((Moment::Time(at), _)) => condition.until = Some(start + at),
            None => {}
        }
        condition
    }
}

/// What is to become of the bytes at `passed`.
fn passage(damage: &[(Range<u64>, Handling)], passed: u64) -> Passage {
    match damage.iter().find(|(range, _)| range.end > passed) {
        Some((range, handling)) if range.start <= passed => {
            Passage { handling: *handling, until: range.end }
        }
        Some((range, _)) => Passage { until: range.start, ..Passage::default() },
        None => Passage::default(),
    }
}

/// A line around `port` whose rules `script` writes.
fn around(port: impl Endpoint + 'static, script: &Script) -> Line {
    wiring(script).around(Box::new(port))
}

fn wiring(script: &Script) -> Wiring {
    Wiring::new(Clock::start(1.0), 7, Box::new(script.clone()))
}

/// A line in memory, and a host that has opened it.
async fn open(script: &Script) -> (Line, DuplexStream, MemoryHost) {
    let (port, host) = Memory::with_capacity(64 * 1024);
    let mut line = around(port, script);
    let stream = opened(&mut line, &host).await;
    (line, stream, host)
}

async fn opened(line: &mut Line, host: &MemoryHost) -> DuplexStream {
    let stream = host.open();
    assert_eq!(next(line).await, (HostEvent::Opened, vec![]));
    stream
}

/// Lets the line see what there is to see; nothing is there for the modem.
async fn settle(line: &mut Line) {
    let mut buf = BytesMut::new();
    let event = poll_fn(|cx| Poll::Ready(line.poll_host(cx, &mut buf))).await;
    assert!(event.is_pending(), "{event:?}");
}

/// The next `len` bytes that the host reads, while the modem waits for it.
async fn read(line: &mut Line, host: &mut DuplexStream, len: usize) -> Vec<u8> {
    let mut got = vec![0; len];
    tokio::select! {
        biased;
        read = host.read_exact(&mut got) => { read.unwrap(); }
        event = next(line) => panic!("{event:?} before {len} bytes"),
    }
    got
}

/// A port with a script of its own.
#[derive(Clone, Default)]
struct Fake(Arc<Mutex<FakePort>>);

#[derive(Default)]
struct FakePort {
    events: VecDeque<HostEvent>,
    host_present: bool,
    written: Vec<u8>,
    signals: Vec<Signals>,
}

impl Fake {
    fn with(events: impl IntoIterator<Item = HostEvent>) -> Self {
        let fake = Self::default();
        fake.port().events.extend(events);
        fake
    }

    fn port(&self) -> MutexGuard<'_, FakePort> {
        self.0.lock().unwrap()
    }
}

impl Endpoint for Fake {
    fn name(&self) -> &str {
        "fake"
    }

    fn host_present(&self) -> bool {
        self.port().host_present
    }

    fn poll_host(
        &mut self,
        _: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        let mut port = self.port();
        let Some(event) = port.events.pop_front() else {
            return Poll::Pending;
        };
        match event {
            HostEvent::Opened => port.host_present = true,
            HostEvent::Closed => port.host_present = false,
            HostEvent::Data => buf.extend_from_slice(b"AT\r"),
            _ => {}
        }
        Poll::Ready(Ok(event))
    }

    fn poll_write(&mut self, _: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        self.port().written.extend_from_slice(data);
        Poll::Ready(Ok(data.len()))
    }

    fn set_signals(&mut self, signals: Signals) {
        self.port().signals.push(signals);
    }
}
