//! The dialogue, each line with what it means.

use maud::{Markup, html};

use crate::transcript::report::Report;
use crate::transcript::report::story::{Path, Step, Tone};
use crate::transcript::report::text::{bounded, seconds};

/// So many of its steps are shown: the first of them, and the last.
pub(super) const SHOWN: (usize, usize) = (500, 1500);

pub(super) fn section(id: &str, report: &Report, steps: &[Step]) -> Markup {
    let (first, left_out, last) = bounded(steps, SHOWN);
    html! {
        h3 id={ (id) "-dialogue" } { "Dialogue" }
        p.note {
            "Results stand here in words, whatever the host made of them with ATV, ATQ or AT+CMEE."
        }
        @if report.left_out > 0 {
            p.note { (report.left_out) " entries before these were not kept." }
        }
        @if steps.is_empty() { p.note { "Nothing has happened." } }
        ol.dialogue {
            @for step in first { (row(id, step)) }
            @if left_out > 0 { li.left-out { (left_out) " steps are left out here." } }
            @for step in last { (row(id, step)) }
        }
    }
}

/// What the step at `number` is called on the page.
pub(super) fn anchor(id: &str, number: u64) -> String {
    format!("{id}-{number}")
}

fn row(id: &str, step: &Step) -> Markup {
    let side = match step.path {
        Path::HostToModem | Path::ModemToHost => "host",
        Path::ModemToServer | Path::ServerToModem => "server",
        Path::Within => "within",
    };
    html! {
        li id=(anchor(id, step.number)) class={ (side) " " (tone_class(step.tone)) } {
            span.at { (seconds(step.at)) }
            span.path { (step.path.words()) }
            code { (step.text) }
            @if !step.meaning.is_empty() { span.meaning { (step.meaning) } }
        }
    }
}

/// The style of a tone.
pub(super) fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Quiet => "quiet",
        Tone::Data => "data",
        Tone::Bad => "bad",
        Tone::Fault => "fault",
    }
}
