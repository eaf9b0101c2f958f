//! What happens to a modem, recorded while it runs: for transcripts, reports and whoever looks on.
//! There is a recorder only where somebody wants one.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::broadcast;
use tokio::time::Instant;

use crate::link::embedded;
use crate::link::interposer::Observer;
use crate::modem::Modem;
use crate::modem::record::Record;
use crate::scenario::engine::{News, Rules};
use crate::scenario::expect::Expectation;
use crate::scenario::verdict::{self, Files, Verdict};
use crate::time::ModuleTime;
use crate::transcript::coverage::{Coverage, Requirement};
use crate::transcript::data::Data;
use crate::transcript::event::{Entry, Event, Start, Way};
use crate::transcript::journal::{Journal, Moment, Scope};
use crate::transcript::report::Report;

use super::notice::{Listener, Notice};
use super::transcript::TranscriptFile;

/// A live listener that is so many entries behind misses some.
const BACKLOG: usize = 1024;

/// So often, data that goes on becomes an entry and the file gets what there is.
const IDLE: Duration = Duration::from_secs(1);

/// What is to be recorded.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// What the journal keeps.
    pub scope: Scope,
    /// The file to which the transcript goes: JSON lines, or a dialogue if it ends in `.chat`.
    pub file: Option<PathBuf>,
    /// How much the host has to meet.
    pub coverage: Vec<Requirement>,
}

/// The recorder of a modem.
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    start: Start,
    description: String,
    coverage: Vec<Requirement>,
    started: Instant,
    rules: Option<Rules>,
    server: Option<embedded::ServerFiles>,
    file: Option<TranscriptFile>,
    listener: Listener,
    live: broadcast::Sender<Arc<Entry>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    journal: Journal,
    verdict: Verdict,
    report: Option<Report>,
}

/// What a recorder is made of.
pub(super) struct Setup<'a> {
    pub(super) start: Start,
    pub(super) recording: &'a Recording,
    pub(super) description: String,
    pub(super) verdict: Verdict,
    pub(super) rules: Option<Rules>,
    pub(super) server: Option<embedded::ServerFiles>,
    pub(super) file: Option<TranscriptFile>,
    pub(super) listener: Listener,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("start", &self.0.start).finish_non_exhaustive()
    }
}

impl Files for embedded::ServerFiles {
    fn file(&self, path: &str) -> Option<Bytes> {
        self.read(path)
    }
}

impl Recorder {
    /// Begins a journal.
    pub(super) fn start(setup: Setup<'_>) -> Recorder {
        let mut journal = Journal::new(setup.recording.scope);
        if let Some(rules) = &setup.rules {
            let faults = rules.status();
            journal.expect_faults(faults.iter().map(|fault| fault.name.as_str()));
        }
        let recorder = Recorder(Arc::new(Inner {
            start: setup.start.clone(),
            description: setup.description,
            coverage: setup.recording.coverage.clone(),
            started: Instant::now(),
            rules: setup.rules,
            server: setup.server,
            file: setup.file,
            listener: setup.listener,
            live: broadcast::Sender::new(BACKLOG),
            state: Mutex::new(State { journal, verdict: setup.verdict, report: None }),
        }));
        recorder.note(ModuleTime::ZERO, Event::Started(setup.start));
        tokio::spawn(keep_up(Arc::downgrade(&recorder.0)));
        recorder
    }

    /// Takes note of something.
    pub(super) fn note(&self, at: ModuleTime, event: Event) {
        let mut state = self.state();
        self.0.note(&mut state, at, event);
    }

    /// The run is over: what it came to.
    pub(super) fn finish(&self, at: ModuleTime, modem: &mut Modem) {
        let mut state = self.state();
        if state.report.is_some() {
            return;
        }
        self.0.note(&mut state, at, Event::Ended);
        self.0.flush();
        let report = self.0.judge(&state, at, modem);
        state.report = Some(Report {
            entries: state.journal.entries().cloned().collect(),
            left_out: state.journal.left_out(),
            ..report
        });
    }

    /// What the run would come to if it were over, without the entries.
    pub(super) fn so_far(&self, at: ModuleTime, modem: &mut Modem) -> Report {
        self.0.judge(&self.state(), at, modem)
    }

    /// What the run came to, when it is over.
    pub(super) fn take_report(&self) -> Option<Report> {
        self.state().report.take()
    }

    /// One more thing has to be true at the end.
    pub(super) fn expect(&self, expectation: Expectation) {
        self.state().verdict.expect(expectation);
    }

    /// The entries so far, and how many before them are left out.
    pub fn entries(&self) -> (Vec<Entry>, u64) {
        let mut state = self.state();
        state.journal.settle();
        self.0.pass_on(&mut state);
        (state.journal.entries().cloned().collect(), state.journal.left_out())
    }

    /// At most `most` entries from `number` on; what is before the first one is left out.
    pub fn since(&self, number: u64, most: usize) -> Vec<Entry> {
        let mut state = self.state();
        state.journal.settle();
        self.0.pass_on(&mut state);
        let before = number.saturating_sub(state.journal.left_out() + 1);
        let before = usize::try_from(before).unwrap_or(usize::MAX);
        state.journal.entries().skip(before).take(most).cloned().collect()
    }

    /// What the host has met so far.
    pub fn coverage(&self) -> Coverage {
        self.state().journal.coverage().clone()
    }

    /// Entries as they are made. Who is too slow misses some, and is told.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Entry>> {
        self.0.live.subscribe()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state()
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has to be true, and whether it is.
    fn judge(&self, state: &State, at: ModuleTime, modem: &mut Modem) -> Report {
        let server = self.server.as_ref().map(|files| files as &dyn Files);
        let mut cases = state.verdict.judge(modem, server);
        let faults = self.rules.iter().flat_map(Rules::status);
        cases.extend(faults.filter_map(|fault| verdict::of_fault(&fault)));
        let coverage = state.journal.coverage().clone();
        cases.extend(self.coverage.iter().map(|requirement| requirement.judge(&coverage)));
        Report {
            start: self.start.clone(),
            description: self.description.clone(),
            took: at - ModuleTime::ZERO,
            cases,
            entries: Vec::new(),
            left_out: 0,
            coverage,
        }
    }

    fn note(&self, state: &mut State, at: ModuleTime, event: Event) {
        // What a fault does with a command comes after the command, and the line that it is in.
        let is_line = matches!(event, Event::Modem(Record::Line(_)));
        let is_command = matches!(event, Event::Modem(Record::Command(_)));
        if let Event::Modem(record) = &event {
            state.verdict.record(record);
        }
        if !is_command && !is_line {
            self.tell_news(state, at);
        }
        state.journal.note(self.moment(at), event);
        if is_command {
            self.tell_news(state, at);
        }
        self.pass_on(state);
    }

    fn tell_news(&self, state: &mut State, at: ModuleTime) {
        for news in self.rules.iter().flat_map(Rules::news) {
            let event = match news {
                News::Fired(fired) => Event::Fault(fired),
                News::State(name) => Event::ScenarioState(name),
            };
            state.journal.note(self.moment(at), event);
        }
    }

    fn moment(&self, at: ModuleTime) -> Moment {
        Moment { at, wall: Some(self.started.elapsed()) }
    }

    /// New entries go to the file and to who looks on.
    fn pass_on(&self, state: &mut State) {
        while let Some(entry) = state.journal.next_entry() {
            if let Some(file) = &self.file {
                self.tell_failure(file.write(&self.start.modem, &entry));
            }
            if self.live.receiver_count() > 0 {
                // Nobody may be left: that is no failure.
                let _ = self.live.send(Arc::new(entry));
            }
        }
    }

    fn flush(&self) {
        if let Some(file) = &self.file {
            self.tell_failure(file.flush());
        }
    }

    fn tell_failure(&self, written: Result<(), String>) {
        if let Err(text) = written {
            (self.listener.0)(&Notice { modem: self.start.modem.clone(), text });
        }
    }
}

/// What passes between the FTP client and the server.
impl Observer for Recorder {
    fn line(&self, now: ModuleTime, way: Way, line: &str) {
        self.note(now, Event::Ftp(way, line.to_owned()));
    }

    fn data(&self, now: ModuleTime, way: Way, bytes: &[u8]) {
        self.note(now, Event::FtpData(way, Data::new(Bytes::copy_from_slice(bytes))));
    }
}

/// Lets nothing lie for long, as long as there is the recorder.
async fn keep_up(recorder: Weak<Inner>) {
    loop {
        tokio::time::sleep(IDLE).await;
        let Some(inner) = recorder.upgrade() else { return };
        let mut state = inner.state();
        state.journal.settle();
        inner.pass_on(&mut state);
        inner.flush();
    }
}
