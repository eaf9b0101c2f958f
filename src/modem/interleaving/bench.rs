//! The bench: what each step does, and what must be true after it.

use std::time::Duration;

use bytes::Bytes;

use crate::commands;
use crate::modem::ftp::FtpStat;
use crate::modem::host::KEPT_URCS;
use crate::modem::intercept::{Effect, Outlook};
use crate::modem::interface::{DataMode, Interface};
use crate::modem::link::{LinkEvent, LinkFailure, UPLOAD_WINDOW};
use crate::modem::power::{Attention, Supply};
use crate::modem::{Input, Modem, Output, Setup};
use crate::time::ModuleTime;

use super::fault::{Deed, Fault, Script};
use super::ledger::Ledger;
use super::link::Link;
use super::step::Step;
use super::transcript::Transcript;

/// Nobody sleeps longer than until then: 500 years, which is nearly all that a [`ModuleTime`] holds.
const LAST_DAY: Duration = Duration::from_secs(500 * 365 * 86_400);

/// What the host waits for, as far as it can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Idle,
    /// A line is begun.
    Half,
    /// A line is sent, and has no final result.
    Waiting,
    /// `CONNECT` was said.
    Data,
}

/// The machine, its host and its link.
pub(super) struct Bench {
    pub(super) modem: Modem,
    pub(super) now: ModuleTime,
    /// The host keeps to the rules, and what it is told is checked.
    pub(super) orderly: bool,
    pub(super) mode: Mode,
    /// The final result of the line never comes: a fault.
    pub(super) muted: bool,
    /// Lines that may come before their final result: a fault.
    pub(super) early: Vec<String>,
    /// What is said may be heard by nobody just now.
    pub(super) silent: bool,
    /// What was said since the last write, as lines.
    pub(super) said: Vec<String>,
    /// The last final result.
    pub(super) result: String,
    pub(super) last_input: ModuleTime,
    present: bool,
    reading: bool,
    /// Bytes that the host has not taken.
    unread: usize,
    script: Script,
    pub(super) ledger: Ledger,
    pub(super) transcript: Transcript,
    link: Link,
}

impl Bench {
    pub(super) fn new(orderly: bool) -> Bench {
        let script = Script::default();
        let mut modem = Modem::new(&commands::TABLE, Setup::default())
            .with_interceptor(Box::new(script.clone()));
        modem.record();
        let mut bench = Bench {
            modem,
            now: ModuleTime::ZERO,
            orderly,
            mode: Mode::Idle,
            muted: false,
            early: Vec::new(),
            silent: false,
            said: Vec::new(),
            result: String::new(),
            last_input: ModuleTime::ZERO,
            present: true,
            reading: true,
            unread: 0,
            script,
            ledger: Ledger::default(),
            transcript: Transcript::new(),
            link: Link::default(),
        };
        for line in ["AT+QICSGP=1,1,\"apn\"", "AT+QIACT=1", "AT+QFTPOPEN=\"h\""] {
            bench.line(line);
        }
        bench.step(&Step::Serve);
        bench.pass(Duration::from_secs(1));
        bench
    }

    pub(super) fn input(&mut self, input: Input) {
        let was_mute = self.is_mute();
        let leaves = input == Input::HostPresent(false);
        let before = self.modem.power.supply();
        let restart = matches!(input, Input::Effect(Effect::Restart(_)));
        let then = self.modem.now();
        self.modem.handle_input(self.now, input);
        assert!(self.modem.now() >= then, "time runs backwards");
        let after = self.modem.power.supply();
        let restarts = self.deeds() || restart || before >= Supply::On && after <= Supply::Starting;
        self.silent = was_mute || self.is_mute() || restarts;
        let wrote = self.drain();
        let powered = before != Supply::Off || after != Supply::Off;
        assert!(powered || !wrote, "a module without supply speaks");
        assert!(self.said.is_empty() || self.silent, "said, and not written: {:?}", self.said);
        self.said.clear();
        self.ledger.disturbed |= restarts || self.modem.host.urcs_waiting() >= KEPT_URCS;
        self.transcript.check_held(self.held(), leaves || restarts);
        self.check_mode(restarts || leaves);
        self.check_stores();
        assert!(self.modem.ftp_unconfirmed() <= UPLOAD_WINDOW);
        let next = self.modem.next_deadline();
        assert!(next.is_none_or(|next| next >= self.now), "a deadline in the past");
    }

    /// Bytes of the host that the module has not dealt with yet.
    fn held(&self) -> usize {
        let in_doubt = match &self.modem.interface {
            Interface::Data(DataMode::FileInput(input), watch) => {
                input.padding.len() + usize::from(watch.pluses)
            }
            Interface::Data(_, watch) => watch.pluses.into(),
            Interface::Command | Interface::Executing(_) => 0,
        };
        in_doubt + self.modem.host.held_bytes()
    }

    /// Whether nobody hears what the module says: noise may well be `ATQ1`.
    fn is_mute(&self) -> bool {
        !self.present || self.modem.effects.hangs() || self.modem.profile.quiet
    }

    /// Takes note of what faults did; whether the module restarted.
    fn deeds(&mut self) -> bool {
        let mut restarts = false;
        for deed in self.script.deeds() {
            self.ledger.deed(&deed);
            match deed {
                Deed::Began(name, Outlook::BeforeResult) => self.early.push(name),
                Deed::Muted => self.muted = true,
                Deed::Restart => restarts = true,
                Deed::Began(..) | Deed::Urc(..) => {}
            }
        }
        restarts
    }

    /// Takes what the module wants done; whether something was written to the host.
    fn drain(&mut self) -> bool {
        let mut wrote = false;
        while let Some(output) = self.modem.poll_output() {
            match output {
                Output::Link(request) => self.link.ask(request),
                Output::Record(record) => {
                    self.transcript.record(self.now, &record);
                    self.ledger.record(&record);
                    self.understand(record);
                }
                Output::Host(_) if !self.present => panic!("written to nobody"),
                Output::Host(bytes) => {
                    wrote = true;
                    self.transcript.written(self.now, &bytes);
                    let said = std::mem::take(&mut self.said);
                    if self.orderly {
                        self.check_written(&bytes, &said);
                    }
                    self.unread += bytes.len();
                    self.take();
                }
            }
        }
        assert!(self.unread < 256 * 1024, "a host that does not read costs memory");
        wrote
    }

    fn take(&mut self) {
        if self.reading && self.unread > 0 {
            let count = std::mem::take(&mut self.unread);
            self.modem.handle_input(self.now, Input::HostTook(count));
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        let credit = self.modem.host_credit();
        let bytes = &bytes[..bytes.len().min(credit)];
        if self.present && !bytes.is_empty() {
            self.last_input = self.now;
            self.transcript.sent(bytes);
            self.input(Input::Host(Bytes::copy_from_slice(bytes)));
        }
    }

    /// The host is about to say something; a module that hangs or has no power passes over it.
    fn expect(&mut self, mode: Mode) {
        let heard = self.modem.attention() != Attention::Never;
        self.mode = if heard { mode } else { Mode::Idle };
    }

    /// A line, if the host waits for nothing and the modem takes it.
    pub(super) fn line(&mut self, line: &str) {
        if self.present && self.mode == Mode::Idle && self.modem.host_credit() > line.len() {
            self.expect(Mode::Waiting);
            self.send(format!("{line}\r").as_bytes());
        }
    }

    fn end_half_line(&mut self) {
        if self.mode == Mode::Half && self.present && self.modem.host_credit() > 2 {
            self.expect(Mode::Waiting);
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
        // An effect may bring one that may bring another.
        for _ in 0..8 {
            self.input(Input::Timeout);
            if self.modem.next_deadline().is_none_or(|next| next > self.now) {
                return;
            }
        }
        panic!("a deadline is not heeded");
    }

    fn present(&mut self, present: bool) {
        if !present {
            self.ledger.excuse_transfers();
            self.unread = 0;
        }
        self.present = present;
        self.input(Input::HostPresent(present));
    }

    pub(super) fn step(&mut self, step: &Step) {
        if self.modem.next_deadline().is_some_and(|due| due <= self.now) {
            self.timeout();
        }
        match step {
            Step::Line(line) => {
                self.end_half_line();
                self.line(line);
            }
            Step::HalfLine => {
                if self.present && self.mode == Mode::Idle && self.modem.host_credit() > 10 {
                    self.expect(Mode::Half);
                    self.send(b"AT+C");
                }
            }
            Step::Data(count) => {
                self.end_half_line();
                self.send(&vec![b'u'; *count]);
            }
            Step::Escape => {
                self.end_half_line();
                self.ledger.excuse_transfers();
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
                self.ledger.losses += 1;
            }
            Step::Wild { kind, back } => {
                let event = self.link.wild(*kind, *back);
                self.input(Input::Link(event));
            }
            Step::Lost => {
                self.ledger.losses += 1;
                self.input(Input::Link(LinkEvent::Lost));
            }
            Step::Read(reading) => self.read(*reading),
            Step::Present(present) => self.present(*present),
            Step::Dtr(on) => {
                self.ledger.excuse_transfers();
                self.input(Input::Dtr(*on));
            }
            Step::DropContext => {
                self.modem.drop_context(1);
                self.timeout();
            }
            Step::Power(on) => self.input(Input::Power(*on)),
            Step::Fault(fault) => self.fault(fault.clone()),
        }
    }

    fn fault(&mut self, fault: Fault) {
        match self.script.expect(self.now, fault) {
            Some(effect) => self.input(Input::Effect(effect)),
            // Or the modem would not ask when something is to happen.
            None => self.input(Input::Timeout),
        }
    }

    fn read(&mut self, reading: bool) {
        self.reading = reading;
        self.take();
        self.input(Input::Timeout);
    }

    /// Nothing more goes wrong, the host is there and reads, and the link says nothing more: then
    /// nothing is left to wait for, and the module answers.
    fn settle(&mut self) {
        self.script.clear();
        self.read(true);
        self.present(true);
        self.end_half_line();
        self.wait_for_the_rest();
        if self.modem.effects.hangs() {
            // Some hang until somebody pulls the plug.
            self.input(Input::Power(false));
        }
        self.input(Input::Power(true));
        self.end_half_line();
        self.wait_for_the_rest();
    }

    /// A host that waits for nothing may have sent many lines, each of which takes its timeout.
    fn wait_for_the_rest(&mut self) {
        const HOURS: usize = 1000;
        for _ in 0..HOURS {
            let last = self.modem.host.held_bytes() == 0 || self.modem.effects.hangs();
            self.pass(Duration::from_secs(3600));
            if last {
                break;
            }
        }
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
        let transfers = bench.modem.ftp.stat() == FtpStat::Transferring;
        if transfers {
            bench.ledger.excuse_transfers();
        }
        bench.ledger.check();
        bench.check_answer();
        bench.check_contents();
        bench.transcript.check(bench.now);
        // Only a download that the host has left may still be there.
        assert!(!transfers || bench.modem.ftp_resume());
    }

    /// Plays the interleaving of a host that keeps to no rules.
    pub(super) fn chaos(steps: impl IntoIterator<Item = Step>) {
        let mut bench = Bench::new(false);
        let usual = bench.modem.profile.line_settings();
        for step in steps {
            bench.mode = Mode::Idle;
            bench.step(&step);
        }
        bench.settle();
        assert!(matches!(
            bench.modem.interface,
            Interface::Command | Interface::Data(DataMode::Call, _)
        ));
        // What the host has done to the settings is over with the supply, unless it stored them.
        bench.input(Input::Power(false));
        bench.input(Input::Power(true));
        bench.pass(Duration::from_secs(60));
        if bench.modem.profile.line_settings() == usual {
            bench.check_answer();
        }
        bench.check_contents();
        bench.transcript.check(bench.now);
    }
}
