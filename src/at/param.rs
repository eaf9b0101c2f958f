//! Typed parameters: what a command declares, the check of a host's values against it, and the
//! text that `=?` prints for it.

use std::fmt::Write as _;

use super::syntax::{RawValue, SyntaxError, split_values};

/// The most parameters any command takes; a longer list is [`ParamError::TooMany`].
pub const MAX_VALUES: usize = 13;

/// One parameter of a command, as declared.
#[derive(Debug)]
pub struct Param {
    /// The vendor's name in angle brackets: `<startpos>`.
    pub name: &'static str,
    /// Type and range.
    pub kind: Kind,
    /// Whether it may be left out.
    pub presence: Presence,
    /// What is taken when it is left out, in words; empty when that is nothing or the old value.
    pub default: &'static str,
    /// What `=?` prints instead of the range or name.
    shown: Option<&'static str>,
}

/// Whether a parameter may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Must be there.
    Required,
    /// May be left out, with all that follow.
    Optional,
    /// Written together with the optional one before it; a host that leaves it out is forgiven.
    Joined,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number without quotes, within one of the ranges (both ends included).
    Number(&'static [(i64, i64)]),
    /// A string in quotes of at most so many bytes.
    Text(usize),
    /// A file or folder name of at most so many bytes; quotes may be left out.
    Name(usize),
    /// A string in quotes of at most so many bytes, or in its place a number within the ranges.
    TextOrNumber(usize, &'static [(i64, i64)]),
    /// A hexadecimal number without quotes, `0XFFFF` or `0xffff`, up to this value.
    Hex(i64),
}

impl Param {
    /// A number within `ranges`.
    pub const fn number(name: &'static str, ranges: &'static [(i64, i64)]) -> Param {
        Param::of(name, Kind::Number(ranges))
    }

    /// A quoted string of at most `max` bytes.
    pub const fn text(name: &'static str, max: usize) -> Param {
        Param::of(name, Kind::Text(max))
    }

    /// A quoted string of at most `max` bytes; a host may put a number within `ranges` there.
    pub const fn text_or_number(
        name: &'static str,
        max: usize,
        ranges: &'static [(i64, i64)],
    ) -> Param {
        Param::of(name, Kind::TextOrNumber(max, ranges))
    }

    /// A file name of at most `max` bytes.
    pub const fn file(name: &'static str, max: usize) -> Param {
        Param::of(name, Kind::Name(max))
    }

    /// A hexadecimal number up to `max`.
    pub const fn hex(name: &'static str, max: i64) -> Param {
        Param::of(name, Kind::Hex(max))
    }

    const fn of(name: &'static str, kind: Kind) -> Param {
        Param { name, kind, presence: Presence::Required, default: "", shown: None }
    }

    /// May be left out; `default` says in words what is taken then.
    pub const fn optional(mut self, default: &'static str) -> Param {
        self.presence = Presence::Optional;
        self.default = default;
        self
    }

    /// Goes together with the optional parameter before it.
    pub const fn joined(mut self, default: &'static str) -> Param {
        self.presence = Presence::Joined;
        self.default = default;
        self
    }

    /// `=?` prints the name instead of the range.
    pub const fn by_name(mut self) -> Param {
        self.shown = Some(self.name);
        self
    }

    /// `=?` prints `text` instead of the range.
    pub const fn shown_as(mut self, text: &'static str) -> Param {
        self.shown = Some(text);
        self
    }

    /// What `=?` prints: `(0-2)`, `(0,1)`, `<hostname>`.
    pub fn test_text(&self) -> String {
        match (self.shown, self.kind) {
            (Some(text), _) => text.to_owned(),
            (None, Kind::Number(_)) => self.range_text(),
            (None, _) => self.name.to_owned(),
        }
    }

    /// The range or the greatest length, for people: `20-180`, `≤ 255 bytes`.
    pub fn range_text(&self) -> String {
        match self.kind {
            Kind::Number(ranges) => format!("({})", ranges_text(ranges)),
            Kind::Text(max) | Kind::Name(max) | Kind::TextOrNumber(max, _) => {
                format!("≤ {max} bytes")
            }
            Kind::Hex(max) => format!("0X0000-0X{max:04X}"),
        }
    }

    fn check<'a>(&self, raw: RawValue<'a>) -> Result<Value<'a>, ParamError> {
        match (self.kind, raw) {
            (_, RawValue::Absent) if self.presence == Presence::Required => {
                Err(ParamError::Missing)
            }
            (_, RawValue::Absent) => Ok(Value::Absent),
            (Kind::Number(ranges) | Kind::TextOrNumber(_, ranges), RawValue::Bare(word)) => {
                let number = number(word)?;
                let fits = ranges.iter().any(|&(low, high)| (low..=high).contains(&number));
                if fits { Ok(Value::Number(number)) } else { Err(ParamError::OutOfRange) }
            }
            (Kind::Hex(max), RawValue::Bare(word)) => {
                let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
                let number = i64::from_str_radix(digits.ok_or(ParamError::WrongType)?, 16)
                    .map_err(|_| ParamError::WrongType)?;
                if (0..=max).contains(&number) {
                    Ok(Value::Number(number))
                } else {
                    Err(ParamError::OutOfRange)
                }
            }
            (
                Kind::Text(max) | Kind::Name(max) | Kind::TextOrNumber(max, _),
                RawValue::Quoted(text),
            )
            | (Kind::Name(max), RawValue::Bare(text)) => {
                if text.len() <= max {
                    Ok(Value::Text(text))
                } else {
                    Err(ParamError::TooLong)
                }
            }
            _ => Err(ParamError::WrongType),
        }
    }
}

/// Decimal, with a sign at most; everything else is no number.
fn number(word: &str) -> Result<i64, ParamError> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParamError::WrongType);
    }
    word.parse().map_err(|_| ParamError::OutOfRange)
}

/// `0-31,99` for the ranges 0–31 and 99.
fn ranges_text(ranges: &[(i64, i64)]) -> String {
    let mut text = String::new();
    for &(low, high) in ranges {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = if low == high {
            write!(text, "{comma}{low}")
        } else {
            write!(text, "{comma}{low}-{high}")
        };
    }
    text
}

/// Joins the `=?` texts of `params` by commas: `<file_name>,<local_name>,<startpos>`.
pub fn flat(params: &[Param]) -> String {
    params.iter().map(Param::test_text).collect::<Vec<_>>().join(",")
}

/// The parameters with their optional parts in brackets, as `=?` of the FILE commands prints them
/// and as a manual writes them: `<filename>[,(1-65535)[,(0,1)]]`.
pub fn nested(params: &[Param], text: impl Fn(&Param) -> String) -> String {
    let mut out = String::new();
    let mut open = 0;
    for (at, param) in params.iter().enumerate() {
        if param.presence == Presence::Optional {
            out.push('[');
            open += 1;
        }
        if at > 0 {
            out.push(',');
        }
        out.push_str(&text(param));
    }
    out.extend(std::iter::repeat_n(']', open));
    out
}

/// A checked value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value<'a> {
    Absent,
    Number(i64),
    Text(&'a str),
}

impl<'a> Value<'a> {
    fn text(self) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn get<T: TryFrom<i64>>(self) -> Option<T> {
        self.number().and_then(|number| T::try_from(number).ok())
    }
}

/// The checked values of one call, by position.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    values: [Value<'a>; MAX_VALUES],
    given: usize,
}

impl<'a> Values<'a> {
    /// Of a call without a parameter list.
    pub const NONE: Values<'static> = Values { values: [Value::Absent; MAX_VALUES], given: 0 };

    /// Checks the parameter list `args` against `params`.
    pub fn parse(args: &'a str, params: &[Param]) -> Result<Values<'a>, ParamError> {
        let mut rest = ArgList::new(args);
        let values = rest.take(params)?;
        rest.end()?;
        Ok(values)
    }

    /// The text at position `at`, or `""` when it was left out.
    pub fn text(&self, at: usize) -> &'a str {
        self.opt_text(at).unwrap_or("")
    }

    /// The text at position `at`, if it was given.
    pub fn opt_text(&self, at: usize) -> Option<&'a str> {
        self.values[at].text()
    }

    /// The number at position `at`, if it was given.
    pub fn number(&self, at: usize) -> Option<i64> {
        self.values[at].number()
    }

    /// The number at position `at`, if it was given and fits `T`. Declared ranges see to it that
    /// it does.
    pub fn get<T: TryFrom<i64>>(&self, at: usize) -> Option<T> {
        self.values[at].get()
    }

    /// How many values the host gave; absent ones at the end do not count.
    pub fn given(&self) -> usize {
        self.given
    }
}

/// A parameter list that is read piece by piece: a key first, then what that key takes.
#[derive(Clone, Debug)]
pub struct ArgList<'a> {
    args: &'a str,
    raw: [RawValue<'a>; MAX_VALUES],
    len: usize,
    at: usize,
    error: Option<ParamError>,
}

impl<'a> ArgList<'a> {
    /// Splits `args`; an error in it is reported by the first call.
    pub fn new(args: &'a str) -> ArgList<'a> {
        let mut list =
            ArgList { args, raw: [RawValue::Absent; MAX_VALUES], len: 0, at: 0, error: None };
        for value in split_values(args) {
            match value {
                Ok(value) if list.len < MAX_VALUES => {
                    list.raw[list.len] = value;
                    list.len += 1;
                }
                Ok(_) => list.error = list.error.or(Some(ParamError::TooMany)),
                Err(error) => list.error = Some(ParamError::Syntax(error)),
            }
        }
        // A trailing comma is forgiven.
        while list.len > 0 && list.raw[list.len - 1] == RawValue::Absent {
            list.len -= 1;
        }
        list
    }

    /// Takes the values for `params`; more may follow.
    pub fn take(&mut self, params: &[Param]) -> Result<Values<'a>, ParamError> {
        let mut values = Values::NONE;
        for (at, param) in params.iter().enumerate() {
            let is_given = !self.is_empty();
            values.values[at] = self.check_next(param)?;
            if is_given {
                values.given = at + 1;
            }
        }
        Ok(values)
    }

    /// Takes one text; `""` when it is left out.
    pub fn take_text(&mut self, param: &Param) -> Result<&'a str, ParamError> {
        Ok(self.check_next(param)?.text().unwrap_or(""))
    }

    /// Takes one number, if it is given and fits `T`.
    pub fn take_number<T: TryFrom<i64>>(&mut self, param: &Param) -> Result<Option<T>, ParamError> {
        Ok(self.check_next(param)?.get())
    }

    fn check_next(&mut self, param: &Param) -> Result<Value<'a>, ParamError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let raw = if self.is_empty() { RawValue::Absent } else { self.raw[self.at] };
        let value = param.check(raw)?;
        self.at = self.len.min(self.at + 1);
        Ok(value)
    }

    /// Whether every value was taken.
    pub fn is_empty(&self) -> bool {
        self.at >= self.len
    }

    /// Errors unless every value was taken.
    pub fn end(&self) -> Result<(), ParamError> {
        match self.error {
            Some(error) => Err(error),
            None if self.is_empty() => Ok(()),
            None => Err(ParamError::TooMany),
        }
    }

    /// The list as written.
    pub fn as_str(&self) -> &'a str {
        self.args
    }
}

/// What is wrong with a parameter list. [`ParamError::Syntax`] is `ERROR` for every command; for
/// the others each command declares its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// Not a parameter list at all.
    #[error(transparent)]
    Syntax(SyntaxError),
    /// A required parameter was left out.
    #[error("a parameter is missing")]
    Missing,
    /// More parameters than the command takes.
    #[error("too many parameters")]
    TooMany,
    /// Text for a number, or a quoted number.
    #[error("a parameter has the wrong type")]
    WrongType,
    /// A number outside its range.
    #[error("a number is out of range")]
    OutOfRange,
    /// A text longer than allowed.
    #[error("a text is too long")]
    TooLong,
    /// A key that the command does not have.
    #[error("there is no such key")]
    UnknownKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUT: &[Param] = &[
        Param::file("<file_name>", 255),
        Param::file("<local_name>", 60),
        Param::number("<startpos>", &[(0, i64::MAX)]).optional("0").by_name(),
        Param::number("<uploadlen>", &[(1, i64::MAX)]).optional("").by_name(),
        Param::number("<beof>", &[(0, 1)]).joined("1").by_name(),
    ];

    #[test]
    fn optional_values_and_trailing_commas() {
        let values = Values::parse("\"a\",\"COM:\"", PUT).unwrap();
        assert_eq!((values.text(0), values.text(1), values.number(2)), ("a", "COM:", None));
        let values = Values::parse("\"a\",\"COM:\",,20,1,", PUT).unwrap();
        assert_eq!(
            (values.number(2), values.number(3), values.number(4)),
            (None, Some(20), Some(1))
        );
        assert_eq!(values.given(), 5);
        let values = Values::parse("a.txt,b", PUT).unwrap();
        assert_eq!((values.text(0), values.text(1)), ("a.txt", "b"));
    }

    #[test]
    fn each_fault_has_its_error() {
        let error = |args: &str| Values::parse(args, PUT).unwrap_err();
        assert_eq!(error("\"a\""), ParamError::Missing);
        assert_eq!(error(""), ParamError::Missing);
        assert_eq!(error("\"a\",\"b\",\"0\""), ParamError::WrongType);
        assert_eq!(error("\"a\",\"b\",x"), ParamError::WrongType);
        assert_eq!(error("\"a\",\"b\",-1"), ParamError::OutOfRange);
        assert_eq!(error("\"a\",\"b\",99999999999999999999"), ParamError::OutOfRange);
        assert_eq!(error("\"a\",\"b\",0,1,1,1"), ParamError::TooMany);
        assert_eq!(error("1,1,1,1,1,1,1,1,1,1,1,1"), ParamError::TooMany);
        assert_eq!(error(&format!("\"a\",\"{}\"", "x".repeat(61))), ParamError::TooLong);
        assert_eq!(error("\"a\"\"b\""), ParamError::Syntax(SyntaxError::MissingComma));
    }

    #[test]
    fn hexadecimal_numbers_stand_without_quotes() {
        const CIPHER: &[Param] = &[Param::hex("<ciphersuite>", 0xFFFF)];
        let value = |args| Values::parse(args, CIPHER).map(|v| v.number(0));
        assert_eq!(value("0xffff"), Ok(Some(0xFFFF)));
        assert_eq!(value(" 0X0035"), Ok(Some(0x35)));
        assert_eq!(value("\"0XFFFF\""), Err(ParamError::WrongType));
        assert_eq!(value("0x10000"), Err(ParamError::OutOfRange));
        assert_eq!(value("35"), Err(ParamError::WrongType));
    }

    #[test]
    fn a_number_may_stand_in_the_place_of_a_text() {
        const EITHER: &[Param] = &[Param::text_or_number("<password>", 3, &[(0, 3)])];
        let values = |args| Values::parse(args, EITHER).map(|v| (v.opt_text(0), v.number(0)));
        assert_eq!(values("\"1\""), Ok((Some("1"), None)));
        assert_eq!(values("1"), Ok((None, Some(1))));
        assert_eq!(values("4"), Err(ParamError::OutOfRange));
        assert_eq!(values("\"long\""), Err(ParamError::TooLong));
        assert_eq!(values("x"), Err(ParamError::WrongType));
    }

    #[test]
    fn test_texts_follow_from_the_declaration() {
        assert_eq!(flat(PUT), "<file_name>,<local_name>,<startpos>,<uploadlen>,<beof>");
        assert_eq!(
            nested(PUT, |p| p.name.to_owned()),
            "<file_name>,<local_name>[,<startpos>[,<uploadlen>,<beof>]]"
        );
        let csq = [
            Param::number("<rssi>", &[(0, 31), (99, 99)]),
            Param::number("<n>", &[(0, 0), (1, 1)]),
        ];
        assert_eq!(flat(&csq), "(0-31,99),(0,1)");
    }
}
