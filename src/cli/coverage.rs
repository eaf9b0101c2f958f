//! What the hosts have met, as `--coverage` tells it.

use crate::transcript::event::Start;
use crate::transcript::report::Report;

/// A table for each modem.
pub(super) fn text(reports: &[Report]) -> String {
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
pub(super) fn json(reports: &[Report]) -> String {
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
