//! `qftpsim exec`: a program against modems, once for each scenario.

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use futures_util::stream::{self, StreamExt};

use crate::exec::interrupt::Interrupts;
use crate::exec::places::{Absent, Places};
use crate::exec::process::Streams;
use crate::exec::verdict::UNWRITTEN;
use crate::exec::{self, Program};
use crate::scenario::Scenario;

use crate::control::ControlError;

use super::args::{ExecOptions, RunOptions};
use super::control;
use super::reports::{ReportError, Reports};
use super::scenarios::{self, LoadError};
use super::simulation::{builder, has_server, recording_to, server_plan};
use super::summary::{Finished, Progress, Result, Summary};
use super::{USAGE, fail, say, tell};

pub(super) fn exec(options: &ExecOptions) -> ExitCode {
    let (runs, reports) = match plan(options) {
        Ok(plan) => plan,
        Err(errors) => {
            errors.iter().for_each(say);
            return ExitCode::from(USAGE);
        }
    };
    // As with `run` one thread is enough for the modems of one run.
    let runtime = match options.jobs.into() {
        1 => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        jobs => {
            tokio::runtime::Builder::new_multi_thread().worker_threads(jobs).enable_all().build()
        }
    };
    match runtime {
        Ok(runtime) => runtime.block_on(carry_out(options, runs, &reports)),
        Err(error) => fail(&error),
    }
}

/// Why nothing is run.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("qftpsim: {0}")]
    Absent(#[from] Absent),
    #[error("qftpsim: --stdio: with exec, standard input and output are COMMAND's")]
    Stdio,
    #[error("qftpsim: {}: {error}", .path.display())]
    Transcript { path: PathBuf, error: io::Error },
    #[error("qftpsim: {0}")]
    Control(#[from] ControlError),
    #[error("qftpsim: {0}")]
    Report(#[from] ReportError),
    #[error("qftpsim: {0}: runs side by side (--jobs) can't share it")]
    Shared(&'static str),
}

/// One of the runs.
struct Run {
    label: String,
    scenario: Option<Scenario>,
    transcript: Option<PathBuf>,
}

/// Everything that can be checked before the first run starts.
fn plan(options: &ExecOptions) -> std::result::Result<(Vec<Run>, Reports), Vec<Refusal>> {
    let scenarios = scenarios::load(&options.run.scenario)
        .map_err(|errors| errors.into_iter().map(Refusal::from).collect::<Vec<_>>())?;
    let labels = scenarios::labels(&scenarios);
    let mut runs: Vec<_> = labels
        .into_iter()
        .zip(scenarios)
        .map(|(label, scenario)| Run { label, scenario: Some(scenario), transcript: None })
        .collect();
    if runs.is_empty() {
        runs.push(Run { label: "-".to_owned(), scenario: None, transcript: None });
    }
    let mut refusals = Vec::new();
    if options.run.stdio {
        refusals.push(Refusal::Stdio);
    }
    refusals.extend(control::plan(&options.run).err().map(Refusal::from));
    if options.jobs > 1 && runs.len() > 1 {
        refusals.extend(shared(&options.run).into_iter().map(Refusal::Shared));
    }
    // Any run will do: only the seed may be there or not.
    for run in &runs {
        let places = expected_places(&options.run, run);
        let absent = options.command[1..].iter().find_map(|text| places.fill_in(text).err());
        if let Some(absent) = absent {
            refusals.push(absent.into());
            break;
        }
    }
    // Last, because these files are made now.
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let reports = Reports::prepare(&options.run.reports).map_err(|error| vec![error.into()])?;
    if let Some(path) = &options.run.transcript {
        let several = runs.len() > 1;
        for run in &mut runs {
            let path = if several { of_run(path, &run.label) } else { path.clone() };
            let refused = |error| vec![Refusal::Transcript { path: path.clone(), error }];
            File::create(&path).map_err(refused)?;
            run.transcript = Some(path);
        }
    }
    Ok((runs, reports))
}

/// The file of one of several runs: of `t.jsonl` it is `t-LABEL.jsonl`.
fn of_run(path: &Path, label: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{label}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Options that name something which only one run at a time can have.
fn shared(options: &RunOptions) -> Vec<&'static str> {
    let fixed = |addr: Option<std::net::SocketAddr>| addr.is_some_and(|addr| addr.port() != 0);
    [
        ("--link", options.link.is_some()),
        ("--unix", options.unix.is_some()),
        ("--tcp with a port", fixed(options.tcp)),
        ("--rfc2217 with a port", fixed(options.rfc2217)),
        ("--control with a port", fixed(options.control)),
        ("--ftp-port", options.ftp_port != 0),
        ("--server-root", options.server_root.is_some()),
        ("--store", !options.store.is_empty()),
    ]
    .into_iter()
    .filter_map(|(option, given)| given.then_some(option))
    .collect()
}

/// The places that a run will have, still without what they are.
fn expected_places(options: &RunOptions, run: &Run) -> Places {
    let mut places = Places::default();
    let count = options.modems.into();
    let of_modem = [
        ("pty", !options.no_pty),
        ("tcp", options.tcp.is_some()),
        ("rfc2217", options.rfc2217.is_some()),
        ("unix", options.unix.is_some()),
    ];
    for (name, _) in of_modem.into_iter().filter(|(_, there)| *there) {
        (0..count).for_each(|index| places.insert_of_modem(name, (index, count), ""));
    }
    if has_server(options, run.scenario.as_ref()) {
        places.insert("ftp", "");
        places.insert("ca", "");
    }
    if let Some(scenario) = &run.scenario {
        places.insert("scenario", &scenario.name.0);
    }
    if options.control.is_some() {
        places.insert("control", "");
    }
    places.insert("seed", "");
    places
}

async fn carry_out(options: &ExecOptions, runs: Vec<Run>, reports: &Reports) -> ExitCode {
    let interrupts = match Interrupts::listen() {
        Ok(interrupts) => interrupts,
        Err(error) => return fail(&error),
    };
    let progress = Progress::of(runs.len());
    let several = runs.len() > 1;
    let jobs = usize::from(options.jobs).min(runs.len());
    // Set when nothing more is to be started.
    let over = Cell::new(false);
    let one = async |(index, run): (usize, Run)| {
        let label = run.label.clone();
        let began = Instant::now();
        let result = if over.get() || interrupts.received().is_some() {
            Result::NotRun
        } else {
            progress.started(index, &label);
            match run_one(options, run, (several, jobs > 1), &mut interrupts.clone()).await {
                Ok(verdict) => Result::Over(verdict),
                Err(error) => Result::Error(error),
            }
        };
        let interrupted = matches!(&result, Result::Over(verdict) if verdict.interrupted);
        if interrupted || matches!(result, Result::Error(_)) {
            over.set(true);
        }
        let finished = Finished { label, took: began.elapsed(), result };
        progress.finished(index, &finished);
        (index, finished)
    };
    let results = stream::iter(runs.into_iter().enumerate()).map(one).buffer_unordered(jobs);
    let mut finished: Vec<_> = results.collect().await;
    finished.sort_by_key(|(index, _)| *index);
    let finished = finished.into_iter().map(|(_, finished)| finished).collect();
    let summary = Summary { runs: finished, signal: interrupts.received() };
    tell(&summary.text(options.run.format));
    let status = summary.status();
    let unwritten = reports.write(&summary.into_reports());
    unwritten.iter().for_each(|error| say(format_args!("qftpsim: {error}")));
    match status {
        // What the program came to counts for more.
        0 if !unwritten.is_empty() => ExitCode::from(UNWRITTEN),
        status => ExitCode::from(status),
    }
}

async fn run_one(
    options: &ExecOptions,
    run: Run,
    (several, side_by_side): (bool, bool),
    interrupts: &mut Interrupts,
) -> std::result::Result<exec::verdict::Verdict, exec::ExecError> {
    let streams = match side_by_side {
        true => Streams::Prefixed(run.label.clone()),
        false => Streams::Inherited,
    };
    let program = Program {
        command: options.command[0].clone(),
        arguments: options.command[1..].to_vec(),
        timeout: options.timeout,
        streams,
        scenario: run.scenario.as_ref().map(|scenario| scenario.name.0.clone()),
    };
    let control = control::plan(&options.run)?;
    let plan = server_plan(&options.run, run.scenario.as_ref());
    let recording = recording_to(&options.run, run.transcript);
    let label = several.then_some(&*run.label);
    let builder = builder(&options.run, &plan, (run.scenario, Some(recording)), label);
    exec::run(builder, control, &program, interrupts).await
}
