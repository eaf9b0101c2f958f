//! What came of a program that was run against modems.

use nix::sys::signal::Signal;

use crate::sim::Finished;
use crate::transcript::event::Event;
use crate::transcript::report::{Case, CaseKind, Failure, Report};

use super::process::{Ended, Outcome};

/// Exit status for a program that took too long, as that of timeout(1).
pub const TIMED_OUT: u8 = 124;

/// Exit status when the program is content and something expected did not happen.
pub const UNMET: u8 = 3;

/// Exit status when all is well, but something that was to be written down is not.
pub const UNWRITTEN: u8 = 1;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How the program ended.
    pub outcome: Outcome,
    /// What is worth a word, whether it failed or not.
    pub remarks: Vec<String>,
    /// What was to be written and is not.
    pub unwritten: Vec<String>,
    /// What each modem saw; the program itself is the first case of the first.
    pub reports: Vec<Report>,
    /// The program was ended from its terminal: its user wants no more of it.
    pub interrupted: bool,
}

impl Verdict {
    /// Of a program that has ended, and what the modems saw.
    pub(super) fn new(ended: Ended, finished: Finished) -> Verdict {
        let Ended { outcome, left_behind, interrupted, output_cut } = ended;
        let Finished { mut reports, transcript_cut } = finished;
        let mut remarks = Vec::new();
        let unopened: Vec<_> = reports.iter().filter(|report| !was_opened(report)).collect();
        if !unopened.is_empty() {
            let names: Vec<_> = unopened.iter().map(|report| &*report.start.modem).collect();
            let whose = if reports.len() == 1 {
                String::new()
            } else {
                format!(" of {}", names.join(", "))
            };
            remarks.push(format!("the program never opened the port{whose}"));
        }
        if left_behind {
            remarks.push("processes that the program left running were ended".to_owned());
        }
        if let Some(first) = reports.first_mut() {
            first.cases.insert(0, outcome.case());
        }
        let output_cut = output_cut.map(|why| format!("the program's output is cut: {why}"));
        let unwritten = transcript_cut.into_iter().chain(output_cut).collect();
        Verdict { outcome, remarks, unwritten, reports, interrupted }
    }

    /// The exit status that tells it: 0, the program's own if it failed (128 and the number of the
    /// signal that killed it), [`TIMED_OUT`], [`UNMET`], or [`UNWRITTEN`].
    pub fn status(&self) -> u8 {
        match self.outcome.status() {
            0 if !self.reports.iter().all(Report::passed) => UNMET,
            0 if !self.unwritten.is_empty() => UNWRITTEN,
            status => status,
        }
    }
}

/// Whether a host has had the modem's port open. A report without its beginning was of a host that
/// had much to say.
fn was_opened(report: &Report) -> bool {
    report.left_out > 0 || report.entries.iter().any(|entry| entry.event == Event::Port(true))
}

impl Outcome {
    /// The exit status that stands for it.
    pub fn status(self) -> u8 {
        match self {
            Outcome::Exited(status) => status,
            Outcome::Killed(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
            Outcome::TimedOut(_) => TIMED_OUT,
        }
    }

    /// What was wrong with it, in words.
    pub fn failure(self) -> Option<String> {
        match self {
            Outcome::Exited(0) => None,
            Outcome::Exited(status) => Some(format!("exit status {status}")),
            Outcome::Killed(number) => Some(match Signal::try_from(number) {
                Ok(signal) => format!("killed by {signal}"),
                Err(_) => format!("killed by signal {number}"),
            }),
            Outcome::TimedOut(limit) => Some(format!("took longer than {limit:?}")),
        }
    }

    /// The program as something that had to be.
    fn case(self) -> Case {
        let failure = self.failure().map(|actual| Failure {
            expected: "exit status 0".to_owned(),
            actual,
            received: Vec::new(),
        });
        Case { kind: CaseKind::Program, name: "the program is content".to_owned(), failure }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::ModuleTime;
    use crate::transcript::coverage::Coverage;
    use crate::transcript::event::{Entry, Start};

    fn report(cases: Vec<Case>, events: Vec<Event>) -> Report {
        let number = |(index, event)| Entry {
            number: index as u64 + 1,
            at: ModuleTime::ZERO,
            wall: None,
            event,
        };
        Report {
            start: Start {
                modem: "modem0".to_owned(),
                model: "EC25".to_owned(),
                scenario: None,
                seed: 1,
            },
            description: String::new(),
            took: Duration::ZERO,
            cases,
            entries: events.into_iter().enumerate().map(number).collect(),
            left_out: 0,
            coverage: Coverage::default(),
        }
    }

    fn unmet() -> Case {
        let failure = Failure {
            expected: "session closed".to_owned(),
            actual: "open".to_owned(),
            received: Vec::new(),
        };
        Case { kind: CaseKind::Expectation, name: "session".to_owned(), failure: Some(failure) }
    }

    fn verdict(outcome: Outcome, reports: Vec<Report>) -> Verdict {
        let ended = Ended { outcome, left_behind: false, interrupted: false, output_cut: None };
        Verdict::new(ended, Finished { reports, transcript_cut: None })
    }

    #[test]
    fn the_status_is_the_programs_if_it_failed_and_3_if_only_something_expected_did() {
        let status = |outcome, cases| verdict(outcome, vec![report(cases, vec![])]).status();
        assert_eq!(status(Outcome::Exited(0), vec![]), 0);
        assert_eq!(status(Outcome::Exited(0), vec![unmet()]), 3);
        assert_eq!(status(Outcome::Exited(7), vec![unmet()]), 7);
        assert_eq!(status(Outcome::Killed(9), vec![]), 137);
        assert_eq!(status(Outcome::TimedOut(Duration::from_secs(1)), vec![]), 124);
    }

    #[test]
    fn the_program_is_a_case_of_the_first_report() {
        let reports = vec![report(vec![], vec![]), report(vec![], vec![])];
        let verdict = verdict(Outcome::Killed(15), reports);
        let [first, second] = &verdict.reports[..] else { panic!("two reports") };
        assert_eq!(first.cases[0].kind, CaseKind::Program);
        assert_eq!(first.cases[0].failure.as_ref().unwrap().actual, "killed by SIGTERM");
        assert!(second.cases.is_empty());
    }

    #[test]
    fn a_port_that_was_never_opened_is_remarked() {
        let remarks = |events| verdict(Outcome::Exited(0), vec![report(vec![], events)]).remarks;
        assert_eq!(remarks(vec![Event::Ended]), ["the program never opened the port"]);
        assert!(remarks(vec![Event::Port(true), Event::Port(false)]).is_empty());
    }
}
