//! Data over module time: what went through the data connections, and how full the media were.

use std::collections::BTreeMap;
use std::time::Duration;

use maud::{Markup, html};

use crate::modem::record::{Fill, Record};
use crate::store::Medium;
use crate::time::ModuleTime;
use crate::transcript::event::{Entry, Event, Way};
use crate::transcript::report::Report;
use crate::transcript::report::text::{duration, rate, size};

use super::scale::{nice_above, ticks};

/// The height of the bars of a plot, in pixels.
const HEIGHT: f64 = 120.0;

/// A plot has about so many bars for each way.
const BARS: f64 = 60.0;

pub(super) fn section(id: &str, report: &Report) -> Markup {
    let end = report.took.max(last(&report.entries).since(ModuleTime::ZERO));
    html! {
        h3 id={ (id) "-data" } { "Data" }
        (throughput(&report.entries, end))
        (fill(&report.entries, end))
    }
}

fn last(entries: &[Entry]) -> ModuleTime {
    entries.last().map_or(ModuleTime::ZERO, |entry| entry.at)
}

/// A bar of a plot: from when to when, how high, in which style.
struct Bar {
    from: f64,
    to: f64,
    value: f64,
    class: &'static str,
}

/// What the data connections carried.
fn throughput(entries: &[Entry], end: Duration) -> Markup {
    // What is shorter than a second the journal does not tell apart.
    let width = nice_above(end.as_secs_f64() / BARS).max(1.0);
    let mut bins: BTreeMap<(u64, Way), u64> = BTreeMap::new();
    let mut sums: BTreeMap<Way, u64> = BTreeMap::new();
    for entry in entries {
        if let Event::FtpData(way, data) = &entry.event {
            let bin = (entry.at.since(ModuleTime::ZERO).as_secs_f64() / width) as u64;
            *bins.entry((bin, *way)).or_default() += data.len;
            *sums.entry(*way).or_default() += data.len;
        }
    }
    if bins.is_empty() {
        return html! { p.note { "No data connection carried anything." } };
    }
    let per_second = |bytes: u64| bytes as f64 * 8.0 / width;
    let most = bins.values().copied().map(per_second).fold(0.0, f64::max);
    let bars: Vec<_> = bins
        .iter()
        .map(|(&(bin, way), &bytes)| {
            // Up and down share the time of a bar.
            let (class, part) = match way {
                Way::Up => ("up", 0.0),
                Way::Down => ("down", 0.5),
            };
            let from = (bin as f64 + part) * width;
            Bar { from, to: from + width / 2.0, value: per_second(bytes), class }
        })
        .collect();
    let sum = |way| size(sums.get(&way).copied().unwrap_or(0));
    let (up, down) = (sum(Way::Up), sum(Way::Down));
    let words = format!(
        "Throughput over module time: {up} to the server, {down} to the module, \
         {} at most in {}.",
        rate(most),
        duration(Duration::from_secs_f64(width))
    );
    html! {
        figure.plot {
            figcaption {
                "Throughput of the data connections, in steps of "
                (duration(Duration::from_secs_f64(width))) "."
                span.key.up {} "up, " (up) " in all"
                span.key.down {} "down, " (down) " in all"
            }
            (plot(&words, &bars, end.as_secs_f64(), most, rate))
        }
    }
}

/// How full the media were.
fn fill(entries: &[Entry], end: Duration) -> Markup {
    let mut media: BTreeMap<Medium, Vec<(f64, Fill)>> = BTreeMap::new();
    for entry in entries {
        if let Event::Modem(Record::Store(fill)) = &entry.event {
            let at = entry.at.since(ModuleTime::ZERO).as_secs_f64();
            media.entry(fill.medium).or_default().push((at, *fill));
        }
    }
    html! {
        @if media.is_empty() { p.note { "No medium has changed how full it is." } }
        @for (medium, fills) in media { (medium_plot(medium, &fills, end.as_secs_f64())) }
    }
}

fn medium_plot(medium: Medium, fills: &[(f64, Fill)], end: f64) -> Markup {
    let Some((first, (_, last))) = fills.first().zip(fills.last()) else { return html! {} };
    let starts =
        [(0.0, first.1.before)].into_iter().chain(fills.iter().map(|(at, f)| (*at, f.now)));
    let ends = fills.iter().map(|&(at, _)| at).chain([end]);
    let bars: Vec<_> = starts
        .zip(ends)
        .map(|((from, used), to)| Bar { from, to, value: used as f64, class: "fill" })
        .collect();
    let most = fills.iter().map(|(_, fill)| fill.before.max(fill.now)).max().unwrap_or(0);
    let (now, total) = (last.now, last.total);
    let words = format!(
        "How full {medium} was over module time: {} at most, {} at the end, of {}.",
        size(most),
        size(now),
        size(total)
    );
    html! {
        figure.plot {
            figcaption {
                "How full " (medium) " was after each command: " (size(most)) " at most, " (size(now))
                " at the end, of " (size(total)) "."
            }
            (plot(&words, &bars, end, most as f64, |value| size(value as u64)))
        }
    }
}

/// Bars over seconds; `name` writes a value at the side.
fn plot(words: &str, bars: &[Bar], end: f64, most: f64, name: impl Fn(f64) -> String) -> Markup {
    let (end, top) = (end.max(0.001), nice_above(most).max(1.0));
    let share = |at: f64| format!("{:.3}%", (at / end).clamp(0.0, 1.0) * 100.0);
    let above = 14.0;
    let floor = above + HEIGHT;
    html! {
        svg role="img" aria-label=(words) width="100%" height=(floor + 20.0) {
            @for part in [0.0, 0.5, 1.0] {
                @let y = floor - part * HEIGHT;
                line.grid x1="0" x2="100%" y1=(y) y2=(y) {}
            }
            @for bar in bars {
                @let height = (bar.value / top * HEIGHT).max(1.0);
                // A moment is seen too, and the last step may be longer than the run.
                @let width = (bar.to.min(end) - bar.from).max(end / 400.0);
                rect class=(bar.class) x=(share(bar.from.min(end - width)))
                    y=(format!("{:.1}", floor - height)) width=(share(width))
                    height=(format!("{height:.1}")) {}
            }
            @for part in [0.5, 1.0] {
                text.tick.halo x="2" y=(floor - part * HEIGHT - 3.0) { (name(part * top)) }
            }
            @for at in ticks(end, 7) {
                line.grid x1=(share(at)) x2=(share(at)) y1=(floor) y2=(floor + 4.0) {}
                text.tick x=(share(at)) y=(floor + 16.0)
                    text-anchor=(if at == 0.0 { "start" } else if at > 0.95 * end { "end" } else { "middle" })
                    { (number(at)) " s" }
            }
        }
    }
}

/// A number without needless zeros.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
