//! What a run came to, for people: what was not as expected, and the coverage.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::transcript::event::Start;
use crate::transcript::report::{Case, Failure, Report};

use super::args::RunOptions;
use super::{say, tell};

/// Where the outcome goes. Its files are made before the run, so that one that can't be written is
/// known by then.
#[derive(Debug)]
pub(super) struct Outcome {
    coverage: Option<Target>,
}

#[derive(Debug)]
enum Target {
    Stderr,
    File(PathBuf, File),
}

/// A file that can't be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", .path.display())]
pub(super) struct FileError {
    path: PathBuf,
    error: io::Error,
}

impl Outcome {
    /// Makes the files that `options` ask for.
    pub(super) fn open(options: &RunOptions) -> Result<Outcome, FileError> {
        let open = |path: &PathBuf| {
            if path == Path::new("-") {
                return Ok(Target::Stderr);
            }
            Ok(Target::File(path.clone(), create(path)?))
        };
        Ok(Outcome { coverage: options.coverage.as_ref().map(open).transpose()? })
    }

    /// Tells it.
    pub(super) fn tell(self, reports: &[Report]) {
        for report in reports {
            tell(&failures(report));
        }
        self.tell_coverage(reports);
    }

    /// Tells the coverage, if it is asked for.
    pub(super) fn tell_coverage(self, reports: &[Report]) {
        match self.coverage {
            None => {}
            Some(Target::Stderr) => tell(&coverage_text(reports)),
            Some(Target::File(path, mut file)) => {
                let text = match path.extension() {
                    Some(extension) if extension == "json" => coverage_json(reports),
                    _ => coverage_text(reports),
                };
                if let Err(error) = file.write_all(text.as_bytes()) {
                    say(format_args!("qftpsim: {}: {error}", path.display()));
                }
            }
        }
    }
}

/// Makes the file at `path`, or empties it.
pub(super) fn create(path: &Path) -> Result<File, FileError> {
    File::create(path).map_err(|error| FileError { path: path.to_owned(), error })
}

/// What was not as expected, in a few lines each.
fn failures(report: &Report) -> String {
    let failure = |(Case { name, .. }, failure): (&Case, &Failure)| {
        let Failure { expected, actual, received } = failure;
        let mut text = format!("qftpsim: {}: failed: {name}\n", report.start.modem);
        text += &format!("  expected: {expected}\n  actual:   {actual}\n");
        if !received.is_empty() {
            text += &format!("  received: {}\n", received.join("\n            "));
        }
        text
    };
    let failures: String = report.failures().map(failure).collect();
    match failures.is_empty() {
        true => failures,
        false => format!("{failures}  seed:     {}\n", report.start.seed),
    }
}

fn coverage_text(reports: &[Report]) -> String {
    let text = |report: &Report| {
        let mut text = format!("{}\n{}", name(report, reports), report.coverage.table().text());
        for (name, count) in &report.coverage.unknown {
            text += &format!("unknown command {name} ({count})\n");
        }
        text
    };
    reports.iter().map(text).collect()
}

/// An object with one for each modem.
fn coverage_json(reports: &[Report]) -> String {
    let modem = |report: &Report| {
        let mut coverage = report.coverage.table().json();
        coverage["unknown"] = serde_json::json!(report.coverage.unknown);
        coverage["seed"] = serde_json::json!(report.start.seed);
        (name(report, reports), coverage)
    };
    let all: serde_json::Map<_, _> = reports.iter().map(modem).collect();
    format!("{}\n", serde_json::Value::Object(all))
}

/// The modem's name; before it that of the scenario, where it takes that to tell the reports apart.
fn name(report: &Report, all: &[Report]) -> String {
    let Start { modem, scenario, .. } = &report.start;
    match scenario {
        Some(scenario) if all.iter().filter(|other| other.start.modem == *modem).count() > 1 => {
            format!("{scenario}/{modem}")
        }
        _ => modem.clone(),
    }
}
