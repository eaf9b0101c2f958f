//! What `qftpsim exec` says of its runs: a line for each as they go, a table at the end, and the
//! exit status.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::json;

use crate::exec::ExecError;
use crate::exec::verdict::{UNMET, UNWRITTEN, Verdict};
use crate::transcript::report::{CaseKind, Failure, Report};

use super::args::OutputFormat;
use super::{USAGE, say};

/// Exit status of a shell for Ctrl-C.
const INTERRUPTED: u8 = 130;

/// A run that is over.
pub(super) struct Finished {
    pub(super) label: String,
    /// In wall time.
    pub(super) took: Duration,
    pub(super) result: Result,
}

/// What came of a run.
pub(super) enum Result {
    /// The program has ended.
    Over(Verdict),
    /// It could not be run to its end.
    Error(ExecError),
    /// It was not started, because of what happened before.
    NotRun,
}

impl Finished {
    /// In one word.
    fn verdict(&self) -> &'static str {
        match &self.result {
            Result::Over(verdict) if verdict.outcome.failure().is_some() => "failed",
            Result::Over(verdict) if verdict.status() == UNMET => "unmet",
            Result::Over(_) => "passed",
            Result::Error(_) => "error",
            Result::NotRun => "not run",
        }
    }

    /// The reasons, each in a few words.
    fn why(&self) -> Vec<String> {
        match &self.result {
            Result::Over(verdict) => {
                let unmet = self.unmet().map(|(name, _)| format!("not met: {name}"));
                verdict
                    .outcome
                    .failure()
                    .into_iter()
                    .chain(unmet)
                    .chain(verdict.remarks.clone())
                    .chain(verdict.unwritten.clone())
                    .collect()
            }
            Result::Error(error) => vec![error.to_string()],
            Result::NotRun => Vec::new(),
        }
    }

    /// What was expected of the modems' side and did not happen, with the modem's name if there
    /// are several.
    fn unmet(&self) -> impl Iterator<Item = (String, &Failure)> {
        let reports = match &self.result {
            Result::Over(verdict) => &verdict.reports[..],
            _ => &[],
        };
        reports.iter().flat_map(move |report| {
            let of_modems = report.failures().filter(|(case, _)| case.kind != CaseKind::Program);
            of_modems.map(move |(case, failure)| match reports.len() {
                1 => (case.name.clone(), failure),
                _ => (format!("{}: {}", report.start.modem, case.name), failure),
            })
        })
    }
}

/// Says on a terminal how far it is.
pub(super) struct Progress {
    total: usize,
    shown: bool,
}

impl Progress {
    /// Of so many runs; of a single one there is nothing to say.
    pub(super) fn of(total: usize) -> Progress {
        Progress { total, shown: total > 1 && io::stderr().is_terminal() }
    }

    pub(super) fn started(&self, index: usize, label: &str) {
        if self.shown {
            say(format_args!("[{}/{}] {label}", index + 1, self.total));
        }
    }

    pub(super) fn finished(&self, index: usize, run: &Finished) {
        if self.shown && !matches!(run.result, Result::NotRun) {
            let Finished { label, .. } = run;
            say(format_args!("[{}/{}] {label}: {}", index + 1, self.total, run.verdict()));
        }
    }
}

/// All runs.
pub(super) struct Summary {
    pub(super) runs: Vec<Finished>,
    /// The signal that ended them, if one did.
    pub(super) signal: Option<Signal>,
}

impl Summary {
    /// 2 if something could not be run; else the status of the first program that failed; else,
    /// if not all were run, that of the signal; else 3 if something expected did not happen; else 1
    /// if something could not be written.
    pub(super) fn status(&self) -> u8 {
        let mut failed = None;
        let (mut unmet, mut unwritten, mut not_run) = (false, false, false);
        for run in &self.runs {
            match &run.result {
                Result::Error(_) => return USAGE,
                Result::NotRun => not_run = true,
                Result::Over(verdict) if verdict.outcome.failure().is_some() => {
                    failed = failed.or(Some(verdict.status()));
                }
                Result::Over(verdict) => {
                    unmet |= verdict.status() == UNMET;
                    unwritten |= verdict.status() == UNWRITTEN;
                }
            }
        }
        let by_signal = || self.signal.map_or(INTERRUPTED, |signal| 128 + signal as u8);
        match failed {
            Some(status) => status,
            None if not_run => by_signal(),
            None if unmet => UNMET,
            None if unwritten => UNWRITTEN,
            None => 0,
        }
    }

    /// A table, and under it what was expected and what happened instead; or with JSON an object
    /// for each run, one a line.
    pub(super) fn text(&self, format: OutputFormat) -> String {
        match format {
            OutputFormat::Json => self.json(),
            OutputFormat::Text => self.table() + &self.details(),
        }
    }

    /// What the modems of all runs saw.
    pub(super) fn into_reports(self) -> Vec<Report> {
        let reports = self.runs.into_iter().filter_map(|run| match run.result {
            Result::Over(verdict) => Some(verdict.reports),
            _ => None,
        });
        reports.flatten().collect()
    }

    fn table(&self) -> String {
        let longest = self.runs.iter().map(|run| run.label.chars().count()).max();
        let width = longest.unwrap_or_default().max("scenario".len());
        let mut table = format!("{:width$}  verdict  {:>8}  why\n", "scenario", "time");
        for run in &self.runs {
            let time = match run.result {
                Result::NotRun => String::new(),
                _ => format!("{:.1} s", run.took.as_secs_f64()),
            };
            let row = format!(
                "{:width$}  {:7}  {time:>8}  {}",
                run.label,
                run.verdict(),
                run.why().join("; ")
            );
            table += row.trim_end();
            table.push('\n');
        }
        table
    }

    fn details(&self) -> String {
        let mut text = String::new();
        for run in &self.runs {
            for (name, failure) in run.unmet() {
                // Writing to a string can't fail.
                let _ = writeln!(text, "\n{}: {name}", run.label);
                let _ = writeln!(text, "  expected  {}", failure.expected);
                let _ = writeln!(text, "  found     {}", failure.actual);
                for (index, received) in failure.received.iter().enumerate() {
                    let title = if index == 0 { "received" } else { "" };
                    let _ = writeln!(text, "  {title:8}  {received}");
                }
            }
        }
        text
    }

    fn json(&self) -> String {
        let line = |run: &Finished| {
            let status = match &run.result {
                Result::Over(verdict) => Some(verdict.status()),
                _ => None,
            };
            let object = json!({
                "event": "verdict",
                "scenario": run.label,
                "verdict": run.verdict(),
                "status": status,
                "seconds": run.took.as_secs_f64(),
                "why": run.why(),
            });
            format!("{object}\n")
        };
        self.runs.iter().map(line).collect()
    }
}
