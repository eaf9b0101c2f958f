//! `qftpsim run`: modems until interrupted.

use std::io::{self, Write};
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use crate::sim::{Builder, ServerPlan, Simulation};

use super::USAGE;
use super::args::{OutputFormat, RunOptions};
use super::ready::Ready;

pub(super) fn run(options: &RunOptions) -> ExitCode {
    // One thread is enough for the modems, and keeps a command and its answer on one core; the
    // embedded server has its own.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    runtime.block_on(run_until_interrupted(options))
}

async fn run_until_interrupted(options: &RunOptions) -> ExitCode {
    let plan = server_plan(options);
    let mut simulation = match builder(options, &plan).start().await {
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
    // With --stdio standard output is the modem's.
    let ready = Ready::of(&simulation, &plan);
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
    simulation.stop().await;
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("qftpsim: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The embedded server that the options ask for.
fn server_plan(options: &RunOptions) -> ServerPlan {
    let accounts = if options.account.is_empty() {
        ServerPlan::default().accounts
    } else {
        options.account.clone()
    };
    ServerPlan { accounts, root: options.server_root.clone(), port: options.ftp_port }
}

fn builder(options: &RunOptions, plan: &ServerPlan) -> Builder {
    // With --direct nothing leads to the embedded server, unless its user asked for one.
    let asked =
        !options.account.is_empty() || options.server_root.is_some() || options.ftp_port != 0;
    let server = (!options.direct || asked).then(|| plan.clone());
    let mut builder = Simulation::builder()
        .modems(options.modems.into())
        .model(options.model)
        .time_scale(options.time_scale)
        .server(server);
    for (name, value) in &options.knob {
        builder = builder.knob(name, value);
    }
    if options.direct {
        builder = builder.direct();
    }
    if options.no_pty {
        builder = builder.no_pty();
    }
    if let Some(path) = &options.link {
        builder = builder.link(path.clone());
    }
    if let Some(addr) = options.tcp {
        builder = builder.tcp(addr);
    }
    if let Some(addr) = options.rfc2217 {
        builder = builder.rfc2217(addr);
    }
    if let Some(path) = &options.unix {
        builder = builder.unix(path.clone());
    }
    if options.stdio {
        builder = builder.stdio();
    }
    if let Some(gap) = options.urc_gap {
        builder = builder.urc_gap(gap);
    }
    options.store.iter().cloned().fold(builder, Builder::store)
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

/// One clear line, and exit status 2.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("qftpsim: {error}");
    ExitCode::from(USAGE)
}
