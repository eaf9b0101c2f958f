//! `qftpsim commands`: the table of every command, from their declarations.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use crate::at::param::Param;
use crate::commands::TABLE;
use crate::modem::command::{CommandSpec, Group, WriteForm};

use super::args::TableFormat;

pub(super) fn print(format: TableFormat) -> ExitCode {
    super::print(&match format {
        TableFormat::Markdown => markdown(),
        TableFormat::Json => json(),
    })
}

/// One table a group.
fn markdown() -> String {
    let mut text = String::new();
    let mut group = None;
    for spec in TABLE.iter() {
        if group.replace(spec.group) != Some(spec.group) {
            text += &heading(spec.group, text.is_empty());
        }
        text += &row(spec);
    }
    text
}

fn heading(group: Group, first: bool) -> String {
    let gap = if first { "" } else { "\n" };
    format!(
        "{gap}### {}\n\n| command | what it does | forms | source |\n| --- | --- | --- | --- |\n",
        group.title()
    )
}

fn row(spec: &CommandSpec) -> String {
    let usages: Vec<_> = spec.usages().iter().map(|usage| format!("`{usage}`")).collect();
    let alias = spec.alias.map_or(String::new(), |alias| format!(", `AT{}`", alias.name));
    format!(
        "| `AT{}`{alias} | {} | {} | {} |\n",
        spec.name,
        spec.summary,
        usages.join("<br>"),
        spec.source
    )
}

#[derive(Serialize)]
struct JsonCommand {
    name: &'static str,
    alias: Option<&'static str>,
    group: &'static str,
    summary: &'static str,
    source: &'static str,
    forms: Vec<String>,
    test: bool,
    read: bool,
    write: bool,
    execute: bool,
    parameters: Vec<JsonParam>,
    keys: Vec<JsonKey>,
}

#[derive(Serialize)]
struct JsonKey {
    key: &'static str,
    summary: &'static str,
    parameters: Vec<JsonParam>,
}

#[derive(Serialize)]
struct JsonParam {
    name: &'static str,
    range: String,
    required: bool,
    default: &'static str,
}

fn json_params(params: &[Param]) -> Vec<JsonParam> {
    params.iter().map(json_param).collect()
}

fn json_param(param: &Param) -> JsonParam {
    JsonParam {
        name: param.name,
        range: param.range_text(),
        required: param.presence == crate::at::param::Presence::Required,
        default: param.default,
    }
}

/// One JSON array, a command a line.
fn json() -> String {
    let mut text = "[\n".to_owned();
    for (at, spec) in TABLE.iter().enumerate() {
        let (parameters, keys) = match spec.write {
            WriteForm::None => (Vec::new(), Vec::new()),
            WriteForm::Params(params, _) => (json_params(params), Vec::new()),
            WriteForm::Keyed(context, items) => {
                let keys = items.iter().map(|item| JsonKey {
                    key: item.key,
                    summary: item.summary,
                    parameters: context.into_iter().chain(item.params).map(json_param).collect(),
                });
                (Vec::new(), keys.collect())
            }
        };
        let command = JsonCommand {
            name: spec.name,
            alias: spec.alias.map(|alias| alias.name),
            group: spec.group.title(),
            summary: spec.summary,
            source: spec.source,
            forms: spec.usages(),
            test: !matches!(spec.test, crate::modem::command::TestForm::None),
            read: spec.read.is_some(),
            write: !matches!(spec.write, WriteForm::None),
            execute: spec.execute.is_some(),
            parameters,
            keys,
        };
        let comma = if at == 0 { "" } else { ",\n" };
        // Plain data: it can always be written as JSON.
        let line = serde_json::to_string(&command).unwrap_or_default();
        let _ = write!(text, "{comma}{line}");
    }
    text + "\n]\n"
}
