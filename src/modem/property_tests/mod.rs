//! The machine under random interleavings: a host that keeps to the rules but does everything at
//! the worst moment, one that keeps to none, and a link that also says what nobody asked for.

mod link;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use super::ftp::FtpStat;
use super::interface::Interface;
use super::link::{LinkError, LinkEvent, LinkFailure, UPLOAD_WINDOW};
use super::{Input, Modem, Output, Setup};
use crate::commands;
use crate::time::ModuleTime;
use link::Link;

const LINES: &[&str] = &[
    "AT",
    "AT+CSQ",
    "AT+BOGUS",
    "ATO",
    "AT&D0",
    "AT&D1",
    "AT&D2",
    "AT+QIDEACT=1",
    "AT+QIACT=1",
    "AT+CFUN=4",
    "AT+CFUN=1",
    "AT+QFTPOPEN=\"h\"",
    "AT+QFTPCLOSE",
    "AT+QFTPSTAT",
    "AT+QFTPLEN",
    "AT+QFTPPWD",
    "AT+QFTPSIZE=\"f\"",
    "AT+QFTPSIZE=\"f\";+CSQ",
    "AT+QFTPPUT=\"f\",\"COM:\"",
    "AT+QFTPPUT=\"f\",\"COM:\",0,4,0",
    "AT+QFTPPUT=\"f\",\"COM:\",4,4,1",
    "AT+QFTPPUT=\"f\",\"COM:\",0,6;+QFTPPWD",
    "AT+QFTPPUT=\"f\",\"RAM:f\"",
    "AT+QFTPGET=\"f\",\"COM:\"",
    "AT+QFTPGET=\"f\",\"COM:\",0,5;+QIDEACT=1",
    "AT+QFTPGET=\"f\",\"COM:\",0,100000",
    "AT+QFTPGET=\"f\",\"RAM:f\"",
    "AT+QFTPLIST=\".\"",
    "AT+QFTPMLSD=\".\"",
    "AT+QFUPL=\"RAM:f\",1500,5,1",
    "AT+QFUPL=\"RAM:f\",2048;+CSQ",
    "AT+QFDWL=\"RAM:f\"",
    "AT+QFDEL=\"RAM:*\"",
    "AT+QFOPEN=\"RAM:f\"",
    "AT+QFREAD=1",
    "AT+QFWRITE=1,3",
    "AT+QFCLOSE=1",
];

#[derive(Clone, Debug)]
enum Step {
    /// The host sends this line if it waits for nothing.
    Line(&'static str),
    /// It sends the beginning of a line, and the rest before anything else.
    HalfLine,
    /// So many bytes of data, where data are due; as far as there is credit.
    Data(usize),
    /// `+++` between its silences.
    Escape,
    /// Bytes of all kinds, where chaos reigns.
    Noise(Vec<u8>),
    /// Time passes.
    Pass(u64),
    /// The next deadline comes.
    Deadline,
    /// The link does the next thing that is due of it.
    Serve,
    /// What it does fails.
    Fail(LinkError, bool),
    /// It says something to an operation `back` before the last, due or not.
    Wild {
        kind: u8,
        back: u64,
    },
    Lost,
    Read(bool),
    Present(bool),
    Dtr(bool),
    /// The network drops the context.
    DropContext,
    /// The supply comes or goes, where chaos reigns.
    Power(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let cause = prop_oneof![
        (400u16..560).prop_map(LinkError::Reply),
        Just(LinkError::DataNotOpened),
        Just(LinkError::DataClosed),
        Just(LinkError::ControlClosed),
    ];
    prop_oneof![
        6 => proptest::sample::select(LINES).prop_map(Step::Line),
        1 => Just(Step::HalfLine),
        3 => (1usize..3000).prop_map(Step::Data),
        1 => Just(Step::Escape),
        1 => proptest::collection::vec(any::<u8>(), 1..20).prop_map(Step::Noise),
        2 => prop_oneof![1u64..100, 1000u64..200_000].prop_map(Step::Pass),
        2 => Just(Step::Deadline),
        8 => Just(Step::Serve),
        1 => (cause, any::<bool>()).prop_map(|(cause, alive)| Step::Fail(cause, alive)),
        1 => (0u8..8, 0u64..3).prop_map(|(kind, back)| Step::Wild { kind, back }),
        1 => Just(Step::Lost),
        1 => any::<bool>().prop_map(Step::Read),
        1 => any::<bool>().prop_map(Step::Present),
        1 => any::<bool>().prop_map(Step::Dtr),
        1 => Just(Step::DropContext),
        1 => any::<bool>().prop_map(Step::Power),
    ]
}

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

struct Bench {
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
    fn new(orderly: bool) -> Bench {
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
        self.modem.handle_input(self.now, input);
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

fn told(bench: &Bench, name: &str) -> usize {
    bench.told.get(name).copied().unwrap_or(0)
}

fn accepted(bench: &Bench, name: &str) -> usize {
    bench.accepted.get(name).copied().unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { ..ProptestConfig::default() })]

    #[test]
    fn an_orderly_host_gets_one_result_a_line_and_one_urc_an_operation(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let mut bench = Bench::new(true);
        for step in &steps {
            bench.step(step);
        }
        bench.settle();
        prop_assert_eq!(bench.mode, Mode::Idle, "something waits for ever");
        for name in ["+QFTPOPEN", "+QFTPPWD", "+QFTPSIZE", "+QFTPSTAT", "+QFTPLEN"] {
            if !bench.missed {
                prop_assert_eq!(told(&bench, name), accepted(&bench, name), "{}", name);
            }
        }
        for name in ["+QFTPPUT", "+QFTPGET", "+QFTPLIST", "+QFTPMLSD"] {
            prop_assert!(bench.missed || told(&bench, name) <= accepted(&bench, name), "{}", name);
        }
        prop_assert!(told(&bench, "+QFTPCLOSE") <= accepted(&bench, "+QFTPCLOSE") + bench.losses);
        // Only a download that the host has left may still be there.
        let suspended = bench.modem.ftp.stat() == FtpStat::Transferring;
        prop_assert!(!suspended || bench.modem.ftp_resume());
    }

    #[test]
    fn whatever_comes_the_machine_goes_on(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let mut bench = Bench::new(false);
        for step in &steps {
            bench.mode = Mode::Idle;
            bench.step(step);
        }
        bench.mode = Mode::Idle;
        bench.settle();
        prop_assert!(matches!(bench.modem.interface, Interface::Command));
    }
}
