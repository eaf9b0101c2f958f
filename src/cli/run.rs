//! `qftpsim run`: modems until interrupted.

use std::io::{self, Write};
use std::process::ExitCode;

use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::control::{ControlError, Listener};
use crate::sim::Finished;

use super::args::{OutputFormat, RunOptions};
use super::control;
use super::outcome::failures;
use super::ready::Ready;
use super::reports::Reports;
use super::simulation::{builder, recording, server_plan};
use super::{USAGE, fail, limits, say, scenarios, tell};

/// So many modems run on one thread.
const FEW: usize = 16;

pub(super) fn run(options: &RunOptions) -> ExitCode {
    limits::raise_open_files();
    let runtime = match runtime(options.modems.into()) {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    runtime.block_on(run_until_interrupted(options))
}

/// One thread is enough for some modems, and keeps a command and its answer on one core; the
/// embedded server has its own. Many share all cores.
fn runtime(modems: usize) -> io::Result<Runtime> {
    let mut builder = if modems > FEW {
        runtime::Builder::new_multi_thread()
    } else {
        runtime::Builder::new_current_thread()
    };
    builder.enable_all().build()
}

async fn run_until_interrupted(options: &RunOptions) -> ExitCode {
    let scenario = match scenarios::load_one(&options.scenario) {
        Ok(scenario) => scenario,
        Err(error) => {
            say(error);
            return ExitCode::from(USAGE);
        }
    };
    let plan = server_plan(options, scenario.as_ref());
    let listener = match listen(options).await {
        Ok(listener) => listener,
        Err(error) => return fail(&error),
    };
    let reports = match Reports::prepare(&options.reports) {
        Ok(reports) => reports,
        Err(error) => return fail(&error),
    };
    let recording = recording(options, scenario.as_ref());
    let builder = builder(options, &plan, (scenario, recording), None);
    let mut simulation = match builder.start().await {
        Ok(simulation) => simulation,
        Err(error) => return fail(&error),
    };
    // From here on the links exist: signals must lead through `stop`.
    let signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut interrupted = match signals.map(signal) {
        [Ok(interrupt), Ok(terminate), Ok(hangup)] => [interrupt, terminate, hangup],
        [first, second, third] => {
            let error = [first, second, third].into_iter().find_map(Result::err);
            simulation.stop().await;
            return fail(&error.unwrap_or_else(|| io::Error::other("no signals")));
        }
    };
    let [interrupt, terminate, hangup] = &mut interrupted;
    let control = listener.map(|listener| listener.serve(&simulation));
    // With --stdio standard output is the modem's.
    let ready = Ready::of(&simulation, &plan, control.as_ref());
    let announced = if options.stdio {
        announce(&ready, options.format, io::stderr().lock())
    } else {
        announce(&ready, options.format, io::stdout().lock())
    };
    if let Err(error) = announced {
        simulation.stop().await;
        return fail(&error);
    }
    let ended = tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = hangup.recv() => Ok(()),
        ended = simulation.ended() => ended,
    };
    let Finished { reports: results, transcript_cut } = simulation.finish().await;
    results.iter().for_each(|report| tell(&failures(report)));
    let broken = ended.err().map(|error| error.to_string());
    let unwritten = reports.write(&results).into_iter().map(|error| error.to_string());
    let errors: Vec<String> = broken.into_iter().chain(transcript_cut).chain(unwritten).collect();
    errors.iter().for_each(|error| say(format_args!("qftpsim: {error}")));
    if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Takes the address of the control API, if there is to be one.
async fn listen(options: &RunOptions) -> Result<Option<Listener>, ControlError> {
    match control::plan(options)? {
        Some(plan) => plan.listen().await.map(Some),
        None => Ok(None),
    }
}

/// Says what runs where.
fn announce(ready: &Ready<'_>, format: OutputFormat, mut out: impl Write) -> io::Result<()> {
    match format {
        OutputFormat::Json => {
            serde_json::to_writer(&mut out, ready)?;
            out.write_all(b"\n")?;
        }
        OutputFormat::Text => out.write_all(ready.text().as_bytes())?,
    }
    out.flush()
}
