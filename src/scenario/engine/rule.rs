//! One fault: how often what it waits for has happened, and how close it came to firing.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::FaultStatus;
use crate::at::syntax::{RawValue, split_values};
use crate::modem::intercept::Flow;
use crate::modem::record::CommandRecord;
use crate::scenario::faults::Fault;
use crate::scenario::trigger::{At, CommandMatch, Event, Glob};
use crate::transcript::secrets;

/// A fault and how far it is.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) fault: Fault,
    random: StdRng,
    /// What it waits for has happened so often, in the state of the scenario that it asks for.
    occurred: u64,
    /// Of these, so many were among those that count.
    chosen: u64,
    pub(super) fired: u64,
    pub(super) armed: Option<Armed>,
    /// The last operation in which its byte was reached; on the serial line, that it was reached.
    pub(super) reached: Option<u64>,
    /// What it does to a data connection goes on.
    pub(super) standing: Option<Standing>,
    near: Option<(Nearness, String)>,
}

/// What a fault that was triggered waits with.
#[derive(Clone, Debug)]
pub(super) struct Armed {
    pub(super) cause: String,
    pub(super) bound: Bound,
    /// Where the serial line was.
    pub(super) passed: [u64; 2],
}

/// What a fault does to the data of an operation, up to a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) operation: u64,
    pub(super) flow: Flow,
    pub(super) until: u64,
}

/// For which FTP operation a fault was triggered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// For none.
    Free,
    /// For the one of the command that is being carried out, if it gets so far.
    Pending,
    /// For this one.
    Operation(u64),
}

/// How much of a trigger has matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Kind,
    State,
    Count,
    Triggered,
}

impl Rule {
    pub(super) fn new(fault: Fault, seed: u64) -> Rule {
        Rule {
            random: StdRng::seed_from_u64(seed ^ number(&fault.name.0)),
            fault,
            occurred: 0,
            chosen: 0,
            fired: 0,
            armed: None,
            reached: None,
            standing: None,
            near: None,
        }
    }

    pub(super) fn event(&self) -> Option<&Event> {
        self.fault.when.as_ref().and_then(|when| when.event.as_ref())
    }

    /// Something was not quite what it waits for.
    fn nearly(&mut self, nearness: Nearness, text: impl FnOnce() -> String) {
        if self.near.as_ref().is_none_or(|(best, _)| *best <= nearness) {
            self.near = Some((nearness, text()));
        }
    }

    /// Notes that `command` is the right one, but was given otherwise.
    pub(super) fn nearly_matched(&mut self, command: &CommandRecord, why: &str) {
        self.nearly(Nearness::Kind, || {
            format!("{} was given, but {why}", secrets::hide_in_command(command))
        });
    }

    /// What it waits for has happened (`cause`) while the scenario was in `state`: whether this
    /// is one of the times that count.
    pub(super) fn occurs(&mut self, state: &str, cause: &str) -> bool {
        let (counting, wanted) = match &self.fault.when {
            Some(when) => (when.counting.clone(), when.in_state.clone()),
            None => Default::default(),
        };
        if let Some(wanted) = wanted.filter(|wanted| wanted.0 != state) {
            self.nearly(Nearness::State, || {
                format!("{cause}: but the scenario was in the state {state}, not {}", wanted.0)
            });
            return false;
        }
        self.occurred += 1;
        let time = self.occurred;
        let from = counting.from.unwrap_or(1);
        let why_not = if let Some(nth) = counting.nth.filter(|&nth| nth != time) {
            Some(format!("it fires at time {nth}"))
        } else if time < from {
            Some(format!("it fires from time {from} on"))
        } else if !(time - from).is_multiple_of(counting.every.unwrap_or(1)) {
            Some("that is not one of `every`".to_owned())
        } else if counting.times.is_some_and(|times| self.chosen >= times) {
            Some("it has fired as often as it may".to_owned())
        } else if counting.probability.is_some_and(|chance| self.random.random::<f64>() >= chance) {
            Some("the draw went against it".to_owned())
        } else {
            None
        };
        if let Some(why) = why_not {
            self.nearly(Nearness::Count, || format!("{cause} (time {time}): but {why}"));
            return false;
        }
        self.chosen += 1;
        true
    }

    /// It was triggered, but had nothing to work on.
    pub(super) fn found_nothing(&mut self, cause: &str, why: &str) {
        self.nearly(Nearness::Triggered, || format!("{cause}: but {why}"));
    }

    /// It is triggered, and waits.
    pub(super) fn arm(&mut self, cause: String, bound: Bound, passed: [u64; 2]) {
        let waits = match self.fault.at {
            Some(At::Uploaded(byte)) => format!("byte {byte} of an upload was never reached"),
            Some(At::Downloaded(byte)) => format!("byte {byte} of a download was never reached"),
            Some(At::ToHost(byte)) => format!("the host has not received {byte} bytes since"),
            Some(At::FromHost(byte)) => format!("the host has not sent {byte} bytes since"),
            None => "the moment for it never came".to_owned(),
        };
        self.nearly(Nearness::Triggered, || format!("{cause}: but then {waits}"));
        self.armed = Some(Armed { cause, bound, passed });
    }

    /// The command that triggered it began no operation.
    pub(super) fn disarm_pending(&mut self) {
        if let Some(armed) = self.armed.take_if(|armed| armed.bound == Bound::Pending) {
            self.nearly(Nearness::Triggered, || {
                format!("{}: but it was refused before it came to that", armed.cause)
            });
        }
    }

    /// Whether it is triggered for operation `operation`, and by what; a fault that waits for
    /// nothing but a byte always is.
    pub(super) fn cause_in(&self, operation: u64) -> Option<String> {
        match (&self.armed, self.event()) {
            (Some(Armed { bound: Bound::Free, cause, .. }), _) => Some(cause.clone()),
            (Some(Armed { bound: Bound::Operation(id), cause, .. }), _) if *id == operation => {
                Some(cause.clone())
            }
            (None, None) => Some(String::new()),
            _ => None,
        }
    }

    pub(super) fn status(&self) -> FaultStatus {
        let nearest = self.near.as_ref().map(|(_, text)| text.clone());
        FaultStatus {
            name: self.fault.name.0.clone(),
            action: self.fault.action.key(),
            must_fire: self.fault.must_fire,
            fired: self.fired,
            waits: self.armed.is_some(),
            nearest: nearest.or_else(|| self.never()).filter(|_| self.fired == 0),
        }
    }

    /// Nothing came near.
    fn never(&self) -> Option<String> {
        Some(match self.event() {
            Some(Event::Command(wanted)) => {
                format!("the command AT{} was never given", wanted.command.name())
            }
            Some(Event::Verb(verb, _)) => format!("{} was never sent to the server", verb.word()),
            Some(Event::Enters(state)) => format!("the module never entered `{}`", state.word()),
            Some(Event::Time(time)) => format!("the run ended before {time:?}"),
            Some(Event::Urc(glob)) => format!("no line like `{}` was about to go out", glob.0),
            None => match self.fault.at? {
                At::Uploaded(byte) => format!("no upload came to byte {byte}"),
                At::Downloaded(byte) => format!("no download came to byte {byte}"),
                At::ToHost(byte) => format!("the host never received byte {byte}"),
                At::FromHost(byte) => format!("the host never sent byte {byte}"),
            },
        })
    }
}

/// A number of its own for each name (FNV-1a): that of the standard library may be another one with
/// the next compiler.
fn number(name: &str) -> u64 {
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

impl CommandMatch {
    /// Whether `command` is what is meant; why not, if it is the right one given otherwise.
    pub(in crate::scenario) fn matches(
        &self,
        command: &CommandRecord,
    ) -> Result<(), Option<String>> {
        if command.name != self.command.name() {
            return Err(None);
        }
        if let Some(form) = self.form.filter(|form| *form != command.form) {
            return Err(Some(format!("not in the {} form", form.word())));
        }
        let mut given = split_values(&command.arguments).map(|value| match value {
            Ok(RawValue::Quoted(text) | RawValue::Bare(text)) => text,
            Ok(RawValue::Absent) | Err(_) => "",
        });
        for (at, wanted) in self.arguments.iter().enumerate() {
            let given = given.next().unwrap_or("");
            if !wanted.matches(given) {
                return Err(Some(format!("parameter {} is not `{}`", at + 1, wanted.0)));
            }
        }
        Ok(())
    }
}

impl Glob {
    /// Whether it stands for `text`.
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or("");
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}
