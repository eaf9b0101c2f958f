//! What the host has met, beside what there is to meet.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::at::error::{CmeError, FtpErr};
use crate::commands::TABLE;
use crate::modem::command::{CommandSpec, Group, TestForm, WriteForm};
use crate::modem::record::CallForm;
use crate::transcript::coverage::Coverage;
use crate::transcript::report::meaning::protocol_text;

const GROUPS: [Group; 6] =
    [Group::Ftp, Group::File, Group::TcpIp, Group::Network, Group::Ssl, Group::General];

const FORMS: [CallForm; 4] = [CallForm::Test, CallForm::Read, CallForm::Write, CallForm::Execute];

pub(super) fn section(id: &str, coverage: &Coverage) -> Markup {
    html! {
        h3 id={ (id) "-coverage" } { "Coverage" }
        @for group in GROUPS { (commands(group, coverage)) }
        @if !coverage.unknown.is_empty() { (unknown(coverage)) }
        (errs(coverage))
        (protocol(coverage))
        @if !coverage.faults.is_empty() { (faults(coverage)) }
    }
}

/// How often a command was met in a form; nothing if it has no such form.
fn met(coverage: &Coverage, spec: &CommandSpec, form: CallForm) -> Option<u64> {
    let exists = match form {
        CallForm::Test => !matches!(spec.test, TestForm::None),
        CallForm::Read => spec.read.is_some(),
        CallForm::Write => !matches!(spec.write, WriteForm::None),
        CallForm::Execute => spec.execute.is_some(),
    };
    let count = coverage.commands.get(&(spec.name.to_owned(), form)).copied();
    count.or(exists.then_some(0))
}

fn commands(group: Group, coverage: &Coverage) -> Markup {
    let specs: Vec<_> = TABLE.iter().filter(|spec| spec.group == group).collect();
    let is_met = |spec: &&&CommandSpec| {
        FORMS.iter().any(|&form| met(coverage, spec, form).is_some_and(|count| count > 0))
    };
    let count = specs.iter().filter(is_met).count();
    html! {
        details open[group == Group::Ftp] {
            summary { (group.title()) " commands: " (count) " of " (specs.len()) " met" }
            table.coverage {
                thead { tr {
                    th scope="col" { "Command" }
                    @for form in FORMS { th.n scope="col" { (form.word()) } }
                } }
                tbody {
                    @for spec in &specs {
                        tr {
                            th scope="row" { code { "AT" (spec.name) } }
                            @for form in FORMS { (cell(met(coverage, spec, form))) }
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

/// A table with a count in each row.
fn counts(head: [&str; 2], rows: &[(String, String, u64)]) -> Markup {
    html! {
        table.coverage {
            thead { tr {
                th scope="col" { (head[0]) } th scope="col" { (head[1]) } th.n scope="col" { "met" }
            } }
            tbody {
                @for (name, text, count) in rows {
                    tr { th scope="row" { code { (name) } } td { (text) } (cell(Some(*count))) }
                }
            }
        }
    }
}

fn unknown(coverage: &Coverage) -> Markup {
    let rows: Vec<_> = coverage
        .unknown
        .iter()
        .map(|(name, count)| (format!("AT{name}"), "answered with ERROR".to_owned(), *count))
        .collect();
    html! {
        details open {
            summary { "Commands that the module does not know: " (rows.len()) }
            (counts(["Command", "What became of it"], &rows))
        }
    }
}

fn errs(coverage: &Coverage) -> Markup {
    let rows: Vec<_> = (0..=631)
        .filter_map(FtpErr::from_code)
        .map(|err| {
            let text = if err == FtpErr::OK { None } else { CmeError::from(err).text() };
            let text = text.unwrap_or("Operation successful").to_owned();
            let count = coverage.errs.get(&err.code()).copied().unwrap_or(0);
            (err.code().to_string(), text, count)
        })
        .collect();
    let met = rows.iter().filter(|(.., count)| *count > 0).count();
    html! {
        details {
            summary { "Results of FTP commands (<err>): " (met) " of " (rows.len()) " met" }
            (counts(["<err>", "What it means"], &rows))
        }
    }
}

fn protocol(coverage: &Coverage) -> Markup {
    // Those that have an <err> of their own, and what else came.
    let known = (400..600).filter(|&code| FtpErr::from_reply(code) != FtpErr::UNKNOWN);
    let codes: BTreeSet<u16> = known.chain(coverage.protocol.keys().copied()).collect();
    let rows: Vec<_> = codes
        .into_iter()
        .map(|code| {
            let text = protocol_text(code).unwrap_or("not in the note's table").to_owned();
            (code.to_string(), text, coverage.protocol.get(&code).copied().unwrap_or(0))
        })
        .collect();
    let met = rows.iter().filter(|(.., count)| *count > 0).count();
    html! {
        details {
            summary { "Replies of the server (<protocol_error>): " (met) " of " (rows.len()) " met" }
            (counts(["Reply", "What it means"], &rows))
        }
    }
}

fn faults(coverage: &Coverage) -> Markup {
    let fired = coverage.faults.values().filter(|&&count| count > 0).count();
    html! {
        details open {
            summary { "Faults: " (fired) " of " (coverage.faults.len()) " fired" }
            table.coverage {
                thead { tr { th scope="col" { "Fault" } th.n scope="col" { "fired" } } }
                tbody {
                    @for (name, count) in &coverage.faults {
                        tr { th scope="row" { code { (name) } } (cell(Some(*count))) }
                    }
                }
            }
        }
    }
}
