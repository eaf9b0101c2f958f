//! The models side by side, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{MODELS, Model};
use crate::modem::knobs::{KNOBS, KnobInfo, Knobs};

/// Every knob and every model.
#[derive(Debug, Serialize)]
pub struct Table {
    /// The knobs, in the order of their declaration.
    pub knobs: Vec<KnobRow>,
    /// The models, the default first.
    pub models: Vec<ModelRow>,
}

/// A knob.
#[derive(Debug, Serialize)]
pub struct KnobRow {
    /// Its name.
    pub name: &'static str,
    /// What it decides.
    pub summary: String,
    /// What it is unless a model sets it.
    pub default: String,
    /// Where the default comes from.
    pub source: String,
}

/// A model.
#[derive(Debug, Serialize)]
pub struct ModelRow {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// The knobs it has otherwise than the default.
    pub settings: Vec<SettingRow>,
    /// What it answers to `=?` otherwise than the family, by command.
    pub test_answers: BTreeMap<&'static str, TestAnswerRow>,
}

/// A knob that a model sets.
#[derive(Debug, Serialize)]
pub struct SettingRow {
    /// The knob.
    pub knob: &'static str,
    /// Its value.
    pub value: &'static str,
    /// Where it comes from.
    pub source: String,
}

/// An answer to `=?`.
#[derive(Debug, Serialize)]
pub struct TestAnswerRow {
    /// The lines, without the name of the command.
    pub lines: &'static [&'static str],
    /// Where they come from.
    pub source: String,
}

impl Table {
    /// The table as it is.
    pub fn new() -> Table {
        let defaults = Knobs::default();
        Table {
            knobs: KNOBS.iter().map(|info| KnobRow::of(info, &defaults)).collect(),
            models: MODELS.iter().map(|model| ModelRow::of(model)).collect(),
        }
    }

    /// As Markdown: what every knob decides, where the models differ, and why.
    pub fn markdown(&self) -> String {
        [self.knob_table(), self.difference_table(), self.source_table()].join("\n")
    }

    fn knob_table(&self) -> String {
        let rows = self.knobs.iter().map(|knob| {
            vec![code(knob.name), code(&knob.default), knob.summary.clone(), knob.source.clone()]
        });
        table("Knobs", &["knob", "default", "what it decides", "source"], rows)
    }

    /// Only knobs that some model sets; an empty cell is the default.
    fn difference_table(&self) -> String {
        let mut head = vec!["knob", "default"];
        head.extend(self.models.iter().map(|model| model.name));
        let rows = self.knobs.iter().filter_map(|knob| {
            let values: Vec<_> = self
                .models
                .iter()
                .map(|model| model.setting(knob.name).map_or(String::new(), |s| code(s.value)))
                .collect();
            let differs = values.iter().any(|value| !value.is_empty());
            differs.then(|| [vec![code(knob.name), code(&knob.default)], values].concat())
        });
        table("Where the models differ", &head, rows)
    }

    fn source_table(&self) -> String {
        let rows = self.models.iter().flat_map(|model| {
            let row = |what, value: &str, source: &String| {
                vec![model.name.to_owned(), what, code(value), source.clone()]
            };
            let settings =
                model.settings.iter().map(move |s| row(code(s.knob), s.value, &s.source));
            let answers = model.test_answers.iter().flat_map(move |(command, answer)| {
                let what = code(&format!("AT{command}=?"));
                answer.lines.iter().map(move |line| row(what.clone(), line, &answer.source))
            });
            settings.chain(answers).collect::<Vec<_>>()
        });
        table("Why", &["model", "knob or answer", "value", "source"], rows)
    }
}

impl Default for Table {
    fn default() -> Table {
        Table::new()
    }
}

impl KnobRow {
    fn of(info: &KnobInfo, defaults: &Knobs) -> KnobRow {
        KnobRow {
            name: info.name,
            summary: info.summary.trim().to_owned(),
            default: (info.get)(defaults),
            source: info.source.to_string(),
        }
    }
}

impl ModelRow {
    fn of(model: &Model) -> ModelRow {
        let settings = model.settings.iter().map(|setting| SettingRow {
            knob: setting.knob,
            value: setting.value,
            source: setting.source.to_string(),
        });
        let answers = model.test_answers.iter().map(|answer| {
            let row = TestAnswerRow { lines: answer.lines, source: answer.source.to_string() };
            (answer.command, row)
        });
        ModelRow {
            name: model.name,
            summary: model.summary,
            settings: settings.collect(),
            test_answers: answers.collect(),
        }
    }

    fn setting(&self, knob: &str) -> Option<&SettingRow> {
        self.settings.iter().find(|setting| setting.knob == knob)
    }
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn table(title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let head: Vec<_> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule = vec!["---".to_owned(); head.len()];
    let mut text = format!("### {title}\n\n{}{}", line(&head), line(&rule));
    rows.for_each(|row| text += &line(&row));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_what_a_model_has_otherwise_and_why() {
        let text = Table::new().markdown();
        assert!(text.contains("\n| `escape_get` | `resume` | What `+++` does in a download"));
        let differences = text.split("### ").find(|part| part.starts_with("Where the models"));
        let rows: Vec<_> = differences.unwrap().lines().filter(|l| l.starts_with('|')).collect();
        let cells = |row: &str| row.split(" | ").count();
        assert!(rows[0].starts_with("| knob | default | ec25 | ec20 | "));
        assert!(rows.iter().all(|row| cells(row) == cells(rows[0])), "{rows:?}");
        assert!(rows.iter().any(|row| row.starts_with("| `pwd_quoted` | `false` |")));
        assert!(!rows.iter().any(|row| row.contains("`qflst_quoted`")), "no model sets it");
        assert!(text.contains("| eg800k | `pwd_quoted` | `true` | capture `eg800k-a06m04-ftp` |"));
        assert!(text.contains("| bg770a | `AT+QIACT=?` | `(1-5)` | capture"));
    }

    #[test]
    fn every_model_and_knob_is_in_the_table() {
        let table = Table::new();
        assert_eq!(table.models.len(), MODELS.len());
        assert_eq!(table.knobs.len(), KNOBS.len());
        let answers: usize = MODELS.iter().map(|model| model.test_answers.len()).sum();
        let listed: usize = table.models.iter().map(|model| model.test_answers.len()).sum();
        assert_eq!(listed, answers, "no model answers a command twice");
    }
}
