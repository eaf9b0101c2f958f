//! Whether what a scenario expects came true.
//!
//! A [`Verdict`] hears of every command and result while a run goes on, so that nothing has to be kept for the
//! end; there it looks at the module and at the server's files.

use std::collections::VecDeque;

use bytes::Bytes;

use super::Scenario;
use super::engine::FaultStatus;
use super::expect::{
    ChecksumText, CommandCount, CommandOrder, ContextState, Expectation, OutcomeAwaited,
    ServerFile, SessionState, StoreFile,
};
use super::trigger::CommandMatch;
use crate::modem::Modem;
use crate::modem::record::{CallForm, CommandRecord, Record};
use crate::modem::state::ModuleState;
use crate::store::Checksum;
use crate::transcript::report::{Case, CaseKind, Failure};
use crate::transcript::secrets;

/// So many commands are told where an expectation was not met; of more, the last ones.
const RECEIVED: usize = 1000;

/// The files of the server, as an expectation sees them.
pub trait Files {
    /// The content of a file; none if there is no such file.
    fn file(&self, path: &str) -> Option<Bytes>;
}

/// The expectations of a scenario, and what the host did about them.
#[derive(Debug, Default)]
pub struct Verdict {
    watched: Vec<Watched>,
    /// The commands of the host.
    received: VecDeque<String>,
    /// So many before those.
    left_out: u64,
}

/// An expectation, and how far it is.
#[derive(Debug)]
struct Watched {
    expectation: Expectation,
    progress: Progress,
}

#[derive(Debug)]
enum Progress {
    /// So often the command came.
    Count(CommandMatch, u64),
    /// So many of the commands came in order.
    Order(usize),
    /// Commands that the module does not know.
    Unknown(Vec<String>),
    /// How far the command is, and what the host did not wait with.
    Awaited(Awaited, Vec<String>),
    /// It is looked up at the end.
    End,
}

/// How far a command is whose outcome is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// None is under way.
    Nothing,
    /// It has no result yet.
    Result,
    /// It was accepted.
    Outcome,
}

/// What was found instead of what was expected, if it was not.
type Found = Option<String>;

impl Verdict {
    /// The expectations of `scenario`.
    pub fn of(scenario: &Scenario) -> Verdict {
        let watched = scenario.expect.iter().cloned().map(Watched::new).collect();
        Verdict { watched, ..Verdict::default() }
    }

    /// One more expectation; what came before does not count for it.
    pub fn expect(&mut self, expectation: Expectation) {
        self.watched.push(Watched::new(expectation));
    }

    /// The module says something of itself.
    pub fn record(&mut self, record: &Record) {
        match record {
            Record::Command(command) => self.command(command),
            Record::Result(text) | Record::Urc(text) => self.heard(text),
            _ => {}
        }
    }

    fn command(&mut self, command: &CommandRecord) {
        let text = secrets::hide_in_command(command);
        for watched in &mut self.watched {
            watched.command(command, &text);
        }
        if self.received.len() == RECEIVED {
            self.received.pop_front();
            self.left_out += 1;
        }
        self.received.push_back(text);
    }

    /// The module tells a result, or a line that is no answer.
    fn heard(&mut self, text: &str) {
        for watched in &mut self.watched {
            watched.heard(text);
        }
    }

    /// At the end: one case for each expectation.
    pub fn judge(&self, modem: &mut Modem, server: Option<&dyn Files>) -> Vec<Case> {
        self.watched.iter().map(|watched| self.case(watched, modem, server)).collect()
    }

    fn case(&self, watched: &Watched, modem: &mut Modem, server: Option<&dyn Files>) -> Case {
        let name = watched.words();
        let failure = watched.found(modem, server).map(|actual| Failure {
            expected: name.clone(),
            actual,
            received: self.received(),
        });
        Case { kind: CaseKind::Expectation, name, failure }
    }

    /// Every command of the host, or the last ones.
    fn received(&self) -> Vec<String> {
        let before = match self.left_out {
            0 => None,
            count => Some(format!("({count} commands before these)")),
        };
        before.into_iter().chain(self.received.iter().cloned()).collect()
    }
}

/// The case of a fault; none for one that may do without firing, and did.
pub fn of_fault(fault: &FaultStatus) -> Option<Case> {
    let fired = fault.fired > 0;
    let failure = || Failure {
        expected: format!("the fault {} fires ({})", fault.name, fault.action),
        actual: fault.nearest.clone().unwrap_or_else(|| "it never fired".to_owned()),
        received: Vec::new(),
    };
    (fired || fault.must_fire).then(|| Case {
        kind: CaseKind::Fault,
        name: fault.name.clone(),
        failure: (!fired).then(failure),
    })
}

impl Watched {
    fn new(expectation: Expectation) -> Watched {
        let progress = match &expectation {
            Expectation::CommandCount(CommandCount { name, form, arguments, .. }) => {
                let (command, form) = (*name, *form);
                Progress::Count(CommandMatch { command, form, arguments: arguments.clone() }, 0)
            }
            Expectation::CommandOrder(_) => Progress::Order(0),
            Expectation::NoUnknownCommands(_) => Progress::Unknown(Vec::new()),
            Expectation::OutcomeAwaited(_) => Progress::Awaited(Awaited::Nothing, Vec::new()),
            _ => Progress::End,
        };
        Watched { expectation, progress }
    }

    fn command(&mut self, command: &CommandRecord, text: &str) {
        match (&self.expectation, &mut self.progress) {
            (_, Progress::Count(wanted, count)) => {
                *count += u64::from(wanted.matches(command).is_ok());
            }
            (Expectation::CommandOrder(order), Progress::Order(at)) => {
                let next = order.commands.get(*at);
                *at += usize::from(next.is_some_and(|next| next.name() == command.name));
            }
            (_, Progress::Unknown(unknown)) if !command.known && unknown.len() < RECEIVED => {
                unknown.push(text.to_owned());
            }
            (Expectation::OutcomeAwaited(wanted), Progress::Awaited(awaited, hasty)) => {
                if *awaited == Awaited::Outcome && needs_idle_session(command) {
                    if hasty.len() < RECEIVED {
                        hasty.push(text.to_owned());
                    }
                } else if command.name == wanted.command.name() && needs_idle_session(command) {
                    *awaited = Awaited::Result;
                }
            }
            _ => {}
        }
    }

    fn heard(&mut self, text: &str) {
        let Expectation::OutcomeAwaited(wanted) = &self.expectation else { return };
        let Progress::Awaited(awaited, _) = &mut self.progress else { return };
        let outcome = text.strip_prefix(wanted.command.name());
        *awaited = match *awaited {
            _ if outcome.is_some_and(|rest| rest.starts_with(':')) => Awaited::Nothing,
            Awaited::Result if text == "OK" => Awaited::Outcome,
            Awaited::Result if text.contains("ERROR") => Awaited::Nothing,
            other => other,
        };
    }

    /// What is expected.
    fn words(&self) -> String {
        match &self.expectation {
            Expectation::CommandCount(count) => count_in_words(count),
            Expectation::CommandOrder(CommandOrder { commands }) => {
                let names: Vec<_> = commands.iter().map(|c| format!("AT{}", c.name())).collect();
                format!("{} in this order", names.join(", "))
            }
            Expectation::OutcomeAwaited(OutcomeAwaited { command }) => {
                let name = command.name();
                format!("after AT{name} the host waits for the line {name}: <err>,<protocol_error>")
            }
            Expectation::ServerFile(ServerFile { path, size, text, checksum, absent }) => {
                let size = size.map(|size| size.0);
                file_in_words(&path.0, "on the server", (size, text, *checksum, *absent))
            }
            Expectation::StoreFile(StoreFile { name, size, text, checksum, absent }) => {
                let size = size.map(|size| size.0);
                file_in_words(&name.to_string(), "in the store", (size, text, *checksum, *absent))
            }
            Expectation::SessionState(SessionState { state }) => {
                format!("the FTP session is {} at the end", state.word())
            }
            Expectation::ContextState(ContextState { id, active }) => {
                let active = if *active { "active" } else { "not active" };
                format!("PDP context {} is {active} at the end", id.get())
            }
            Expectation::NoUnknownCommands(_) => "no unknown commands".to_owned(),
        }
    }

    /// What is the case instead; none if it is as expected.
    fn found(&self, modem: &mut Modem, server: Option<&dyn Files>) -> Found {
        match (&self.expectation, &self.progress) {
            (Expectation::CommandCount(wanted), Progress::Count(_, count)) => {
                let exactly = wanted.exactly.map(|n| n.get());
                let any = exactly.is_none() && wanted.at_most.is_none();
                let least = wanted.at_least.map_or(u64::from(any), |n| n.get());
                let most = wanted.at_most.map_or(u64::MAX, |n| n.get());
                let met = match exactly {
                    Some(exactly) => *count == exactly,
                    None => (least..=most).contains(count),
                };
                (!met).then(|| times(*count))
            }
            (Expectation::CommandOrder(order), Progress::Order(at)) => {
                let next = order.commands.get(*at)?;
                Some(match at.checked_sub(1).and_then(|last| order.commands.get(last)) {
                    Some(last) => format!("no AT{} after AT{}", next.name(), last.name()),
                    None => format!("no AT{}", next.name()),
                })
            }
            (Expectation::NoUnknownCommands(_), Progress::Unknown(unknown)) => {
                (!unknown.is_empty()).then(|| unknown.join(", "))
            }
            (Expectation::OutcomeAwaited(wanted), Progress::Awaited(_, hasty)) => {
                let first = hasty.first()?;
                let name = wanted.command.name();
                let more = match hasty.len() {
                    1 => String::new(),
                    count => format!(", and {} more", count - 1),
                };
                Some(format!("{first} came after the OK, and before {name}: ...{more}"))
            }
            (Expectation::ServerFile(wanted), _) => {
                let content = server.and_then(|server| server.file(&wanted.path.0));
                let ServerFile { size, text, checksum, absent, .. } = wanted;
                found_file(content, (size.map(|size| size.0), text, *checksum, *absent))
            }
            (Expectation::StoreFile(wanted), _) => {
                let content = modem.stores().content(&wanted.name).ok();
                let StoreFile { size, text, checksum, absent, .. } = wanted;
                found_file(content, (size.map(|size| size.0), text, *checksum, *absent))
            }
            (Expectation::SessionState(wanted), _) => {
                let state = ModuleState::from(modem.ftp.stat());
                (state != wanted.state).then(|| format!("it is {}", state.word()))
            }
            (Expectation::ContextState(wanted), _) => {
                let id = u8::try_from(wanted.id.get()).unwrap_or(u8::MAX);
                let active = modem.network_mut().contexts.is_active(id);
                let words = if active { "it is active" } else { "it is not active" };
                (active != wanted.active).then(|| words.to_owned())
            }
            _ => None,
        }
    }
}

/// Whether the session has to be idle for it: an FTP command that is neither a test nor a look.
fn needs_idle_session(command: &CommandRecord) -> bool {
    let look = matches!(command.name.as_str(), "+QFTPCFG" | "+QFTPSTAT" | "+QFTPLEN");
    let does = matches!(command.form, CallForm::Write | CallForm::Execute);
    command.name.starts_with("+QFTP") && !look && does
}

fn count_in_words(count: &CommandCount) -> String {
    let CommandCount { name, form, arguments, at_least, at_most, exactly } = count;
    let mut text = format!("AT{}", name.name());
    if let Some(form) = form {
        text += &format!(" in the {} form", form.word());
    }
    if !arguments.is_empty() {
        let arguments: Vec<_> = arguments.iter().map(|glob| glob.0.as_str()).collect();
        text += &format!(" with {}", arguments.join(","));
    }
    let how_often = match (exactly, at_least, at_most) {
        (Some(n), ..) => format!("exactly {}", times(n.get())),
        (None, Some(least), Some(most)) => format!("{} to {}", least.get(), times(most.get())),
        (None, Some(least), None) => format!("at least {}", times(least.get())),
        (None, None, Some(most)) => format!("at most {}", times(most.get())),
        (None, None, None) => "at least once".to_owned(),
    };
    format!("{text}, {how_often}")
}

fn times(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        _ => format!("{count} times"),
    }
}

/// Size, text and checksum that a file must have, and whether it must not be there.
type Wanted<'a> = (Option<u64>, &'a Option<String>, Option<ChecksumText>, bool);

fn file_in_words(name: &str, place: &str, (size, text, checksum, absent): Wanted<'_>) -> String {
    if absent {
        return format!("no file {name} {place}");
    }
    let parts = [
        size.map(|size| format!("{size} bytes")),
        text.as_ref().map(|text| format!("the text {}", brief(text.as_bytes()))),
        checksum.map(|sum| format!("checksum {:x}", sum.0)),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true => format!("a file {name} {place}"),
        false => format!("a file {name} {place} with {}", parts.join(", ")),
    }
}

fn found_file(content: Option<Bytes>, (size, text, checksum, absent): Wanted<'_>) -> Found {
    let Some(content) = content else { return (!absent).then(|| "no such file".to_owned()) };
    if absent {
        return Some(format!("a file with {} bytes", content.len()));
    }
    let sum = Checksum::of(&content).value();
    let wrong = [
        size.is_some_and(|size| size != content.len() as u64)
            .then(|| format!("{} bytes", content.len())),
        text.as_ref()
            .is_some_and(|text| text.as_bytes() != content)
            .then(|| format!("the content {}", brief(&content))),
        checksum.is_some_and(|wanted| wanted.0 != sum).then(|| format!("checksum {sum:x}")),
    ];
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    (!wrong.is_empty()).then(|| wrong.join(", "))
}

/// Content in quotes, but not all of a long one.
fn brief(bytes: &[u8]) -> String {
    const MOST: usize = 80;
    match bytes.get(..MOST) {
        Some(head) => format!("{}...", head.escape_ascii()),
        None => format!("\"{}\"", bytes.escape_ascii()),
    }
}

#[cfg(test)]
mod tests;
