//! A command line as a row of commands (V.250 §5.3, 5.4): basic commands (`E0`, `&D2`, `S3=13`)
//! may stand side by side, extended ones (`+CSQ`) are parted by `;`. Names may be in any case;
//! blanks are ignored outside quotes, but not inside names.

use std::fmt;

/// One command of a line. It prints as a host would write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The name as written: `+QFTPOPEN`, `E`, `&D`, `S3`.
    pub name: &'a str,
    /// The form and its parameters.
    pub form: Form<'a>,
}

/// The four forms of a command (FTP note §1.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// `AT+CMD=?`
    Test,
    /// `AT+CMD?`
    Read,
    /// `AT+CMD=<…>`, also the number of a basic command (`ATE0`); the unparsed parameters.
    Write(&'a str),
    /// `AT+CMD`
    Execute,
}

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        let takes_equals = !name.starts_with(|c: char| c == '&' || c.is_ascii_alphabetic())
            || name.starts_with(['S', 's']);
        match self.form {
            Form::Test => write!(f, "{name}=?"),
            Form::Read => write!(f, "{name}?"),
            Form::Write(args) if takes_equals => write!(f, "{name}={args}"),
            Form::Write(args) => write!(f, "{name}{args}"),
            Form::Execute => f.write_str(name),
        }
    }
}

/// The line is not AT language at this point: the answer is `ERROR`, whatever CMEE says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// A character that begins no command.
    #[error("no command begins like this")]
    NoCommand,
    /// Something other than `=`, `?`, `;` or the line's end after a name.
    #[error("unexpected text after the name of the command")]
    AfterName,
    /// A quote that is not closed.
    #[error("a quote is not closed")]
    OpenQuote,
    /// Two values without a comma between them.
    #[error("a comma is missing")]
    MissingComma,
    /// A character that must stand in quotes (typographic quotes are such).
    #[error("a character is not allowed outside quotes")]
    BareCharacter,
}

/// Reads the command at `line[*at..]` and moves `at` behind it; `None` at the end of the line.
pub fn next_call<'a>(line: &'a str, at: &mut usize) -> Option<Result<Call<'a>, SyntaxError>> {
    let start = *at + run(&line[*at..], |b| b == b' ' || b == b';');
    let rest = &line[start..];
    let first = rest.bytes().next()?;
    let parsed = match first {
        b'+' | b'^' | b'$' | b'%' | b'*' | b'#' => extended(rest),
        b'D' | b'd' => dial(rest),
        _ => basic(rest),
    };
    Some(parsed.map(|(call, used)| {
        *at = start + used;
        call
    }))
}

/// An extended command: up to the next `;` outside quotes.
fn extended(rest: &str) -> Result<(Call<'_>, usize), SyntaxError> {
    let name_len = 1 + run(&rest[1..], |b| b.is_ascii_alphanumeric() || b == b'_');
    if name_len == 1 {
        return Err(SyntaxError::NoCommand);
    }
    let (name, behind) = rest.split_at(name_len);
    let segment = segment_end(behind)?;
    let tail = behind[..segment].trim_ascii();
    let form = match tail.as_bytes() {
        [] => Form::Execute,
        [b'?'] => Form::Read,
        [b'=', args @ ..] if args.trim_ascii() == b"?" => Form::Test,
        [b'=', ..] => Form::Write(tail[1..].trim_ascii()),
        _ => return Err(SyntaxError::AfterName),
    };
    Ok((Call { name, form }, name_len + segment))
}

/// A basic command: a letter, or `&` and a letter, and a number; `S` takes a register.
fn basic(rest: &str) -> Result<(Call<'_>, usize), SyntaxError> {
    let mut name_len = usize::from(rest.starts_with('&')) + 1;
    if !rest.as_bytes().get(name_len - 1).is_some_and(u8::is_ascii_alphabetic) {
        return Err(SyntaxError::NoCommand);
    }
    let register = rest.starts_with(['S', 's']);
    if register {
        name_len += run(&rest[1..], |b| b.is_ascii_digit());
    }
    let name = &rest[..name_len];
    let tail = &rest[name_len..];
    let digits = |from: usize| from + run(&tail[from..], |b| b.is_ascii_digit());
    let (form, used) = match tail.as_bytes() {
        [b'=', b'?', ..] => (Form::Test, 2),
        [b'?', ..] => (Form::Read, 1),
        [b'=', ..] if register => (Form::Write(&tail[1..digits(1)]), digits(1)),
        [b'0'..=b'9', ..] => (Form::Write(&tail[..digits(0)]), digits(0)),
        _ => (Form::Execute, 0),
    };
    Ok((Call { name, form }, name_len + used))
}

/// `ATD`: everything up to the end is the dial string, or up to a `;`, which belongs to it: it asks
/// for a voice call (V.250 §6.3.1).
fn dial(rest: &str) -> Result<(Call<'_>, usize), SyntaxError> {
    let end = rest.find(';').map_or(rest.len(), |at| at + 1);
    let form = if end == 1 { Form::Execute } else { Form::Write(&rest[1..end]) };
    Ok((Call { name: &rest[..1], form }, end))
}

/// Where the next `;` outside quotes stands, or the end.
fn segment_end(rest: &str) -> Result<usize, SyntaxError> {
    let mut quoted = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b';' if !quoted => return Ok(at),
            _ => {}
        }
    }
    if quoted { Err(SyntaxError::OpenQuote) } else { Ok(rest.len()) }
}

/// The length of the run of bytes that `is` holds for.
fn run(text: &str, is: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|b| !is(b)).unwrap_or(text.len())
}

/// One value of a parameter list. It prints as a host would write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawValue<'a> {
    /// Nothing between two commas.
    Absent,
    /// `"text"`, without its quotes.
    Quoted(&'a str),
    /// A number or a bare word.
    Bare(&'a str),
}

impl fmt::Display for RawValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RawValue::Absent => Ok(()),
            RawValue::Quoted(text) => write!(f, "\"{text}\""),
            RawValue::Bare(word) => f.write_str(word),
        }
    }
}

/// Splits a parameter list at its commas. An empty list has no values; a trailing comma adds an
/// absent one.
pub fn split_values(args: &str) -> impl Iterator<Item = Result<RawValue<'_>, SyntaxError>> {
    let mut rest = (!args.is_empty()).then_some(args);
    std::iter::from_fn(move || {
        let text = rest?.trim_start_matches(' ');
        match one_value(text) {
            Ok((value, tail)) => {
                rest = tail;
                Some(Ok(value))
            }
            Err(error) => {
                rest = None;
                Some(Err(error))
            }
        }
    })
}

/// One value, and what follows its comma.
fn one_value(text: &str) -> Result<(RawValue<'_>, Option<&str>), SyntaxError> {
    let (value, after) = if let Some(inner) = text.strip_prefix('"') {
        let (quoted, after) = inner.split_at(run(inner, |b| b != b'"'));
        (RawValue::Quoted(quoted), after.strip_prefix('"').ok_or(SyntaxError::OpenQuote)?)
    } else {
        let (word, after) = text.split_at(run(text, |b| b != b','));
        let word = word.trim_end_matches(' ');
        if word.bytes().any(|b| b == b'"' || b == b' ') {
            return Err(SyntaxError::MissingComma);
        }
        if !word.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(SyntaxError::BareCharacter);
        }
        let value = if word.is_empty() { RawValue::Absent } else { RawValue::Bare(word) };
        (value, after)
    };
    match after.trim_start_matches(' ') {
        "" => Ok((value, None)),
        tail => match tail.strip_prefix(',') {
            Some(tail) => Ok((value, Some(tail))),
            None => Err(SyntaxError::MissingComma),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(line: &str) -> Vec<Result<(&str, Form<'_>), SyntaxError>> {
        let mut at = 0;
        let mut found = Vec::new();
        while let Some(call) = next_call(line, &mut at) {
            let failed = call.is_err();
            found.push(call.map(|c| (c.name, c.form)));
            if failed {
                break;
            }
        }
        found
    }

    #[test]
    fn the_four_forms_of_an_extended_command() {
        assert_eq!(calls("+CSQ"), [Ok(("+CSQ", Form::Execute))]);
        assert_eq!(calls("+csq=?"), [Ok(("+csq", Form::Test))]);
        assert_eq!(calls("+CMEE?"), [Ok(("+CMEE", Form::Read))]);
        assert_eq!(calls("+CMEE=1"), [Ok(("+CMEE", Form::Write("1")))]);
        assert_eq!(calls("+CMEE="), [Ok(("+CMEE", Form::Write("")))]);
        assert_eq!(calls("+CMEE = 1 "), [Ok(("+CMEE", Form::Write("1")))]);
    }

    #[test]
    fn basic_commands_stand_side_by_side() {
        let expected = [
            Ok(("E", Form::Write("0"))),
            Ok(("V", Form::Write("1"))),
            Ok(("&D", Form::Write("2"))),
            Ok(("S3", Form::Write("13"))),
            Ok(("S12", Form::Read)),
            Ok(("I", Form::Execute)),
            Ok(("+CSQ", Form::Execute)),
            Ok(("&F", Form::Execute)),
        ];
        assert_eq!(calls("E0V1&D2S3=13S12?I;+CSQ;&F"), expected);
    }

    #[test]
    fn semicolons_in_quotes_part_nothing_and_a_trailing_one_is_allowed() {
        assert_eq!(
            calls("+A=\"x;y\";+B;"),
            [Ok(("+A", Form::Write("\"x;y\""))), Ok(("+B", Form::Execute))]
        );
        assert_eq!(calls(";;"), []);
    }

    #[test]
    fn what_is_no_command_is_an_error() {
        assert_eq!(calls("+CSQ x"), [Err(SyntaxError::AfterName)]);
        assert_eq!(calls("+CSQ?x"), [Err(SyntaxError::AfterName)]);
        assert_eq!(calls("+"), [Err(SyntaxError::NoCommand)]);
        assert_eq!(calls("+A=\"x"), [Err(SyntaxError::OpenQuote)]);
        assert_eq!(calls("&"), [Err(SyntaxError::NoCommand)]);
        assert_eq!(calls("1"), [Err(SyntaxError::NoCommand)]);
        assert_eq!(calls("é"), [Err(SyntaxError::NoCommand)]);
    }

    #[test]
    fn dialling_takes_the_rest_up_to_a_semicolon() {
        assert_eq!(calls("D*99#"), [Ok(("D", Form::Write("*99#")))]);
        assert_eq!(calls("D12;H"), [Ok(("D", Form::Write("12;"))), Ok(("H", Form::Execute))]);
    }

    fn values(args: &str) -> Vec<Result<RawValue<'_>, SyntaxError>> {
        split_values(args).collect()
    }

    #[test]
    fn values_are_quoted_bare_or_absent() {
        use RawValue::{Absent, Bare, Quoted};
        assert_eq!(values(""), []);
        assert_eq!(
            values("1, \"a,b\",,x"),
            [Ok(Bare("1")), Ok(Quoted("a,b")), Ok(Absent), Ok(Bare("x"))]
        );
        assert_eq!(values("\"a\","), [Ok(Quoted("a")), Ok(Absent)]);
        assert_eq!(values("\"\" , 2 "), [Ok(Quoted("")), Ok(Bare("2"))]);
    }

    #[test]
    fn missing_commas_and_curly_quotes_are_errors() {
        assert_eq!(values("\"a\"1"), [Err(SyntaxError::MissingComma)]);
        assert_eq!(values("1 2"), [Err(SyntaxError::MissingComma)]);
        assert_eq!(values("a\"b\""), [Err(SyntaxError::MissingComma)]);
        assert_eq!(values("“a”"), [Err(SyntaxError::BareCharacter)]);
        assert_eq!(values("SD:*\""), [Err(SyntaxError::MissingComma)]);
    }
}
