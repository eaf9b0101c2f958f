//! The bench: what each step does, and what must be true after it.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use crate::commands;
use crate::modem::ftp::FtpStat;
use crate::modem::interface::Interface;
use crate::modem::link::{LinkEvent, LinkFailure, UPLOAD_WINDOW};
use crate::modem::{Input, Modem, Output, Setup};
use crate::time::ModuleTime;

use super::link::Link;
use super::step::Step;

/// Nobody sleeps longer than until then: 500 years, which is nearly all that a [`ModuleTime`] holds.
const LAST_DAY: Duration = Duration::from_secs(500 * 365 * 86_400);

/// What the host waits for, as far as it has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Idle,
    /// A line is begun.
    Half,
    /// A line is sent, and has no final result.
    Waiting,
    /// `CONNECT` was heard.
    Data,
}

/// The machine, its host and its link.
pub(super) struct Bench {
    modem: Modem,
    now: ModuleTime,
    /// The host keeps to the rules, and what it hears is checked.
    orderly: bool,
    mode: Mode,
    /// The commands of the line that were not accepted yet.
    calls: Vec<&'static str>,
    last_input: ModuleTime,
    present: bool,
    reading: bool,
    /// Bytes that the host has not taken.
    unread: usize,
    /// Something was written that the host never saw.
    missed: bool,
    /// Lines accepted and lines told, by command.
    accepted: BTreeMap<String, usize>,
    told: BTreeMap<String, usize>,
    losses: usize,
    link: Link,
}

impl Bench {
    pub(super) fn new(orderly: bool) -> Bench {
        let mut bench = Bench {
            modem: Modem::new(&commands::TABLE, Setup::default()),
            now: ModuleTime::ZERO,
            orderly,
            mode: Mode::Idle,
            calls: Vec::new(),
            last_input: ModuleTime::ZERO,
            present: true,
            reading: true,
            unread: 0,
            missed: false,
            accepted: BTreeMap::new(),
            told: BTreeMap::new(),
            losses: 0,
            link: Link::default(),
        };
        for line in ["AT+QICSGP=1,1,\"apn\"", "AT+QIACT=1", "AT+QFTPOPEN=\"h\""] {
            bench.line(line);
        }
        bench.step(&Step::Serve);
        bench.pass(Duration::from_secs(1));
        bench
    }

    fn input(&mut self, input: Input) {
        let before = self.modem.now();
        self.modem.handle_input(self.now, input);
        assert!(self.modem.now() >= before, "time runs backwards");
        self.drain();
        let executing = !matches!(self.modem.interface, Interface::Command);
        assert_eq!(self.modem.host.line.is_some(), executing, "a line without its end");
        assert!(self.modem.ftp_unconfirmed() <= UPLOAD_WINDOW);
    }

    fn drain(&mut self) {
        while let Some(output) = self.modem.poll_output() {
            match output {
                Output::Link(request) => self.link.ask(request),
                Output::Record(_) => panic!("nobody asked for records"),
                Output::Host(_) if !self.present => panic!("written to nobody"),
                Output::Host(bytes) => {
                    if self.orderly {
                        self.understand(std::str::from_utf8(&bytes).expect("text"));
                    }
                    self.unread += bytes.len();
                    self.take();
                }
            }
        }
        assert!(self.unread < 256 * 1024, "a host that does not read costs memory");
    }

    fn take(&mut self) {
        if self.reading && self.unread > 0 {
            let count = std::mem::take(&mut self.unread);
            self.modem.handle_input(self.now, Input::HostTook(count));
        }
    }

    /// Takes one write of the module apart.
    fn understand(&mut self, mut text: &str) {
        while !text.is_empty() {
            if let Some(rest) = text.strip_prefix("\r\n") {
                let end = rest.find("\r\n").expect("a line is written as a whole");
                self.understand_line(&rest[..end], text);
                text = &rest[end + 2..];
                // Several information lines have no blank one between them.
                if !text.is_empty() && !text.starts_with("\r\n") {
                    assert!(self.mode != Mode::Idle, "two lines in one write");
                }
            } else {
                let end = text.find("\r\n").unwrap_or(text.len());
                assert!(!text[..end].contains("+QFTP") || text[..end].contains("AT"), "{text:?}");
                text = &text[end..];
            }
        }
    }

    fn understand_line(&mut self, line: &str, write: &str) {
        let name = line.split(':').next().unwrap_or("");
        if name.starts_with("+QFTP") || name == "+QIURC" {
            let patient = self.now < self.last_input + Duration::from_secs(10);
            let in_line = self.mode == Mode::Half && patient;
            assert!(matches!(self.mode, Mode::Idle | Mode::Half) && !in_line, "{:?}", self.mode);
            assert_eq!(write.len(), line.len() + 4, "not alone in its write: {write:?}");
            *self.told.entry(name.to_owned()).or_default() += 1;
        } else if line == "CONNECT" || line.starts_with("CONNECT ") {
            assert_eq!(self.mode, Mode::Waiting, "{line}");
            self.mode = Mode::Data;
            self.accept(1);
        } else if ["OK", "ERROR", "NO CARRIER"].contains(&line) || name == "+CME ERROR" {
            assert!(matches!(self.mode, Mode::Waiting | Mode::Data), "a result too many: {line}");
            self.mode = Mode::Idle;
            if line == "OK" {
                self.accept(usize::MAX);
            }
        } else {
            assert!(matches!(self.mode, Mode::Waiting | Mode::Data), "{line} out of place");
        }
    }

    /// So many of the commands of the line that are left were accepted.
    fn accept(&mut self, count: usize) {
        for _ in 0..count.min(self.calls.len()) {
            let call = self.calls.remove(0);
            let name = call.trim_start_matches("AT").split(['=', '?']).next().unwrap_or("");
            *self.accepted.entry(name.to_owned()).or_default() += 1;
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        let credit = self.modem.host_credit();
        let bytes = &bytes[..bytes.len().min(credit)];
        if self.present && !bytes.is_empty() {
            self.last_input = self.now;
            self.input(Input::Host(Bytes::copy_from_slice(bytes)));
        }
    }

    /// A line, if the host waits for nothing and the modem takes it.
    fn line(&mut self, line: &'static str) {
        if self.present && self.mode == Mode::Idle && self.modem.host_credit() > line.len() {
            self.mode = Mode::Waiting;
            self.calls = line.split(';').collect();
            self.send(format!("{line}\r").as_bytes());
        }
    }

    fn end_half_line(&mut self) {
        if self.mode == Mode::Half {
            self.mode = Mode::Waiting;
            self.calls = vec!["AT+CSQ"];
            self.send(b"SQ\r");
        }
    }

    /// Time passes with a look at every deadline.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.modem.next_deadline().filter(|&due| due <= end) {
            self.now = self.now.max(due);
            self.timeout();
        }
        self.now = end;
        self.timeout();
    }

    fn timeout(&mut self) {
        self.input(Input::Timeout);
        let next = self.modem.next_deadline();
        assert!(next.is_none_or(|next| next > self.now), "a deadline in the past");
    }

    fn present(&mut self, present: bool) {
        if present != self.present {
            self.missed |= self.unread > 0 || self.mode != Mode::Idle;
            self.unread = 0;
            self.mode = Mode::Idle;
            self.present = present;
        }
        self.input(Input::HostPresent(present));
        if self.present && self.mode == Mode::Idle {
            // What it left when it went.
            self.mode = match self.modem.interface {
                Interface::Command => Mode::Idle,
                Interface::Executing(_) => Mode::Waiting,
                Interface::Data(..) => Mode::Data,
            };
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Line(line) => {
                self.end_half_line();
                self.line(line);
            }
            Step::HalfLine => {
                if self.present && self.mode == Mode::Idle && self.modem.host_credit() > 10 {
                    self.mode = Mode::Half;
                    self.send(b"AT+C");
                }
            }
            Step::Data(count) => {
                self.end_half_line();
                self.send(&vec![b'u'; *count]);
            }
            Step::Escape => {
                self.end_half_line();
                self.pass(Duration::from_secs(1));
                self.send(b"+++");
                self.pass(Duration::from_secs(1));
            }
            Step::Noise(bytes) if !self.orderly => self.send(bytes),
            Step::Noise(_) => {}
            Step::Pass(millis) => self.pass(Duration::from_millis(*millis)),
            Step::Deadline => {
                if let Some(due) = self.modem.next_deadline() {
                    self.now = self.now.max(due);
                    self.timeout();
                }
            }
            Step::Asleep(days) => {
                let woken = self.now + Duration::from_secs(days * 86_400);
                self.now = woken.min(ModuleTime::ZERO + LAST_DAY).max(self.now);
                self.timeout();
            }
            Step::Belated(seconds) => {
                self.end_half_line();
                let now = self.now;
                let passed = now - ModuleTime::ZERO;
                let ago = Duration::from_secs(*seconds);
                self.now = ModuleTime::ZERO + passed.saturating_sub(ago);
                self.line("AT+CSQ");
                self.input(Input::Timeout);
                self.now = now;
            }
            Step::Serve => {
                if let Some(event) = self.link.serve() {
                    self.input(Input::Link(event));
                }
            }
            Step::Fail(cause, session_alive) => {
                if let Some(id) = self.link.id() {
                    self.link.open = None;
                    let failure =
                        LinkFailure { cause: cause.clone(), session_alive: *session_alive };
                    self.input(Input::Link(LinkEvent::Failed(id, failure)));
                }
                self.losses += 1;
            }
            Step::Wild { kind, back } => {
                let event = self.link.wild(*kind, *back);
                self.input(Input::Link(event));
            }
            Step::Lost => {
                self.losses += 1;
                self.input(Input::Link(LinkEvent::Lost));
            }
            Step::Read(reading) => self.read(*reading),
            Step::Present(present) => self.present(*present),
            Step::Dtr(on) => self.input(Input::Dtr(*on)),
            Step::DropContext => {
                self.modem.drop_context(1);
                self.timeout();
            }
            Step::Power(on) if !self.orderly => self.input(Input::Power(*on)),
            Step::Power(_) => {}
        }
    }

    fn read(&mut self, reading: bool) {
        self.reading = reading;
        self.take();
        self.drain();
    }

    /// The host is there and reads; the link says nothing more.
    fn settle(&mut self) {
        self.read(true);
        if !self.present {
            self.present(true);
        }
        self.end_half_line();
        self.pass(Duration::from_secs(3600));
    }
}

impl Bench {
    /// Plays the interleaving of an orderly host, and checks what it was told in the end.
    pub(super) fn orderly(steps: impl IntoIterator<Item = Step>) {
        let mut bench = Bench::new(true);
        for step in steps {
            bench.step(&step);
        }
        bench.settle();
        assert_eq!(bench.mode, Mode::Idle, "something waits for ever");
        for name in ["+QFTPOPEN", "+QFTPPWD", "+QFTPSIZE", "+QFTPSTAT", "+QFTPLEN"] {
            if !bench.missed {
                assert_eq!(bench.told(name), bench.accepted(name), "{name}");
            }
        }
        for name in ["+QFTPPUT", "+QFTPGET", "+QFTPLIST", "+QFTPMLSD"] {
            assert!(bench.missed || bench.told(name) <= bench.accepted(name), "{name}");
        }
        assert!(bench.told("+QFTPCLOSE") <= bench.accepted("+QFTPCLOSE") + bench.losses);
        // Only a download that the host has left may still be there.
        let suspended = bench.modem.ftp.stat() == FtpStat::Transferring;
        assert!(!suspended || bench.modem.ftp_resume());
    }

    /// Plays the interleaving of a host that keeps to no rules.
    pub(super) fn chaos(steps: impl IntoIterator<Item = Step>) {
        let mut bench = Bench::new(false);
        for step in steps {
            bench.mode = Mode::Idle;
            bench.step(&step);
        }
        bench.mode = Mode::Idle;
        bench.settle();
        assert!(matches!(bench.modem.interface, Interface::Command));
    }

    fn told(&self, name: &str) -> usize {
        self.told.get(name).copied().unwrap_or(0)
    }

    fn accepted(&self, name: &str) -> usize {
        self.accepted.get(name).copied().unwrap_or(0)
    }
}
