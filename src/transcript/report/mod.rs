//! What a run of one modem came to, for reports of every kind.

#[cfg(test)]
mod fixture;
pub mod html;
pub mod junit;
pub mod story;
mod text;

use std::time::Duration;

use super::coverage::Coverage;
use super::event::{Entry, Start};

/// What a run of one modem came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it began.
    pub start: Start,
    /// What the scenario is for; empty without one.
    pub description: String,
    /// How long it took, in module time.
    pub took: Duration,
    /// What had to be true, and whether it was.
    pub cases: Vec<Case>,
    /// What happened, in order; perhaps without its beginning.
    pub entries: Vec<Entry>,
    /// So many entries before those are left out.
    pub left_out: u64,
    /// What the host has met.
    pub coverage: Coverage,
}

/// Something that had to be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it is about.
    pub kind: CaseKind,
    /// The expectation in words, or the name of the fault.
    pub name: String,
    /// Why it was not, if so.
    pub failure: Option<Failure>,
}

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseKind {
    /// An expectation of the scenario.
    Expectation,
    /// A fault that must fire.
    Fault,
    /// The coverage that was asked for.
    Coverage,
    /// The program that was run against the modem.
    Program,
}

/// What is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What was found instead.
    pub actual: String,
    /// All that came in its place, such as every command that was received.
    pub received: Vec<String>,
}

impl CaseKind {
    /// In one word: `expectation`.
    pub fn word(self) -> &'static str {
        match self {
            CaseKind::Expectation => "expectation",
            CaseKind::Fault => "fault",
            CaseKind::Coverage => "coverage",
            CaseKind::Program => "program",
        }
    }
}

impl Report {
    /// What it is called: `quota-in-the-middle, modem0`.
    pub fn title(&self) -> String {
        match &self.start.scenario {
            Some(scenario) => format!("{scenario}, {}", self.start.modem),
            None => self.start.modem.clone(),
        }
    }

    /// Whether everything was as expected.
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// What was not.
    pub fn failures(&self) -> impl Iterator<Item = (&Case, &Failure)> {
        self.cases.iter().filter_map(|case| Some((case, case.failure.as_ref()?)))
    }
}
