//! Reports as one HTML page that needs nothing else: no script, no font, no picture from outside.
//! Its content security policy forbids all of that too.

mod cases;
mod coverage;
mod dialogue;
mod plots;
mod scale;
mod sequence;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Report;
use super::story::story;
use super::text::duration;

/// `reports` as a page.
pub fn page(reports: &[Report]) -> String {
    let heading = heading(reports);
    let alone = reports.len() == 1;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "qftpsim " (env!("CARGO_PKG_VERSION")) };
                title { (heading) " – qftpsim" }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                header.page {
                    p.eyebrow { "qftpsim " (env!("CARGO_PKG_VERSION")) ", report of a run" }
                    h1 { (heading) }
                    @if !alone { (overview(reports)) }
                }
                main id="main" {
                    @for (number, report) in (1..).zip(reports) { (run(number, report, alone)) }
                }
                footer {
                    p { "Times are module time: seconds since the simulator was started." }
                }
            }
        }
    }
    .into_string()
}

/// What all of it came to.
fn heading(reports: &[Report]) -> String {
    let failed = reports.iter().filter(|report| !report.passed()).count();
    match reports {
        [report] => report.title(),
        _ if failed == 0 => format!("{} runs, all passed", reports.len()),
        _ => format!("{} runs, {failed} failed", reports.len()),
    }
}

/// A row for each run.
fn overview(reports: &[Report]) -> Markup {
    html! {
        nav aria-label="Runs" {
            table {
                thead { tr {
                    th scope="col" { "Run" } th scope="col" { "Verdict" }
                    th.n scope="col" { "Cases" } th.n scope="col" { "Took" }
                } }
                tbody {
                    @for (number, report) in (1..).zip(reports) {
                        tr {
                            th scope="row" { a href={ "#run" (number) } { (report.title()) } }
                            td { (verdict(report)) }
                            td.n { (report.cases.len()) }
                            td.n { (duration(report.took)) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a run was as expected, not by colour alone.
fn verdict(report: &Report) -> Markup {
    html! {
        @if report.passed() { span.verdict.pass { "✓ passed" } }
        @else { span.verdict.fail { "✗ failed" } }
    }
}

/// All about one run.
fn run(number: usize, report: &Report, alone: bool) -> Markup {
    let steps = story(&report.entries);
    let id = format!("run{number}");
    let failures = report.failures().count();
    html! {
        section.run.alone[alone] id=(id) aria-label=(report.title()) {
            @if !alone { h2 { (report.title()) } }
            div class={ "banner " (if failures == 0 { "pass" } else { "fail" }) } {
                (verdict(report)) " "
                @match (report.cases.len(), failures) {
                    (0, _) => { "Nothing was asked for." }
                    (1, 0) => { "The one case is as expected." }
                    (cases, 0) => { "All " (cases) " cases are as expected." }
                    (cases, 1) => { "One of " (cases) " cases is not as expected." }
                    (cases, _) => { (failures) " of " (cases) " cases are not as expected." }
                }
            }
            @if !report.description.is_empty() { p { (report.description) } }
            (facts(report))
            (contents(&id))
            (cases::section(&id, report))
            (sequence::section(&id, report, &steps))
            (plots::section(&id, report))
            (dialogue::section(&id, report, &steps))
            (coverage::section(&id, &report.coverage))
        }
    }
}

fn facts(report: &Report) -> Markup {
    let start = &report.start;
    let facts = [
        ("Scenario", start.scenario.clone().unwrap_or_else(|| "none".to_owned())),
        ("Modem", format!("{}, {}", start.modem, start.model)),
        ("Seed", start.seed.to_string()),
        ("Took", duration(report.took)),
    ];
    html! {
        dl.facts {
            @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
        }
    }
}

fn contents(id: &str) -> Markup {
    let parts = [
        ("cases", "Cases"),
        ("sequence", "Sequence"),
        ("data", "Data"),
        ("dialogue", "Dialogue"),
        ("coverage", "Coverage"),
    ];
    html! {
        nav aria-label="Contents" {
            ul { @for (part, name) in parts { li { a href={ "#" (id) "-" (part) } { (name) } } } }
        }
    }
}

#[cfg(test)]
mod tests;
