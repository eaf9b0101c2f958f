//! The journal of a run: events in their order, bounded, and cut by what happened instead of by
//! how the operating system cut the bytes.
//!
//! What is one entry, whatever pieces it came in:
//!
//! - a command line of the host, without LF, and the answer with its echo, or a later line;
//! - data of one kind up to the next event that is none, but at most a second of it. Data that
//!   goes several ways at once, as in a transfer, is one entry each.
//!
//! So one scenario, seed and host gives one journal, byte for byte, where the clock is stepped.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::coverage::Coverage;
use super::data::{Data, Growing};
use super::event::{Entry, Event, Way};
use super::keys::Keys;
use super::secrets;
use crate::modem::record::{CommandRecord, Record};
use crate::modem::state::ModuleState;
use crate::time::ModuleTime;

/// Data becomes an entry after so much module time, even if more of it comes.
const STRETCH: Duration = Duration::from_secs(1);

/// What is kept of an entry's data, in bytes.
const HEAD: usize = 256;

/// Where all data is kept, one entry has so much of it, in bytes.
const PIECE: usize = 64 * 1024;

/// A line becomes an entry after so many bytes, even if it has no end.
const LONGEST_LINE: usize = 16 * 1024;

/// What an entry takes besides its bytes, roughly.
const ENTRY: usize = 128;

/// What a journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// At most so many entries; the oldest go.
    pub entries: usize,
    /// At most so many bytes, roughly.
    pub bytes: usize,
    /// All data, instead of its length, its checksum and its first bytes.
    pub full: bool,
    /// Passwords and private keys, instead of `***`.
    pub secrets: bool,
}

impl Default for Scope {
    /// 20,000 entries in 16 MiB, with data summarised and passwords hidden.
    fn default() -> Scope {
        Scope { entries: 20_000, bytes: 16 * 1024 * 1024, full: false, secrets: false }
    }
}

/// A moment: module time, and wall time since the start, unless the clock is stepped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Module time.
    pub at: ModuleTime,
    /// Wall time.
    pub wall: Option<Duration>,
}

impl From<ModuleTime> for Moment {
    fn from(at: ModuleTime) -> Moment {
        Moment { at, wall: None }
    }
}

/// The journal of a run.
#[derive(Debug, Default)]
pub struct Journal {
    scope: Scope,
    /// Data that goes on, in the order of its first bytes.
    open: Vec<Stretch>,
    keys: BTreeMap<Kind, Keys>,
    from_host: Line,
    to_host: Line,
    /// The module has said something that is not written yet: the next write completes it.
    answered: bool,
    mode: Mode,
    kept: VecDeque<Entry>,
    /// What the kept ones take.
    bytes: usize,
    /// The number of the last entry.
    last: u64,
    /// When it was.
    last_at: ModuleTime,
    /// The number of the last entry that [`Journal::next_entry`] has given out.
    told: u64,
    coverage: Coverage,
}

/// What a write to the host is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Text,
    /// `CONNECT` is said, and not written yet.
    Connecting,
    Data,
}

/// A line that may not be complete.
#[derive(Debug, Default)]
struct Line {
    bytes: BytesMut,
    /// When the last of it came.
    moment: Moment,
}

impl Line {
    fn push(&mut self, moment: Moment, bytes: &[u8]) {
        self.moment = moment;
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes `bytes` as far as there is room in it; whether it is full now.
    fn take(&mut self, moment: Moment, bytes: &mut &[u8]) -> bool {
        let room = LONGEST_LINE - self.bytes.len();
        let (first, rest) = bytes.split_at(bytes.len().min(room));
        self.push(moment, first);
        *bytes = rest;
        self.bytes.len() == LONGEST_LINE
    }
}

/// Data that goes on.
#[derive(Debug)]
struct Stretch {
    kind: Kind,
    since: Moment,
    data: Growing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    FromHost,
    ToHost,
    Ftp(Way),
}

impl Stretch {
    fn event(self) -> Event {
        let data = self.data.finish();
        match self.kind {
            Kind::FromHost => Event::DataFromHost(data),
            Kind::ToHost => Event::DataToHost(data),
            Kind::Ftp(way) => Event::FtpData(way, data),
        }
    }
}

impl Journal {
    /// A journal that keeps what `scope` says.
    pub fn new(scope: Scope) -> Journal {
        Journal { scope, ..Journal::default() }
    }

    /// Takes note of something. Of [`Event::ToHost`] the journal finds out itself whether it is
    /// data, and what the host says it knows by [`Record::Line`] and [`Record::Data`].
    pub fn note(&mut self, moment: impl Into<Moment>, event: Event) {
        let moment = moment.into();
        match event {
            Event::Modem(Record::Line(bytes)) => {
                let mut rest = &bytes[..];
                while self.from_host.take(moment, &mut rest) {
                    self.end_from_host();
                }
            }
            Event::Modem(Record::Data(bytes)) => {
                // What a module that hung has left of a line.
                self.end_from_host();
                self.data(moment, Kind::FromHost, bytes);
            }
            Event::ToHost(bytes) if self.mode == Mode::Data => {
                self.end_to_host();
                self.data(moment, Kind::ToHost, bytes);
            }
            Event::ToHost(bytes) => self.written(moment, &bytes),
            Event::FtpData(way, data) => self.data(moment, Kind::Ftp(way), data.bytes),
            Event::Modem(record) => self.record(moment, record),
            Event::Ftp(way, line) if !self.scope.secrets => {
                self.entry(moment, Event::Ftp(way, secrets::hide_ftp(&line).into_owned()));
            }
            Event::Port(_) | Event::Ended => {
                self.end_lines();
                self.entry(moment, event);
            }
            event => self.entry(moment, event),
        }
    }

    /// Makes entries of data that goes on, because somebody wants to see it.
    pub fn settle(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        open.sort_by_key(|stretch| (stretch.since.at, stretch.kind));
        for stretch in open {
            self.push(stretch.since, stretch.event());
        }
    }

    /// The next entry that has not been given out by this.
    pub fn next_entry(&mut self) -> Option<Entry> {
        let first = self.last + 1 - self.kept.len() as u64;
        let next = (self.told + 1).max(first);
        let entry = self.kept.get(usize::try_from(next - first).ok()?)?;
        self.told = next;
        Some(entry.clone())
    }

    /// The entries, without those that are [left out](Self::left_out).
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.kept.iter()
    }

    /// How many entries before those are left out.
    pub fn left_out(&self) -> u64 {
        self.last - self.kept.len() as u64
    }

    /// What the host has met, also in entries that are left out.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// These faults could fire.
    pub fn expect_faults<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.coverage.faults.extend(names.into_iter().map(|name| (name.to_owned(), 0)));
    }

    fn record(&mut self, moment: Moment, record: Record) {
        self.coverage.meet(&record);
        match &record {
            Record::Command(_) => self.end_from_host(),
            Record::Info(text) | Record::Result(text) => {
                self.end_from_host();
                self.answered = true;
                self.mode = if text.starts_with("CONNECT") { Mode::Connecting } else { Mode::Text };
            }
            Record::Urc(_) => self.answered = true,
            Record::Entered(ModuleState::CommandMode) => self.mode = Mode::Text,
            Record::Entered(_) | Record::Store(..) | Record::Line(_) | Record::Data(_) => {}
        }
        let record = if self.scope.secrets { record } else { hidden(record) };
        self.entry(moment, Event::Modem(record));
    }

    /// Lines for the host, or the echo of some characters.
    fn written(&mut self, moment: Moment, bytes: &[u8]) {
        if std::mem::take(&mut self.answered) {
            self.to_host.push(moment, bytes);
            self.end_to_host();
        } else {
            let mut echo = bytes;
            while self.to_host.take(moment, &mut echo) {
                self.end_to_host();
            }
        }
        if self.mode == Mode::Connecting {
            self.mode = Mode::Data;
        }
    }

    fn end_from_host(&mut self) {
        // An echo without an answer.
        if self.to_host.bytes.ends_with(b"\r") {
            self.end_to_host();
        }
        let Line { mut bytes, moment } = std::mem::take(&mut self.from_host);
        // The module passes over it.
        let bytes = match bytes.contains(&b'\n') {
            true => bytes.iter().copied().filter(|&b| b != b'\n').collect(),
            false => bytes.split(),
        };
        if !bytes.is_empty() {
            let text = self.without_secrets(bytes.freeze());
            self.entry(moment, Event::FromHost(text));
        }
    }

    fn end_to_host(&mut self) {
        let Line { bytes, moment } = std::mem::take(&mut self.to_host);
        if !bytes.is_empty() {
            let text = self.without_secrets(bytes.freeze());
            self.entry(moment, Event::ToHost(text));
        }
    }

    fn end_lines(&mut self) {
        self.end_from_host();
        self.end_to_host();
    }

    fn without_secrets(&self, bytes: Bytes) -> Bytes {
        if self.scope.secrets {
            return bytes;
        }
        let text = String::from_utf8_lossy(&bytes);
        match secrets::hide(&text) {
            hidden if *hidden == *text => bytes,
            hidden => Bytes::from(hidden.into_owned()),
        }
    }

    fn data(&mut self, moment: Moment, kind: Kind, mut bytes: Bytes) {
        if self.open.first().is_some_and(|first| moment.at - first.since.at >= STRETCH) {
            self.settle();
        }
        while !bytes.is_empty() {
            let at = self.open.iter().position(|stretch| stretch.kind == kind);
            let at = at.unwrap_or_else(|| {
                let data = Growing::new(if self.scope.full { PIECE } else { HEAD });
                self.open.push(Stretch { kind, since: moment, data });
                self.open.len() - 1
            });
            let data = &mut self.open[at].data;
            let most = if self.scope.full { data.room().min(bytes.len()) } else { bytes.len() };
            let mut piece = Data::new(bytes.split_to(most));
            if !self.scope.secrets {
                piece.bytes = self.keys.entry(kind).or_default().hide(piece.bytes);
            }
            data.push(&piece);
            if self.scope.full && data.room() == 0 {
                let full = self.open.remove(at);
                self.push(full.since, full.event());
            }
        }
    }

    /// An entry after all data that goes on.
    fn entry(&mut self, moment: Moment, event: Event) {
        self.settle();
        self.push(moment, event);
    }

    fn push(&mut self, Moment { at, wall }: Moment, event: Event) {
        if let Event::Fault(fault) = &event {
            *self.coverage.faults.entry(fault.name.clone()).or_default() += 1;
        }
        self.last += 1;
        self.last_at = self.last_at.max(at);
        let entry = Entry { number: self.last, at: self.last_at, wall, event };
        self.bytes += size(&entry);
        self.kept.push_back(entry);
        while self.kept.len() > self.scope.entries || self.bytes > self.scope.bytes {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= size(&oldest);
        }
    }
}

/// The same without passwords.
fn hidden(record: Record) -> Record {
    let hide = |text: String| secrets::hide(&text).into_owned();
    match record {
        Record::Command(command) => {
            let before = format!("{}=", command.name);
            let text = hide(format!("{before}{}", command.arguments));
            let arguments = text[before.len()..].to_owned();
            Record::Command(CommandRecord { arguments, ..command })
        }
        Record::Info(text) => Record::Info(hide(text)),
        other => other,
    }
}

fn size(entry: &Entry) -> usize {
    ENTRY
        + match &entry.event {
            Event::FromHost(bytes) | Event::ToHost(bytes) => bytes.len(),
            Event::DataFromHost(data) | Event::DataToHost(data) | Event::FtpData(_, data) => {
                data.bytes.len()
            }
            Event::Ftp(_, text) | Event::Notice(text) => text.len(),
            Event::Modem(Record::Command(command)) => command.arguments.len(),
            Event::Modem(Record::Info(text) | Record::Urc(text)) => text.len(),
            _ => 0,
        }
}

#[cfg(test)]
mod tests;
