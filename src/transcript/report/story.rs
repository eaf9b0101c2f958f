//! A run as a story: the entries made into steps that people read, each with what it means.

use crate::commands::TABLE;
use crate::modem::knobs::Knobs;
use crate::modem::record::{CommandRecord, Record};
use crate::modem::state::ModuleState;
use crate::time::ModuleTime;
use crate::transcript::event::{Entry, Event, FaultFired, SerialLine, Way};

use super::meaning;
use super::text::visible;

/// So many bytes at the beginning of data are kept for a look at them.
const HEAD: usize = 40;

/// Something that a reader wants to know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of its (first) entry.
    pub number: u64,
    /// Module time.
    pub at: ModuleTime,
    /// When it was over: later than `at` for data.
    pub until: ModuleTime,
    /// Who speaks to whom.
    pub path: Path,
    /// What is said, or has happened.
    pub text: String,
    /// What that means; empty where it speaks for itself.
    pub meaning: String,
    /// How it sounds.
    pub tone: Tone,
}

/// Who speaks to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// The host to the modem.
    HostToModem,
    /// The modem to the host.
    ModemToHost,
    /// The modem to the server.
    ModemToServer,
    /// The server to the modem.
    ServerToModem,
    /// Nobody: it happens in the modem.
    Within,
}

impl Path {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Path::HostToModem => "host → modem",
            Path::ModemToHost => "modem → host",
            Path::ModemToServer => "modem → server",
            Path::ServerToModem => "server → modem",
            Path::Within => "in the modem",
        }
    }
}

/// How a step sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As any other.
    Plain,
    /// Of little interest.
    Quiet,
    /// Data, not words.
    Data,
    /// A failure.
    Bad,
    /// A fault that fired.
    Fault,
}

/// The story of `entries`.
pub fn story(entries: &[Entry]) -> Vec<Step> {
    let mut teller = Teller::default();
    for entry in entries {
        teller.tell(entry);
    }
    teller.finish()
}

/// Data that flows, and the step that tells of it.
#[derive(Debug)]
struct Stream {
    path: Path,
    step: usize,
    bytes: u64,
    head: Vec<u8>,
}

#[derive(Debug, Default)]
struct Teller {
    steps: Vec<Step>,
    streams: Vec<Stream>,
    carries: Carries,
}

/// What the serial port carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Carries {
    #[default]
    Commands,
    /// The line `CONNECT` itself is still to be written.
    Connect,
    Data,
}

impl Teller {
    fn tell(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Started(start) => {
                let text = format!("{} starts as {}", start.modem, start.model);
                self.within(entry, text, "", Tone::Quiet);
            }
            Event::Port(open) => {
                let text =
                    if *open { "the host opens the port" } else { "the host closes the port" };
                self.within(entry, text.to_owned(), "", Tone::Quiet);
            }
            Event::Line(line, on) => {
                let text = format!("{} {}", line_name(*line), if *on { "on" } else { "off" });
                self.within(entry, text, "", Tone::Quiet);
            }
            Event::FromHost(bytes) if self.carries == Carries::Data => {
                self.data(entry, Path::HostToModem, bytes);
            }
            Event::ToHost(bytes) if self.carries == Carries::Data => {
                self.data(entry, Path::ModemToHost, bytes);
            }
            // Commands and answers are told by the modem's own records, without their framing.
            Event::ToHost(_) if self.carries == Carries::Connect => self.carries = Carries::Data,
            Event::FromHost(_) | Event::ToHost(_) => {}
            Event::Modem(record) => self.record(entry, record),
            Event::Ftp(Way::Up, line) => {
                self.step(entry, Path::ModemToServer, line.clone(), String::new(), Tone::Plain);
            }
            Event::Ftp(Way::Down, line) => {
                let refused = meaning::reply_code(line).is_some_and(|code| code >= 400);
                let tone = if refused { Tone::Bad } else { Tone::Plain };
                let meaning = meaning::of_reply(line);
                self.step(entry, Path::ServerToModem, line.clone(), meaning, tone);
            }
            Event::FtpData(Way::Up, bytes) => self.data(entry, Path::ModemToServer, bytes),
            Event::FtpData(Way::Down, bytes) => self.data(entry, Path::ServerToModem, bytes),
            Event::Fault(FaultFired { name, action, cause }) => {
                self.within(entry, format!("fault {name}: {action}"), cause, Tone::Fault);
            }
            Event::ScenarioState(state) => {
                self.within(entry, format!("the scenario is in state {state}"), "", Tone::Quiet);
            }
            Event::Notice(text) => self.within(entry, text.clone(), "", Tone::Quiet),
            Event::Ended => self.within(entry, "the run is over".to_owned(), "", Tone::Quiet),
        }
    }

    fn record(&mut self, entry: &Entry, record: &Record) {
        match record {
            Record::Command(command) => {
                let tone = if command.known { Tone::Plain } else { Tone::Bad };
                let text = format!("AT{}", command.text());
                self.step(entry, Path::HostToModem, text, of_command(command), tone);
            }
            Record::Result(text) => {
                let connects = text.starts_with("CONNECT");
                self.carries = if connects { Carries::Connect } else { Carries::Commands };
                self.line(entry, text, meaning::of_result(text));
            }
            Record::Info(text) => self.line(entry, text, meaning::of_line(text)),
            Record::Urc(text) => {
                self.carries = Carries::Commands;
                self.line(entry, text, meaning::of_line(text));
            }
            // The modes are seen in what is said; the media have a plot.
            Record::Entered(ModuleState::DataMode | ModuleState::CommandMode)
            | Record::Store(..) => {}
            Record::Entered(state) => {
                let text = state.summary().trim_end_matches('.').to_owned();
                self.within(entry, text, "", Tone::Quiet);
            }
        }
    }

    fn line(&mut self, entry: &Entry, text: &str, meaning: String) {
        let tone = if meaning::is_failure(text) { Tone::Bad } else { Tone::Plain };
        self.step(entry, Path::ModemToHost, text.to_owned(), meaning, tone);
    }

    fn within(&mut self, entry: &Entry, text: String, meaning: &str, tone: Tone) {
        self.step(entry, Path::Within, text, meaning.to_owned(), tone);
    }

    fn step(&mut self, entry: &Entry, path: Path, text: String, meaning: String, tone: Tone) {
        // A state that is entered says nothing of the bytes; all else parts the data.
        if !(path == Path::Within && tone == Tone::Quiet) {
            self.end_streams();
        }
        let (number, at, text) = (entry.number, entry.at, visible(&text));
        self.steps.push(Step { number, at, until: at, path, text, meaning, tone });
    }

    /// Data goes into one step as long as nothing is said between, also when it flows both into
    /// the modem and out of it.
    fn data(&mut self, entry: &Entry, path: Path, bytes: &[u8]) {
        let open = self.streams.iter().position(|stream| stream.path == path);
        let at = open.unwrap_or_else(|| {
            let step = self.steps.len();
            self.streams.push(Stream { path, step, bytes: 0, head: Vec::new() });
            self.steps.push(Step {
                number: entry.number,
                at: entry.at,
                until: entry.at,
                path,
                text: String::new(),
                meaning: String::new(),
                tone: Tone::Data,
            });
            self.streams.len() - 1
        });
        let stream = &mut self.streams[at];
        stream.bytes += bytes.len() as u64;
        let room = HEAD.saturating_sub(stream.head.len()).min(bytes.len());
        stream.head.extend_from_slice(&bytes[..room]);
        self.steps[stream.step].until = entry.at;
    }

    fn end_streams(&mut self) {
        for stream in self.streams.drain(..) {
            let step = &mut self.steps[stream.step];
            step.text = if stream.bytes == 1 {
                "1 byte".to_owned()
            } else {
                format!("{} bytes", stream.bytes)
            };
            step.meaning = look(&stream.head, stream.bytes > stream.head.len() as u64);
        }
    }

    fn finish(mut self) -> Vec<Step> {
        self.end_streams();
        self.steps
    }
}

/// The beginning of data, if it is text.
fn look(head: &[u8], more: bool) -> String {
    let is_text = |&b: &u8| b.is_ascii_graphic() || matches!(b, b' ' | b'\r' | b'\n' | b'\t');
    if !head.iter().all(is_text) {
        return String::new();
    }
    let text = String::from_utf8_lossy(head);
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    format!("“{}{}”", words.join(" "), if more { " …" } else { "" })
}

/// What a command is for.
fn of_command(command: &CommandRecord) -> String {
    if !command.known {
        return "unknown to this module".to_owned();
    }
    let spec = TABLE.find(&command.name, &Knobs::default());
    spec.map_or(String::new(), |spec| spec.summary.to_owned())
}

fn line_name(line: SerialLine) -> &'static str {
    match line {
        SerialLine::Dtr => "DTR",
        SerialLine::Rts => "RTS",
        SerialLine::Dcd => "DCD",
        SerialLine::Ri => "RI",
        SerialLine::Dsr => "DSR",
        SerialLine::Cts => "CTS",
    }
}
