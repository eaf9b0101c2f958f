//! A run as a story: the entries made into steps that people read, each with what it means.

use crate::modem::record::Record;
use crate::modem::state::ModuleState;
use crate::time::ModuleTime;
use crate::transcript::data::Data;
use crate::transcript::event::{Entry, Event, FaultFired, SerialLine, Way};
use crate::transcript::meaning;

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
            // What lines say is told by the modem's own records, without framing and echo.
            Event::FromHost(_) | Event::ToHost(_) => {}
            Event::DataFromHost(data) => self.data(entry, Path::HostToModem, data),
            Event::DataToHost(data) => self.data(entry, Path::ModemToHost, data),
            Event::FtpData(Way::Up, data) => self.data(entry, Path::ModemToServer, data),
            Event::FtpData(Way::Down, data) => self.data(entry, Path::ServerToModem, data),
            Event::Modem(record) => self.record(entry, record),
            Event::Ftp(Way::Up, line) => self.said(entry, Path::ModemToServer, line.clone()),
            Event::Ftp(Way::Down, line) => self.said(entry, Path::ServerToModem, line.clone()),
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
                self.said(entry, Path::HostToModem, format!("AT{}", command.text()));
            }
            Record::Result(text) | Record::Info(text) | Record::Urc(text) => {
                self.said(entry, Path::ModemToHost, text.clone());
            }
            Record::Entered(ModuleState::DataMode | ModuleState::CommandMode) => {}
            Record::Entered(state) => {
                let text = state.summary().trim_end_matches('.').to_owned();
                self.within(entry, text, "", Tone::Quiet);
            }
            // The media have a plot; bytes are told as data.
            Record::Store(..) | Record::Line(_) | Record::Data(_) => {}
        }
    }

    /// A line that one says to another.
    fn said(&mut self, entry: &Entry, path: Path, text: String) {
        let meaning = meaning::of_event(&entry.event).unwrap_or_default();
        let tone = if meaning::is_failure(&entry.event) { Tone::Bad } else { Tone::Plain };
        self.step(entry, path, text, meaning, tone);
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
    fn data(&mut self, entry: &Entry, path: Path, data: &Data) {
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
        // Behind a gap nothing is kept.
        if stream.bytes == stream.head.len() as u64 {
            let room = HEAD.saturating_sub(stream.head.len()).min(data.bytes.len());
            stream.head.extend_from_slice(&data.bytes[..room]);
        }
        stream.bytes += data.len;
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

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn steps() -> Vec<Step> {
        story(&fixture::failed().entries)
    }

    #[test]
    fn what_a_step_means_and_how_it_sounds() {
        let steps = steps();
        let find = |text: &str| steps.iter().find(|step| step.text == text).expect(text);
        let open = find("AT+QFTPOPEN=\"ftp.example.com\",21");
        assert_eq!((open.path, open.tone), (Path::HostToModem, Tone::Plain));
        assert_eq!(open.meaning, "Log in to a server (write)");
        let put = find("+QFTPPUT: 619,452");
        assert_eq!((put.path, put.tone), (Path::ModemToHost, Tone::Bad));
        assert!(put.meaning.contains("insufficient system storage"));
        assert_eq!(find("fault quota: reply").tone, Tone::Fault);
    }

    #[test]
    fn data_is_one_step_for_each_way_until_something_is_said() {
        let data: Vec<_> =
            steps().into_iter().filter(|step| step.path == Path::ModemToServer).collect();
        let texts: Vec<_> = data.iter().map(|step| step.text.as_str()).collect();
        assert_eq!(texts, ["USER test", "PASS ***", "STOR /inbox/log.bin", "32 bytes", "16 bytes"]);
        assert_eq!(data[3].meaning, "“sixteen bytes.. sixteen bytes..”");
        assert!(data[3].until > data[3].at);
    }

    #[test]
    fn data_that_is_no_text_is_not_shown() {
        assert_eq!(look(b"a\xff", false), "");
        assert_eq!(look(b"a\r\nb", true), "“a b …”");
    }
}
