//! A transcript as JSON: one object for each entry.
//!
//! | key | what it is |
//! | --- | --- |
//! | `number` | from 1 |
//! | `time` | module time in seconds |
//! | `wall` | wall time since the start in seconds; not where the clock is stepped |
//! | `modem` | `modem0` |
//! | `event` | what happened: `started`, `port`, `line`, `from_host`, `to_host`, `data`, `command`, `info`, `result`, `urc`, `state`, `store`, `ftp`, `fault`, `scenario_state`, `notice`, `ended` |
//! | `direction` | of bytes: `host>modem`, `modem>host`, `modem>server`, `server>modem` |
//! | `text`, `base64` | the bytes: as text if they are such. Of data perhaps only the first ones |
//! | `length`, `crc32`, `whole` | of data: how much it is, its CRC-32, and whether all of it stands here |
//! | `meaning` | what a code means, or a command is for |
//!
//! The others belong to one kind of event each and bear the names that scenarios use.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::data::Data;
use super::event::{Entry, Event, SerialLine, Way};
use super::meaning;
use crate::modem::record::Record;

/// The object of an entry of `modem`'s.
pub fn object(modem: &str, entry: &Entry) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    put("number", json!(entry.number));
    put("time", json!(seconds(entry.at.as_nanos())));
    if let Some(wall) = entry.wall {
        put("wall", json!(seconds(u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX))));
    }
    put("modem", json!(modem));
    if let Some(meaning) = meaning::of_event(&entry.event) {
        put("meaning", json!(meaning));
    }
    event(&entry.event, put);
    object
}

/// The line of an entry of `modem`'s, with its end.
pub fn line(modem: &str, entry: &Entry) -> String {
    format!("{}\n", Value::Object(object(modem, entry)))
}

/// Seconds with microseconds.
fn seconds(nanos: u64) -> f64 {
    (nanos / 1000) as f64 / 1e6
}

fn event(event: &Event, mut put: impl FnMut(&str, Value)) {
    let mut named = |name: &str, more: &[(&str, Value)]| {
        put("event", json!(name));
        for (key, value) in more {
            put(key, value.clone());
        }
    };
    match event {
        Event::Started(start) => named(
            "started",
            &[
                ("model", json!(start.model)),
                ("scenario", json!(start.scenario)),
                ("seed", json!(start.seed)),
            ],
        ),
        Event::Port(open) => named("port", &[("open", json!(open))]),
        Event::Line(line, on) => {
            named("line", &[("line", json!(line_name(*line))), ("on", json!(on))]);
        }
        Event::FromHost(bytes) => {
            named("from_host", &[("direction", json!("host>modem")), content(bytes)]);
        }
        Event::ToHost(bytes) => {
            named("to_host", &[("direction", json!("modem>host")), content(bytes)]);
        }
        Event::DataFromHost(bytes) => named("data", &data("host>modem", bytes)),
        Event::DataToHost(bytes) => named("data", &data("modem>host", bytes)),
        Event::FtpData(way, bytes) => named("data", &data(way_name(*way), bytes)),
        Event::Ftp(way, line) => {
            named("ftp", &[("direction", json!(way_name(*way))), ("text", json!(line))]);
        }
        Event::Modem(record) => record_event(record, named),
        Event::Fault(fault) => named(
            "fault",
            &[
                ("name", json!(fault.name)),
                ("action", json!(fault.action)),
                ("cause", json!(fault.cause)),
            ],
        ),
        Event::ScenarioState(state) => named("scenario_state", &[("state", json!(state))]),
        Event::Notice(text) => named("notice", &[("text", json!(text))]),
        Event::Ended => named("ended", &[]),
    }
}

fn record_event(record: &Record, mut named: impl FnMut(&str, &[(&str, Value)])) {
    match record {
        Record::Command(command) => named(
            "command",
            &[
                ("name", json!(command.name)),
                ("form", json!(command.form.word())),
                ("arguments", json!(command.arguments)),
                ("known", json!(command.known)),
            ],
        ),
        Record::Result(text) => named("result", &[("text", json!(text))]),
        Record::Info(text) => named("info", &[("text", json!(text))]),
        Record::Urc(text) => named("urc", &[("text", json!(text))]),
        Record::Entered(state) => named("state", &[("state", json!(state.word()))]),
        Record::Store(fill) => named(
            "store",
            &[
                ("medium", json!(fill.medium.to_string())),
                ("before", json!(fill.before)),
                ("used", json!(fill.now)),
                ("total", json!(fill.total)),
            ],
        ),
        // A journal makes other events of them.
        Record::Line(bytes) => named("from_host", &[content(bytes)]),
        Record::Data(bytes) => named("data", &[content(bytes)]),
    }
}

fn line_name(line: SerialLine) -> &'static str {
    match line {
        SerialLine::Dtr => "dtr",
        SerialLine::Rts => "rts",
        SerialLine::Dcd => "dcd",
        SerialLine::Ri => "ri",
        SerialLine::Dsr => "dsr",
        SerialLine::Cts => "cts",
    }
}

fn way_name(way: Way) -> &'static str {
    match way {
        Way::Up => "modem>server",
        Way::Down => "server>modem",
    }
}

fn content(bytes: &[u8]) -> (&'static str, Value) {
    let readable =
        |text: &&str| text.chars().all(|c| !c.is_control() || matches!(c, '\r' | '\n' | '\t'));
    match std::str::from_utf8(bytes).ok().filter(readable) {
        Some(text) => ("text", json!(text)),
        None => ("base64", json!(STANDARD.encode(bytes))),
    }
}

fn data(direction: &str, data: &Data) -> [(&'static str, Value); 5] {
    [
        ("direction", json!(direction)),
        ("length", json!(data.len)),
        ("crc32", json!(format!("{:08x}", data.crc32))),
        ("whole", json!(data.is_whole())),
        content(&data.bytes),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::ModuleTime;
    use crate::transcript::event::Start;

    fn json(event: Event) -> Value {
        let at = ModuleTime::ZERO + Duration::from_micros(1_500_000);
        let entry = Entry { number: 7, at, wall: None, event };
        serde_json::from_str(&line("modem0", &entry)).expect("JSON")
    }

    #[test]
    fn an_entry_is_one_object_with_what_the_codes_mean() {
        let urc = json(Event::Modem(Record::Urc("+QFTPPUT: 609,0".to_owned())));
        let expected = json!({
            "number": 7, "time": 1.5, "modem": "modem0", "event": "urc",
            "text": "+QFTPPUT: 609,0", "meaning": "Timeout error",
        });
        assert_eq!(urc, expected);
        let start =
            Start { modem: "modem0".to_owned(), model: "EC25".to_owned(), scenario: None, seed: 5 };
        assert_eq!(json(Event::Started(start))["seed"], 5);
    }

    #[test]
    fn text_is_text_and_other_bytes_are_base64() {
        let text = json(Event::ToHost("\r\nOK\r\n".into()));
        assert_eq!(
            (&text["text"], &text["direction"]),
            (&json!("\r\nOK\r\n"), &json!("modem>host"))
        );
        let bytes = json(Event::FromHost(vec![0, 255].into()));
        assert_eq!(bytes["base64"], "AP8=");
        let some = Data { bytes: "abc".into(), ..Data::new("abcdef".into()) };
        let data = json(Event::FtpData(Way::Down, some));
        assert_eq!(data["direction"], "server>modem");
        assert_eq!((&data["length"], &data["whole"]), (&json!(6), &json!(false)));
        assert_eq!((&data["text"], &data["crc32"]), (&json!("abc"), &json!("4b8e39ef")));
    }
}
