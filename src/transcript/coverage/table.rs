//! What there is to be met, and what of it was.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Coverage;
use crate::commands::TABLE;
use crate::modem::record::CallForm;

/// The replies of the FTP note's table 6.
const REPLIES: [u16; 17] =
    [421, 425, 426, 450, 451, 452, 500, 501, 502, 503, 504, 530, 532, 550, 551, 552, 553];

/// What can be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The commands of all modules.
    Commands,
    /// Their forms.
    Forms,
    /// `<err>` 601 to 631.
    Errs,
    /// `<protocol_error>`: the replies that the FTP note lists.
    Protocol,
    /// The faults of the scenario.
    Faults,
}

impl Topic {
    /// Every one.
    pub const ALL: [Topic; 5] =
        [Topic::Commands, Topic::Forms, Topic::Errs, Topic::Protocol, Topic::Faults];

    /// How it is written: `commands`.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Commands => "commands",
            Topic::Forms => "forms",
            Topic::Errs => "errs",
            Topic::Protocol => "protocol",
            Topic::Faults => "faults",
        }
    }
}

/// Something that can be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is: `+QFTPPUT`, `AT+QFTPPUT=?`, `619`.
    pub name: String,
    /// How often it was met.
    pub count: u64,
}

/// All that can be met, in the order of the manuals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table(Vec<(Topic, Vec<Row>)>);

impl Coverage {
    /// What there is, met or not.
    pub fn table(&self) -> Table {
        Table(Topic::ALL.map(|topic| (topic, self.rows(topic))).into())
    }

    fn rows(&self, topic: Topic) -> Vec<Row> {
        let numbers = |met: &std::collections::BTreeMap<u16, u64>, all: &[u16]| {
            let count = |number| met.get(number).copied().unwrap_or(0);
            all.iter().map(|n| Row { name: n.to_string(), count: count(n) }).collect()
        };
        let met =
            |name: &str, form| self.commands.get(&(name.to_owned(), form)).copied().unwrap_or(0);
        match topic {
            Topic::Commands => TABLE
                .iter()
                .map(|spec| Row {
                    name: spec.name.to_owned(),
                    count: CallForm::ALL.map(|form| met(spec.name, form)).iter().sum(),
                })
                .collect(),
            Topic::Forms => TABLE
                .iter()
                .flat_map(|spec| CallForm::ALL.map(|form| (spec, form)))
                .filter(|(spec, form)| spec.has(*form))
                .map(|(spec, form)| Row {
                    name: format!("{} {}", spec.name, form.word()),
                    count: met(spec.name, form),
                })
                .collect(),
            Topic::Errs => numbers(&self.errs, &(601..=631).collect::<Vec<_>>()),
            Topic::Protocol => numbers(&self.protocol, &REPLIES),
            Topic::Faults => {
                let row =
                    |(name, count): (&String, &u64)| Row { name: name.clone(), count: *count };
                self.faults.iter().map(row).collect()
            }
        }
    }
}

impl Table {
    /// What there is of a topic.
    pub fn rows(&self, topic: Topic) -> &[Row] {
        self.0.iter().find(|(found, _)| *found == topic).map_or(&[], |(_, rows)| rows)
    }

    /// How many of a topic were met, and how many there are.
    pub fn met(&self, topic: Topic) -> (usize, usize) {
        let rows = self.rows(topic);
        (rows.iter().filter(|row| row.count > 0).count(), rows.len())
    }

    /// For people: a heading for each topic, and what was met and what was not.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (topic, rows) in &self.0 {
            let (met, all) = self.met(*topic);
            // Writing to a text can't fail.
            let _ = writeln!(text, "{:9} {met:4} of {all:4}  {:>3}", topic.word(), share(met, all));
            let (met, missed): (Vec<&Row>, _) = rows.iter().partition(|row| row.count > 0);
            let met = met.iter().map(|row| format!("{} ({})", row.name, row.count));
            wrap(&mut text, "met", met);
            if matches!(topic, Topic::Errs | Topic::Protocol | Topic::Faults) {
                wrap(&mut text, "not met", missed.iter().map(|row| row.name.clone()));
            }
        }
        text
    }

    /// For programs: a topic is `{"met":1,"of":2,"counts":{"a":3,"b":0}}`.
    pub fn json(&self) -> Value {
        let topic = |(topic, rows): &(Topic, Vec<Row>)| {
            let (met, of) = self.met(*topic);
            let counts: Map<_, _> =
                rows.iter().map(|row| (row.name.clone(), json!(row.count))).collect();
            (topic.word().to_owned(), json!({ "met": met, "of": of, "counts": counts }))
        };
        Value::Object(self.0.iter().map(topic).collect())
    }
}

/// A part of a whole, in per cent.
fn share(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        Some(percent) => format!("{percent}%"),
        None => "-".to_owned(),
    }
}

/// Adds a list to `text`, if there is anything in it.
fn wrap(text: &mut String, title: &str, items: impl Iterator<Item = String>) {
    const WIDTH: usize = 96;
    let mut line = format!("  {title}:");
    let mut empty = true;
    for item in items {
        if line.len() + item.len() > WIDTH {
            *text += &line;
            text.push('\n');
            line = "   ".to_owned();
        }
        line.push(' ');
        line += &item;
        empty = false;
    }
    if !empty {
        *text += &line;
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::error::FtpErr;
    use crate::modem::record::{CommandRecord, Record};

    fn met() -> Coverage {
        let mut coverage = Coverage::default();
        let command = |form, name: &str, known| {
            let name = name.to_owned();
            Record::Command(CommandRecord { name, form, arguments: String::new(), known })
        };
        for record in [
            command(CallForm::Execute, "+CSQ", true),
            command(CallForm::Execute, "+CSQ", true),
            command(CallForm::Test, "+CSQ", true),
            command(CallForm::Read, "+NONE", false),
            Record::Urc("+QFTPPUT: 619,452".to_owned()),
            Record::Result("+CME ERROR: 603".to_owned()),
            Record::Result("+CME ERROR: 10".to_owned()),
        ] {
            coverage.meet(&record);
        }
        coverage.faults.insert("quota".to_owned(), 0);
        coverage
    }

    #[test]
    fn commands_forms_errs_and_replies_are_counted() {
        let table = met().table();
        assert_eq!(table.met(Topic::Commands), (1, TABLE.iter().count()));
        assert_eq!(table.met(Topic::Forms).0, 2);
        assert_eq!(table.met(Topic::Errs), (2, 31));
        assert_eq!(table.met(Topic::Protocol), (1, 17));
        assert_eq!(table.met(Topic::Faults), (0, 1));
        assert_eq!(met().unknown["+NONE"], 1);
    }

    #[test]
    fn the_table_is_for_people_and_for_programs() {
        let table = met().table();
        let text = table.text();
        assert!(text.contains("errs         2 of   31   6%\n  met: 603 (1) 619 (1)\n"), "{text}");
        assert!(text.contains("faults       0 of    1   0%\n  not met: quota\n"), "{text}");
        let json = table.json();
        assert_eq!(json["forms"]["counts"]["+CSQ execute"], 2);
        assert_eq!(json["errs"]["of"], 31);
        assert_eq!(json["protocol"]["counts"]["452"], 1);
    }

    #[test]
    fn the_replies_are_those_that_have_an_err_of_their_own() {
        let listed = (100..600).filter(|&reply| FtpErr::from_reply(reply) != FtpErr::UNKNOWN);
        assert_eq!(listed.collect::<Vec<_>>(), REPLIES);
    }
}
