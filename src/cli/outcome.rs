//! What a run came to, for people: what was not as expected.

use crate::transcript::report::{Case, Failure, Report};

/// What was not as expected, in a few lines each.
pub(super) fn failures(report: &Report) -> String {
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
