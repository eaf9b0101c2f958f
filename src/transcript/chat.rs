//! Dialogues: the `.chat` format, which people read and tests replay.
//!
//! One step a line:
//!
//! | line | meaning |
//! | --- | --- |
//! | `# …` | a remark |
//! | `> AT+CSQ` | the host sends this and CR |
//! | `< +CSQ: {rssi},99` | the module's next line; blank lines and the echo are passed over, `{name}` stands for anything |
//! | `>> 1000` | the host sends so many bytes of data: 0, 1, … 250, 0, 1, … |
//! | `>> "hello\n"` | the host sends these bytes (`\r`, `\n`, `\\`, `\"`, `\xHH`) |
//! | `<< 1000` | the module sends so many bytes of data |
//! | `<< "hello\n"` | the module sends these bytes |
//! | `+++` | silence for more than a second, `+++`, silence again |
//! | `... 500ms` | time passes |
//!
//! Two remarks say what must be before: `# after: login.chat` a dialogue (its file is in the same
//! folder), `# server: /test.txt 1000` a file on the server, which counts 0, 1, … 250, 0, 1, …
//! No step and no file has more than 64 MiB of data.

use std::time::Duration;

use crate::time::parse_duration;

/// The most data in one step, or in a file on the server, in bytes: a typing error must not take
/// all memory (our choice).
pub const MAX_DATA: usize = 64 << 20;

/// A dialogue, and what must be before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialogue {
    /// Files of the dialogues that go before, in order.
    pub after: Vec<String>,
    /// Files that are on the server, and their sizes in bytes; their content is [`counter`].
    pub server: Vec<(String, usize)>,
    /// The steps.
    pub steps: Vec<Step>,
}

impl Dialogue {
    /// Reads a dialogue.
    pub fn parse(text: &str) -> Result<Dialogue, ChatError> {
        let mut dialogue = Dialogue { after: Vec::new(), server: Vec::new(), steps: parse(text)? };
        for (at, line) in text.lines().enumerate() {
            if let Some(file) = line.strip_prefix("# after: ") {
                dialogue.after.push(file.trim().to_owned());
            }
            if let Some(file) = line.strip_prefix("# server: ") {
                let file = file.trim().rsplit_once(' ');
                let file = file.and_then(|(path, size)| Some((path, size.parse().ok()?)));
                let missing = "expected a path and a size in bytes".to_owned();
                let (path, size) = file
                    .ok_or(missing)
                    .and_then(|(path, size)| Ok((path.to_owned(), limited(size)?)))
                    .map_err(|what| ChatError { line: at + 1, what })?;
                dialogue.server.push((path, size));
            }
        }
        Ok(dialogue)
    }
}

/// One step of a dialogue, and the line it stands on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line in the file.
    pub line: usize,
    /// What happens.
    pub action: Action,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The host sends a command line; CR is added.
    Send(String),
    /// The module's next line that is not blank.
    Line(Pattern),
    /// The host sends so many bytes of [`counter`].
    SendCount(usize),
    /// The host sends these bytes of data.
    SendData(Vec<u8>),
    /// The module sends so many bytes of data.
    Count(usize),
    /// The module sends these bytes of data.
    Data(Vec<u8>),
    /// The escape sequence between its silences.
    Escape,
    /// Time passes.
    Pause(Duration),
}

/// A line with `{name}` for what may vary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A line to be taken as a pattern.
    pub fn new(text: &str) -> Pattern {
        Pattern(text.to_owned())
    }

    /// Whether `line` is such a line.
    pub fn matches(&self, line: &str) -> bool {
        matches(&self.0, line)
    }
}

fn matches(pattern: &str, line: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else { return pattern == line };
    let Some((_, after)) = rest.split_once('}') else { return pattern == line };
    line.strip_prefix(before).is_some_and(|tail| {
        (0..=tail.len())
            .filter(|&at| tail.is_char_boundary(at))
            .any(|at| matches(after, &tail[at..]))
    })
}

/// What is wrong with a dialogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ChatError {
    /// The line, from 1.
    pub line: usize,
    what: String,
}

/// Bytes that tell where they belong: 0, 1, … 250, 0, 1, …
pub fn counter(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at % 251) as u8).collect()
}

/// Reads the steps of a dialogue.
pub fn parse(text: &str) -> Result<Vec<Step>, ChatError> {
    let mut steps = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let written = line.trim_start();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let line = at + 1;
        let action = parse_step(written).map_err(|what| ChatError { line, what })?;
        steps.push(Step { line, action });
    }
    Ok(steps)
}

fn parse_step(text: &str) -> Result<Action, String> {
    if text.trim_end() == "+++" {
        return Ok(Action::Escape);
    }
    let (mark, rest) = text.split_once(' ').unwrap_or((text, ""));
    let counted = || rest.trim().parse::<usize>().ok();
    match mark {
        ">" => Ok(Action::Send(rest.to_owned())),
        "<" => Ok(Action::Line(Pattern::new(rest.trim_end()))),
        ">>" => match counted() {
            Some(len) => limited(len).map(Action::SendCount),
            None => quoted(rest.trim()).map(Action::SendData),
        },
        "<<" => match counted() {
            Some(len) => limited(len).map(Action::Count),
            None => quoted(rest.trim()).map(Action::Data),
        },
        "..." => parse_duration(rest).map(Action::Pause).map_err(|error| error.to_string()),
        _ => Err(format!("`{mark}` begins no step: expected >, <, >>, <<, +++, ... or #")),
    }
}

/// A size that a step or a file may have.
fn limited(size: usize) -> Result<usize, String> {
    if size > MAX_DATA {
        return Err(format!("{size} bytes are too much: expected at most {MAX_DATA}"));
    }
    Ok(size)
}

/// The bytes of a quoted text with escapes.
fn quoted(text: &str) -> Result<Vec<u8>, String> {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .ok_or("expected a number of bytes, or a text in quotes")?;
    let mut bytes = Vec::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match chars.next() {
            Some('r') => bytes.push(b'\r'),
            Some('n') => bytes.push(b'\n'),
            Some(c @ ('\\' | '"')) => bytes.push(c as u8),
            Some('x') => {
                let hex: String = chars.by_ref().take(2).collect();
                let byte = u8::from_str_radix(&hex, 16);
                bytes.push(byte.map_err(|_| format!("`\\x{hex}` is not a byte"))?);
            }
            other => return Err(format!("`\\{}` is no escape", other.unwrap_or(' '))),
        }
    }
    Ok(bytes)
}

/// `bytes` in quotes, as [`parse`] reads them.
pub fn quote(bytes: &[u8]) -> String {
    let mut text = "\"".to_owned();
    for &byte in bytes {
        match byte {
            b'\r' => text += "\\r",
            b'\n' => text += "\\n",
            b'\\' | b'"' => text.extend(['\\', char::from(byte)]),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text += &format!("\\x{byte:02x}"),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialogue_is_one_step_a_line() {
        let steps = parse(
            "# remark\n> AT+CSQ\n< +CSQ: {rssi},99\n>> 3\n>> \"a\\r\\x00\\\"\"\n<< 5\n<< \"b\"\n+++\n... 1s\n",
        )
        .unwrap();
        let actions: Vec<_> = steps.into_iter().map(|step| step.action).collect();
        assert_eq!(
            actions,
            [
                Action::Send("AT+CSQ".to_owned()),
                Action::Line(Pattern::new("+CSQ: {rssi},99")),
                Action::SendCount(3),
                Action::SendData(b"a\r\0\"".to_vec()),
                Action::Count(5),
                Action::Data(b"b".to_vec()),
                Action::Escape,
                Action::Pause(Duration::from_secs(1)),
            ]
        );
    }

    #[test]
    fn remarks_say_what_must_be_before() {
        let dialogue = Dialogue::parse("# after: a.chat\n# server: /b c 10\n# x\n> AT").unwrap();
        assert_eq!(dialogue.after, ["a.chat"]);
        assert_eq!(dialogue.server, [("/b c".to_owned(), 10)]);
        assert_eq!(dialogue.steps.len(), 1);
        let error = Dialogue::parse("\n# server: /b").unwrap_err();
        assert_eq!(error.to_string(), "line 2: expected a path and a size in bytes");
    }

    #[test]
    fn what_is_quoted_reads_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(quoted(&quote(&bytes)), Ok(bytes));
        assert_eq!(quote(b"a\r\n\x00\"\\"), r#""a\r\n\x00\"\\""#);
    }

    #[test]
    fn a_bad_step_is_named_by_its_line() {
        let error = |text| parse(text).unwrap_err().to_string();
        assert!(error("> AT\n! x").starts_with("line 2: `!` begins no step"));
        assert!(error("... soon").contains("not a duration"));
        assert!(error(">> abc").contains("expected a number of bytes"));
        assert!(error("<< \"\\q\"").contains("`\\q` is no escape"));
    }

    #[test]
    fn a_few_characters_do_not_take_all_memory() {
        for text in [">> 500000000000", "<< 67108865", "# server: /f 99999999999"] {
            let error = Dialogue::parse(text).unwrap_err().to_string();
            assert!(error.ends_with("are too much: expected at most 67108864"), "{error}");
        }
        let steps = parse(&">> 67108864\n".repeat(100_000)).unwrap();
        assert_eq!(steps.len(), 100_000);
    }

    #[test]
    fn placeholders_stand_for_anything() {
        let pattern = Pattern::new("+CSQ: {rssi},{ber}");
        assert!(pattern.matches("+CSQ: 24,99"));
        assert!(!pattern.matches("+CSQ: 24"));
        assert!(Pattern::new("{any}").matches(""));
        assert!(Pattern::new("a{x}b{y}b").matches("abbb"));
        assert!(!Pattern::new("OK").matches("OK "));
    }
}
