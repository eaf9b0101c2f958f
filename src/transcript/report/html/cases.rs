//! What had to be true, and whether it was.

use maud::{Markup, html};

use crate::transcript::report::text::visible;
use crate::transcript::report::{Case, Failure, Report};

pub(super) fn section(id: &str, report: &Report) -> Markup {
    // What went wrong comes first.
    let (failed, passed): (Vec<_>, Vec<_>) =
        report.cases.iter().partition(|case| case.failure.is_some());
    html! {
        h3 id={ (id) "-cases" } { "Cases" }
        @if report.cases.is_empty() {
            p.note { "The run had neither expectations nor faults that must fire." }
        } @else {
            ol.cases { @for case in failed.into_iter().chain(passed) { li { (row(case)) } } }
        }
    }
}

fn row(case: &Case) -> Markup {
    html! {
        div.case {
            @if case.failure.is_none() { span.verdict.pass { "✓ passed" } }
            @else { span.verdict.fail { "✗ failed" } }
            span.kind { (case.kind.word()) }
            span.name { (visible(&case.name)) }
        }
        @if let Some(failure) = &case.failure { (why(failure)) }
    }
}

fn why(failure: &Failure) -> Markup {
    html! {
        dl.why {
            dt { "Expected" } dd { (visible(&failure.expected)) }
            dt { "Actual" } dd { (visible(&failure.actual)) }
            @if !failure.received.is_empty() {
                dt { "Received" }
                dd { ul { @for line in &failure.received { li { code { (visible(line)) } } } } }
            }
        }
    }
}
