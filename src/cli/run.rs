//! `qftpsim run`: modems until interrupted.

use std::io::{self, Write};
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use crate::scenario::Scenario;
use crate::sim::{Builder, ServerPlan, Simulation};

use super::USAGE;
use super::args::{OutputFormat, RunOptions};
use super::control;
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
    let scenario = match options.scenario.as_deref().map(Scenario::load).transpose() {
        Ok(scenario) => scenario,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(USAGE);
        }
    };
    let plan = server_plan(options, scenario.as_ref());
    if let Some(scenario) = &scenario {
        tell_what_is_missing(scenario);
    }
    let listener = match control::listen(options).await {
        Ok(listener) => listener,
        Err(error) => return fail(&error),
    };
    let mut simulation = match builder(options, &plan, scenario).start().await {
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
    simulation.stop().await;
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("qftpsim: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One line about the parts of a scenario that are read and have no effect yet.
fn tell_what_is_missing(scenario: &Scenario) {
    let parts =
        [("server.tls", scenario.server.tls.is_some()), ("expect", !scenario.expect.is_empty())];
    let missing: Vec<_> = parts.iter().filter(|(_, used)| *used).map(|(part, _)| *part).collect();
    if !missing.is_empty() {
        eprintln!("qftpsim: not carried out yet: {}", missing.join(", "));
    }
}

/// The embedded server that the options ask for, or else the scenario.
fn server_plan(options: &RunOptions, scenario: Option<&Scenario>) -> ServerPlan {
    let accounts = match scenario {
        _ if !options.account.is_empty() => options.account.clone(),
        Some(scenario) => ServerPlan::of(scenario).accounts,
        None => ServerPlan::default().accounts,
    };
    ServerPlan { accounts, root: options.server_root.clone(), port: options.ftp_port }
}

fn builder(options: &RunOptions, plan: &ServerPlan, scenario: Option<Scenario>) -> Builder {
    // With --direct nothing leads to the embedded server, unless its user asked for one.
    let asked = scenario.is_some()
        || !options.account.is_empty()
        || options.server_root.is_some()
        || options.ftp_port != 0;
    let server = (!options.direct || asked).then(|| plan.clone());
    let mut builder = Simulation::builder().on_notice(|notice| eprintln!("qftpsim: {notice}"));
    if let Some(scenario) = scenario {
        builder = builder.scenario(scenario);
    }
    builder = builder.modems(options.modems.into()).server(server);
    if let Some(model) = options.model {
        builder = builder.model(model);
    }
    if let Some(scale) = options.time_scale {
        builder = builder.time_scale(scale);
    }
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
    if options.control.is_some() {
        builder = builder.controlled();
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
