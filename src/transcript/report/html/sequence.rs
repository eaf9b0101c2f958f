//! The sequence diagram: host, modem and server over module time, drawn as SVG. Positions across
//! are shares of the width, so that it fits a phone as well as a desk.

use std::time::Duration;

use maud::{Markup, html};

use crate::transcript::report::Report;
use crate::transcript::report::story::{Path, Step, Tone};
use crate::transcript::report::text::{bounded, duration, seconds, shortened};

use super::dialogue::{anchor, tone_class};

/// So many steps are drawn: the first of them, and the last.
const SHOWN: (usize, usize) = (120, 240);

/// Rows of one picture; a print breaks between pictures.
const ROWS: usize = 30;

/// A silence from this on has a row of its own; time between rows is not to scale.
const GAP: Duration = Duration::from_millis(500);

/// Where the three stand, across.
const HOST: &str = "17%";
const MODEM: &str = "56%";
const SERVER: &str = "95%";

/// So many characters of a text fit on a desk, and on a phone.
const WIDE: usize = 54;
const NARROW: usize = 34;

/// One row of the diagram.
enum Row<'a> {
    Step(&'a Step),
    /// A silence.
    Gap(Duration),
    /// So many steps are not drawn.
    LeftOut(usize),
}

impl Row<'_> {
    /// In pixels.
    fn height(&self) -> u32 {
        match self {
            Row::Step(step) if step.path == Path::Within => 22,
            Row::Step(_) => 30,
            Row::Gap(_) | Row::LeftOut(_) => 26,
        }
    }
}

pub(super) fn section(id: &str, report: &Report, steps: &[Step]) -> Markup {
    let rows = rows(steps);
    let faults: Vec<_> = steps.iter().filter(|step| step.tone == Tone::Fault).take(20).collect();
    html! {
        h3 id={ (id) "-sequence" } { "Sequence" }
        @if rows.is_empty() { p.note { "Nothing has happened." } }
        @else {
            figure.sequence {
                figcaption {
                    "Module time runs down, not to scale; a silence of " (duration(GAP))
                    " or more is marked. Dashed arrows carry data. "
                    a href={ "#" (id) "-dialogue" } { "The dialogue" } " says the same in words."
                    @for (at, fault) in faults.iter().enumerate() {
                        @if at == 0 { " Faults: " } @else { ", " }
                        a href={ "#" (anchor(id, fault.number)) } { (fault.text) " at " (seconds(fault.at)) " s" }
                    }
                }
                @for rows in rows.chunks(ROWS) { (picture(report, rows)) }
            }
        }
    }
}

/// The rows, with the silences between the steps.
fn rows(steps: &[Step]) -> Vec<Row<'_>> {
    let (first, left_out, last) = bounded(steps, SHOWN);
    let mut rows = Vec::new();
    let mut before = None;
    for (part, steps) in [first, last].into_iter().enumerate() {
        if part == 1 && left_out > 0 {
            rows.push(Row::LeftOut(left_out));
            before = None;
        }
        for step in steps {
            let silence = before.map_or(Duration::ZERO, |before| step.at.since(before));
            if silence >= GAP {
                rows.push(Row::Gap(silence));
            }
            before = before.max(Some(step.until));
            rows.push(Row::Step(step));
        }
    }
    rows
}

/// The height of the names above a picture.
const NAMES: u32 = 26;

fn picture(report: &Report, rows: &[Row<'_>]) -> Markup {
    let height = NAMES + rows.iter().map(Row::height).sum::<u32>();
    let mut y = NAMES;
    let mut shown = None;
    html! {
        svg role="img" aria-label=(in_words(rows)) width="100%" height=(height) {
            @for x in [HOST, MODEM, SERVER] {
                line.life x1=(x) x2=(x) y1=(NAMES - 6) y2=(height) {}
            }
            text.who x=(HOST) y="14" text-anchor="middle" { "host" }
            text.who x=(MODEM) y="14" text-anchor="middle" { (report.start.modem) }
            text.who x="100%" y="14" text-anchor="end" { "server" }
            @for row in rows {
                @let top = y;
                ({ y += row.height(); draw(row, top, &mut shown) })
            }
        }
    }
}

/// What a picture shows, for those who do not see it.
fn in_words(rows: &[Row<'_>]) -> String {
    let steps = rows.iter().filter_map(|row| match row {
        Row::Step(step) => Some(step),
        _ => None,
    });
    let (first, last) = (steps.clone().next(), steps.clone().next_back());
    match (first, last) {
        (Some(first), Some(last)) => format!(
            "Sequence diagram from {} to {} s: {} steps between host, modem and server. \
             The dialogue says the same in words.",
            seconds(first.at),
            seconds(last.until),
            steps.count()
        ),
        _ => "A silence.".to_owned(),
    }
}

fn draw(row: &Row<'_>, top: u32, shown: &mut Option<String>) -> Markup {
    match row {
        Row::Gap(silence) => gap(top, &format!("{} of silence", duration(*silence))),
        Row::LeftOut(steps) => gap(top, &format!("{steps} steps are not drawn")),
        Row::Step(step) => {
            let time = seconds(step.at);
            let news = shown.replace(time.clone()) != Some(time.clone());
            html! {
                g class=(tone_class(step.tone)) {
                    @if news { text.time x="0" y=(top + row.height() - 6) { (time) } }
                    @if step.path == Path::Within { (note(step, top + 14)) }
                    @else { (message(step, top + 24)) }
                }
            }
        }
    }
}

/// Something that happens in the modem.
fn note(step: &Step, y: u32) -> Markup {
    let mark = if step.tone == Tone::Fault { "◆ " } else { "" };
    html! { (say(&format!("{mark}{}", step.text), MODEM, 0, y, "middle")) }
}

/// An arrow with what is said above it.
fn message(step: &Step, y: u32) -> Markup {
    let (from, to, left) = match step.path {
        Path::HostToModem => (HOST, MODEM, true),
        Path::ModemToHost => (MODEM, HOST, true),
        Path::ServerToModem => (SERVER, MODEM, false),
        _ => (MODEM, SERVER, false),
    };
    let rightwards = matches!(step.path, Path::HostToModem | Path::ModemToServer);
    let tip = if rightwards { "M0 0 l-8 -4 v8 z" } else { "M0 0 l8 -4 v8 z" };
    let took = step.until.since(step.at);
    let text = if step.tone == Tone::Data && !took.is_zero() {
        format!("{} in {}", step.text, duration(took))
    } else {
        step.text.clone()
    };
    html! {
        line.arrow x1=(from) x2=(to) y1=(y) y2=(y) {}
        svg.tip x=(to) y=(y) { path.head d=(tip) {} }
        @if left { (say(&text, HOST, 9, y - 6, "start")) }
        @else { (say(&text, SERVER, -9, y - 6, "end")) }
    }
}

/// A text, shortened as the width asks for.
fn say(text: &str, x: &str, dx: i32, y: u32, anchor: &str) -> Markup {
    let length = text.chars().count();
    html! {
        @if length <= NARROW { text.say x=(x) dx=(dx) y=(y) text-anchor=(anchor) { (text) } }
        @else {
            text.say.wide x=(x) dx=(dx) y=(y) text-anchor=(anchor) { (shortened(text, WIDE)) }
            text.say.narrow x=(x) dx=(dx) y=(y) text-anchor=(anchor) { (shortened(text, NARROW)) }
        }
    }
}

fn gap(top: u32, text: &str) -> Markup {
    html! {
        @for x in [HOST, MODEM, SERVER] {
            line.blank x1=(x) x2=(x) y1=(top + 3) y2=(top + 23) {}
            line.zig x1=(x) x2=(x) y1=(top + 4) y2=(top + 23) {}
        }
        text.gap x=(MODEM) y=(top + 17) text-anchor="middle" { (text) }
    }
}
