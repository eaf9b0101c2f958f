//! From the options to the simulation that they ask for.

use std::path::PathBuf;

use crate::scenario::Scenario;
use crate::sim::{Builder, Recording, ServerPlan, Simulation};
use crate::transcript::journal::Scope;

use super::args::RunOptions;
use super::say;

/// The embedded server that the options ask for, or else the scenario.
pub(super) fn server_plan(options: &RunOptions, scenario: Option<&Scenario>) -> ServerPlan {
    let accounts = match scenario {
        _ if !options.account.is_empty() => options.account.clone(),
        Some(scenario) => ServerPlan::of(scenario).accounts,
        None => ServerPlan::default().accounts,
    };
    ServerPlan { accounts, root: options.server_root.clone(), port: options.ftp_port }
}

/// What the options ask for; remarks go to standard error, with the name of the run if it has one.
pub(super) fn builder(
    options: &RunOptions,
    plan: &ServerPlan,
    (scenario, recording): (Option<Scenario>, Option<Recording>),
    run: Option<&str>,
) -> Builder {
    let server = has_server(options, scenario.as_ref()).then(|| plan.clone());
    let run = run.map(|run| format!("{run}: ")).unwrap_or_default();
    let mut builder =
        Simulation::builder().on_notice(move |notice| say(format_args!("qftpsim: {run}{notice}")));
    if let Some(recording) = recording {
        builder = builder.record(recording);
    }
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
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
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

/// What is to be recorded; nothing if neither the options nor the scenario ask for it.
pub(super) fn recording(options: &RunOptions, scenario: Option<&Scenario>) -> Option<Recording> {
    let judged = scenario
        .is_some_and(|scenario| !(scenario.expect.is_empty() && scenario.faults.is_empty()));
    let asked = options.transcript.is_some()
        || options.control.is_some()
        || options.reports.are_asked_for()
        || !options.require_coverage.is_empty();
    (judged || asked).then(|| recording_to(options, options.transcript.clone()))
}

/// The same for whoever wants a report in any case, with its transcript at `file`.
pub(super) fn recording_to(options: &RunOptions, file: Option<PathBuf>) -> Recording {
    Recording {
        scope: Scope { full: options.full, secrets: options.secrets, ..Scope::default() },
        file,
        coverage: options.require_coverage.clone(),
    }
}

/// Whether there is an embedded server. With --direct nothing leads to it, unless its user asked
/// for one.
pub(super) fn has_server(options: &RunOptions, scenario: Option<&Scenario>) -> bool {
    !options.direct
        || scenario.is_some()
        || !options.account.is_empty()
        || options.server_root.is_some()
        || options.ftp_port != 0
}
