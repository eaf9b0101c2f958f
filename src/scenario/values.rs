//! The values that scenarios are made of: texts, numbers, durations, sizes, rates, lists, maps.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::time::{parse_duration, parse_rate, parse_size};

use super::form::{Form, Reader};
use super::node::{Key, Node, Value, quoted};
use super::shape::Shape;

impl Form for String {
    fn shape() -> Shape {
        Shape::Text
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<String> {
        reader.text(node, "a text").map(str::to_owned)
    }
}

impl Form for bool {
    fn shape() -> Shape {
        Shape::Boolean
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<bool> {
        match reader.text(node, "true or false")? {
            "true" => Some(true),
            "false" => Some(false),
            _ => reader.expected(node, "true or false"),
        }
    }
}

/// A whole number from `MIN` to `MAX`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Int<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Int<MIN, MAX> {
    /// The number `value`.
    ///
    /// # Panics
    /// When it is out of range; for constants, where the compiler tells.
    pub const fn of(value: u64) -> Self {
        assert!(value >= MIN && value <= MAX);
        Int(value)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// How often something happens: 1 or more.
pub type Count = Int<1, 1_000_000_000>;

/// A reply code of an FTP server: three digits, the first not 0.
pub type ReplyCode = Int<100, 999>;

impl<const MIN: u64, const MAX: u64> Form for Int<MIN, MAX> {
    fn shape() -> Shape {
        Shape::Integer { min: MIN, max: MAX }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let what = format!("a number from {MIN} to {MAX}");
        let text = reader.text(node, &what)?;
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && (MIN..=MAX).contains(&number) => Some(Int(number)),
            _ => reader.expected(node, what),
        }
    }
}

/// How likely something is: above 0, at most 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(pub f64);

impl Form for Probability {
    fn shape() -> Shape {
        Shape::Number { min: 0.0, max: 1.0 }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Probability> {
        let what = "a probability above 0 and at most 1";
        match reader.text(node, what)?.parse() {
            Ok(p) if p > 0.0 && p <= 1.0 => Some(Probability(p)),
            Ok(0.0) => reader.problem(node.span, "a fault of probability 0 can never fire"),
            _ => reader.expected(node, what),
        }
    }
}

/// How many times as fast as wall time module time runs: 0.001 to 1 000 000.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct TimeScale(pub f64);

impl Form for TimeScale {
    fn shape() -> Shape {
        Shape::Number { min: 0.001, max: 1_000_000.0 }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<TimeScale> {
        let what = "a number from 0.001 to 1000000";
        match reader.text(node, what)?.parse() {
            Ok(scale) if (0.001..=1_000_000.0).contains(&scale) => Some(TimeScale(scale)),
            _ => reader.expected(node, what),
        }
    }
}

/// No scenario means more: whoever writes it has slipped.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl Form for Duration {
    fn shape() -> Shape {
        Shape::Any(vec![
            Shape::Like { pattern: r"^[0-9]+(\.[0-9]+)? ?(us|ms|s|m|h)$", example: "500ms" },
            Shape::Integer { min: 0, max: 0 },
        ])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Duration> {
        let text = reader.text(node, "a duration such as 500ms or 2s")?;
        match parse_duration(text) {
            Ok(duration) if duration <= LONGEST => Some(duration),
            Ok(_) => reader.expected(node, "a duration of at most 24h"),
            Err(error) => reader.problem(node.span, error),
        }
    }
}

/// A duration above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(pub Duration);

impl Form for Period {
    fn shape() -> Shape {
        Duration::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Period> {
        match Duration::read(node, reader)? {
            Duration::ZERO => reader.expected(node, "a duration above 0"),
            duration => Some(Period(duration)),
        }
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

/// No store, file or transfer of a module is larger (1 TiB).
const LARGEST: u64 = 1 << 40;

impl Form for Size {
    fn shape() -> Shape {
        Shape::Any(vec![
            Shape::Integer { min: 0, max: LARGEST },
            Shape::Like {
                pattern: r"^[0-9]+(\.[0-9]+)? ?(B|kB|MB|GB|KiB|MiB|GiB)?$",
                example: "32KiB",
            },
        ])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Size> {
        let text = reader.text(node, "a size such as 1000 or 32KiB")?;
        match parse_size(text) {
            Ok(size) if size <= LARGEST => Some(Size(size)),
            Ok(_) => reader.expected(node, "a size of at most 1024GiB"),
            Err(error) => reader.problem(node.span, error),
        }
    }
}

/// Bits per second, above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub u64);

impl Form for Rate {
    fn shape() -> Shape {
        Shape::Like {
            pattern: r"^[0-9]+(\.[0-9]+)? ?(bit|kbit|Mbit|Gbit)/s$",
            example: "400kbit/s",
        }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Rate> {
        let text = reader.text(node, "a rate such as 400kbit/s")?;
        match parse_rate(text) {
            Ok(0) => reader.expected(node, "a rate above 0: an outage stops everything"),
            Ok(rate) => Some(Rate(rate)),
            Err(error) => reader.problem(node.span, error),
        }
    }
}

impl<T: Form> Form for Option<T> {
    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Option<T>> {
        T::read(node, reader).map(Some)
    }
}

impl<T: Form> Form for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Vec<T>> {
        match &node.value {
            Value::Null => Some(Vec::new()),
            Value::List(items) => {
                // Every item is read, so that all their problems are told.
                let read: Vec<Option<T>> = items.iter().map(|item| T::read(item, reader)).collect();
                read.into_iter().collect()
            }
            _ => reader.expected(node, "a list"),
        }
    }
}

/// A key that the writer of a scenario chooses.
pub trait KeyForm: Ord + Sized {
    /// What every such key matches.
    const PATTERN: &'static str;

    /// Reads it, or says what was expected.
    fn read_key(text: &str) -> Result<Self, String>;
}

impl KeyForm for String {
    const PATTERN: &'static str = ".+";

    fn read_key(text: &str) -> Result<String, String> {
        if text.is_empty() { Err("a name".to_owned()) } else { Ok(text.to_owned()) }
    }
}

impl Reader {
    /// The entries of a mapping whose keys its writer chose, each read by `read`. Keys that mean
    /// the same are a problem.
    pub(super) fn entries<K: KeyForm, V>(
        &mut self,
        node: &Node,
        mut read: impl FnMut(&Key, &K, &Node, &mut Reader) -> Option<V>,
    ) -> Option<BTreeMap<K, V>> {
        let mut found = BTreeMap::new();
        let entries: &[(Key, Node)] = match &node.value {
            Value::Null => &[],
            Value::Map(entries) => entries,
            _ => return self.expected(node, "a mapping"),
        };
        let mut complete = true;
        for (key, value) in entries {
            let name = match K::read_key(&key.name) {
                Ok(name) => name,
                Err(expected) => {
                    let message = format!("expected {expected}, found {}", quoted(&key.name));
                    self.problem::<()>(key.span, message);
                    complete = false;
                    continue;
                }
            };
            let Some(value) = read(key, &name, value, self) else {
                complete = false;
                continue;
            };
            if found.insert(name, value).is_some() {
                let message = format!("{} means the same as a key before it", quoted(&key.name));
                self.problem::<()>(key.span, message);
            }
        }
        complete.then_some(found)
    }
}

impl<K: KeyForm, V: Form> Form for BTreeMap<K, V> {
    fn shape() -> Shape {
        Shape::Map(vec![(K::PATTERN, V::shape())])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<BTreeMap<K, V>> {
        reader.entries(node, |_, _, value, reader| V::read(value, reader))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn values_read_as_they_are_written() {
        assert_eq!(read("x y"), Some("x y".to_owned()));
        assert_eq!(read("1234"), Some("1234".to_owned()));
        assert_eq!(read("true"), Some(true));
        assert_eq!(read("452"), Some(ReplyCode::of(452)));
        assert_eq!(read("0.5"), Some(Probability(0.5)));
        assert_eq!(read("20"), Some(TimeScale(20.0)));
        assert_eq!(read("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(read("32KiB"), Some(Size(32 * 1024)));
        assert_eq!(read("400kbit/s"), Some(Rate(400_000)));
        assert_eq!(
            read("[1s, 2s]"),
            Some(vec![Period(Duration::from_secs(1)), Period(Duration::from_secs(2))])
        );
        assert_eq!(read("a: b"), Some(BTreeMap::from([("a".to_owned(), "b".to_owned())])));
    }

    #[test]
    fn what_is_not_such_a_value_is_told_with_what_was_expected() {
        let duration =
            "is not a duration: expected a number with us, ms, s, m or h, such as 500ms or 2s";
        let found: [(Vec<String>, String); 16] = [
            (problems::<String>("[]"), "expected a text, found a list".to_owned()),
            (problems::<String>("~"), "expected a text, found nothing".to_owned()),
            (problems::<bool>("yes"), "expected true or false, found `yes`".to_owned()),
            (
                problems::<ReplyCode>("99"),
                "expected a number from 100 to 999, found `99`".to_owned(),
            ),
            (
                problems::<ReplyCode>("+200"),
                "expected a number from 100 to 999, found `+200`".to_owned(),
            ),
            (
                problems::<Count>("-1"),
                "expected a number from 1 to 1000000000, found `-1`".to_owned(),
            ),
            (problems::<Probability>("0"), "a fault of probability 0 can never fire".to_owned()),
            (
                problems::<Probability>("nan"),
                "expected a probability above 0 and at most 1, found `nan`".to_owned(),
            ),
            (
                problems::<TimeScale>("0"),
                "expected a number from 0.001 to 1000000, found `0`".to_owned(),
            ),
            (problems::<Duration>("-1s"), format!("`-1s` {duration}")),
            (problems::<Duration>("5"), format!("`5` {duration}")),
            (
                problems::<Duration>("25h"),
                "expected a duration of at most 24h, found `25h`".to_owned(),
            ),
            (problems::<Period>("0ms"), "expected a duration above 0, found `0ms`".to_owned()),
            (
                problems::<Size>("2000GiB"),
                "expected a size of at most 1024GiB, found `2000GiB`".to_owned(),
            ),
            (
                problems::<Rate>("0bit/s"),
                "expected a rate above 0: an outage stops everything, found `0bit/s`".to_owned(),
            ),
            (problems::<Vec<bool>>("x"), "expected a list, found `x`".to_owned()),
        ];
        for (found, expected) in found {
            assert_eq!(found, [format!("1:1: {expected}")]);
        }
    }

    #[test]
    fn every_bad_item_is_told() {
        assert_eq!(
            problems::<Vec<bool>>("[true, 1, x]"),
            ["1:8: expected true or false, found `1`", "1:11: expected true or false, found `x`",]
        );
        assert_eq!(
            problems::<BTreeMap<String, bool>>("{'': true, a: 3}"),
            ["1:2: expected a name, found ``", "1:15: expected true or false, found `3`"]
        );
    }
}
