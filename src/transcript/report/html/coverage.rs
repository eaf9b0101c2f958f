//! What the host has met, beside what there is to meet.

use maud::{Markup, html};

use crate::at::error::CmeError;
use crate::commands::TABLE;
use crate::modem::command::{CommandSpec, Group};
use crate::modem::record::CallForm;
use crate::transcript::coverage::{Coverage, Topic};
use crate::transcript::meaning;
use crate::transcript::report::text::visible;

const GROUPS: [Group; 6] =
    [Group::Ftp, Group::File, Group::TcpIp, Group::Network, Group::Ssl, Group::General];

pub(super) fn section(id: &str, coverage: &Coverage) -> Markup {
    html! {
        h3 id={ (id) "-coverage" } { "Coverage" }
        @for group in GROUPS { (commands(group, coverage)) }
        @if !coverage.unknown.is_empty() { (unknown(coverage)) }
        (topic(coverage, Topic::Errs, "Failures of FTP commands (<err>)", |err| {
            CmeError(err).text()
        }))
        (topic(coverage, Topic::Protocol, "Refusals of the server (<protocol_error>)", meaning::of_reply))
        @if !coverage.faults.is_empty() {
            (topic(coverage, Topic::Faults, "Faults of the scenario", |_| None))
        }
    }
}

/// How often a command was met in a form; nothing if it has no such form.
fn met(coverage: &Coverage, spec: &CommandSpec, form: CallForm) -> Option<u64> {
    let count = coverage.commands.get(&(spec.name.to_owned(), form)).copied();
    count.or(spec.has(form).then_some(0))
}

fn commands(group: Group, coverage: &Coverage) -> Markup {
    let specs: Vec<_> = TABLE.iter().filter(|spec| spec.group == group).collect();
    let is_met = |spec: &&&CommandSpec| {
        CallForm::ALL
            .into_iter()
            .any(|form| met(coverage, spec, form).is_some_and(|count| count > 0))
    };
    let count = specs.iter().filter(is_met).count();
    html! {
        details open[group == Group::Ftp] {
            summary { (group.title()) " commands: " (count) " of " (specs.len()) " met" }
            table.coverage {
                thead { tr {
                    th scope="col" { "Command" }
                    @for form in CallForm::ALL { th.n scope="col" { (form.word()) } }
                } }
                tbody {
                    @for spec in &specs {
                        tr {
                            th scope="row" { code { "AT" (spec.name) } }
                            @for form in CallForm::ALL { (cell(met(coverage, spec, form))) }
                        }
                    }
                }
            }
        }
    }
}

/// A count; a dash where there is nothing to count.
fn cell(count: Option<u64>) -> Markup {
    html! {
        @match count {
            None => { td.n.zero { "–" } }
            Some(0) => { td.n.zero { "0" } }
            Some(count) => { td.n { strong { (count) } } }
        }
    }
}

fn unknown(coverage: &Coverage) -> Markup {
    html! {
        details open {
            summary { "Commands that the module does not know: " (coverage.unknown.len()) }
            table.coverage {
                thead { tr { th scope="col" { "Command" } th.n scope="col" { "met" } } }
                tbody {
                    @for (name, count) in &coverage.unknown {
                        tr { th scope="row" { code { "AT" (visible(name)) } } (cell(Some(*count))) }
                    }
                }
            }
        }
    }
}

/// The table of a topic, each row with what it means.
fn topic(
    coverage: &Coverage,
    topic: Topic,
    title: &str,
    meaning: fn(u16) -> Option<&'static str>,
) -> Markup {
    let table = coverage.table();
    let (met, all) = table.met(topic);
    html! {
        details open[topic == Topic::Faults] {
            summary { (title) ": " (met) " of " (all) " met" }
            table.coverage {
                thead { tr {
                    th scope="col" { "Name" } th scope="col" { "Meaning" }
                    th.n scope="col" { "met" }
                } }
                tbody {
                    @for row in table.rows(topic) {
                        tr {
                            th scope="row" { code { (visible(&row.name)) } }
                            td { (row.name.parse().ok().and_then(meaning).unwrap_or_default()) }
                            (cell(Some(row.count)))
                        }
                    }
                }
            }
        }
    }
}
