//! The declarations that a scenario file is read by. From one declaration come the reader, its
//! messages and the schema: `record!` for a mapping with known keys, `words!` for a choice of
//! words, `choice!` for a choice of mappings.

use std::fmt::Display;
use std::path::PathBuf;

use super::diagnostic::Problem;
use super::node::{Node, Span, Value, quoted};
use super::shape::Shape;

/// A value that can be written in a scenario.
pub trait Form: Sized {
    /// How it is written.
    fn shape() -> Shape;

    /// Reads it. `None` means that a problem was reported; with other problems there may be a
    /// value all the same, so that the checks after it find theirs.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;
}

/// What a file is read with: collects the problems.
#[derive(Debug)]
pub struct Reader {
    /// The folder of the file, canonical: other files it names are below it. `None` for a text
    /// that is no file.
    pub(super) folder: Option<PathBuf>,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(folder: Option<PathBuf>) -> Reader {
        Reader { folder, problems: Vec::new() }
    }

    /// Notes a problem; returns `None`, so that a reader can end with it.
    pub(crate) fn problem<T>(&mut self, span: Span, message: impl Display) -> Option<T> {
        self.problems.push(Problem::new(span, message.to_string()));
        None
    }

    /// Notes that something else was expected at `node`.
    pub(crate) fn expected<T>(&mut self, node: &Node, what: impl Display) -> Option<T> {
        self.problem(node.span, format!("expected {what}, found {}", node.describe()))
    }

    /// The text of a scalar.
    pub(crate) fn text<'a>(&mut self, node: &'a Node, what: impl Display) -> Option<&'a str> {
        match &node.value {
            Value::Scalar(text) => Some(text),
            _ => self.expected(node, what),
        }
    }

    /// The entries of a mapping with known keys. A scalar or a list stands for the key
    /// `short`; nothing is an empty mapping.
    pub(crate) fn fields<'a>(
        &mut self,
        node: &'a Node,
        keys: &[&'static str],
        short: Option<&'static str>,
    ) -> Option<Fields<'a>> {
        match &node.value {
            Value::Null => {}
            Value::Scalar(_) | Value::List(_) if short.is_some() => {}
            Value::Map(entries) => {
                for (key, _) in entries {
                    if !keys.contains(&key.name.as_str()) {
                        let hint = hint(&key.name, keys.iter().copied());
                        let found = quoted(&key.name);
                        self.problem::<()>(key.span, format!("unknown key {found}: {hint}"));
                    }
                }
            }
            _ if keys.is_empty() => return self.expected(node, "nothing, or {}"),
            _ => return self.expected(node, format!("a mapping of {}", keys.join(", "))),
        }
        Some(Fields { node, short })
    }
}

/// The entries of a mapping with known keys.
#[derive(Debug)]
pub struct Fields<'a> {
    node: &'a Node,
    short: Option<&'static str>,
}

impl<'a> Fields<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        match &self.node.value {
            Value::Scalar(_) | Value::List(_) => (self.short == Some(key)).then_some(self.node),
            _ => self.node.get(key),
        }
    }

    /// The value of a key that must be there.
    pub(crate) fn required<T: Form>(&self, key: &str, reader: &mut Reader) -> Option<T> {
        match self.get(key) {
            Some(value) => T::read(value, reader),
            None => reader.problem(self.node.span, format!("the key `{key}` is missing here")),
        }
    }

    /// The value of a key, or what holds without it.
    pub(crate) fn optional<T: Form>(
        &self,
        key: &str,
        default: T,
        reader: &mut Reader,
    ) -> Option<T> {
        match self.get(key) {
            Some(value) => T::read(value, reader),
            None => Some(default),
        }
    }
}

/// `did you mean …?`, or all that is expected.
pub(super) fn hint<'a>(word: &str, expected: impl Iterator<Item = &'a str> + Clone) -> String {
    let length = word.chars().count();
    let close = (length / 3).max(1);
    let nearest = expected
        .clone()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= close)
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, _)| distance <= close);
    match nearest {
        Some((_, candidate)) => format!("did you mean `{candidate}`?"),
        None if expected.clone().next().is_none() => "nothing is expected here".to_owned(),
        None => format!("expected one of {}", expected.collect::<Vec<_>>().join(", ")),
    }
}

/// How many characters have to be put in, taken out, replaced, or swapped with the next one
/// (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    // Nobody means a word of thousands of characters.
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Declares a mapping with known keys: the struct, its reader and its shape.
///
/// A field with `= value` may be left out. `short "key"`: a scalar or a list in place of the
/// mapping stands for that key. `field as "key"`: the key, where Rust wants the word for itself. `check path`:
/// what is to be looked at when the whole was read (`fn(&Self, &Node, &mut Reader)`).
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident $(short $short:literal)? {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident $(as $key:literal)? : $ty:ty $(= $default:expr)?
            ),* $(,)?
        }
        $(check $check:path)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[doc = $field_doc])* pub $field: $ty),* }

        impl $crate::scenario::form::Form for $name {
            fn shape() -> $crate::scenario::shape::Shape {
                use $crate::scenario::shape::{Record, Shape};
                Shape::Record(Record {
                    name: stringify!($name),
                    doc: concat!($($doc),*).trim(),
                    short: $crate::scenario::form::record!(@short $($short)?),
                    fields: vec![$($crate::scenario::shape::Field {
                        key: $crate::scenario::form::record!(@key $field $($key)?),
                        doc: concat!($($field_doc),*).trim(),
                        shape: <$ty as $crate::scenario::form::Form>::shape(),
                        required: $crate::scenario::form::record!(@required $($default)?),
                    }),*],
                })
            }

            fn read(
                node: &$crate::scenario::node::Node,
                reader: &mut $crate::scenario::form::Reader,
            ) -> Option<$name> {
                let keys = &[$($crate::scenario::form::record!(@key $field $($key)?)),*];
                let short = $crate::scenario::form::record!(@short $($short)?);
                let _fields = reader.fields(node, keys, short)?;
                $(let $field = $crate::scenario::form::record!(
                    @read _fields, reader, $crate::scenario::form::record!(@key $field $($key)?)
                    $(, $default)?
                );)*
                let value = $name { $($field: $field?),* };
                $($check(&value, node, reader);)?
                Some(value)
            }
        }
    };
    (@short) => { None };
    (@short $short:literal) => { Some($short) };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@required) => { true };
    (@required $default:expr) => { false };
    (@read $fields:ident, $reader:ident, $key:expr) => { $fields.required($key, $reader) };
    (@read $fields:ident, $reader:ident, $key:expr, $default:expr) => {
        $fields.optional($key, $default, $reader)
    };
}
pub(crate) use record;

/// Declares an enum that is written as one of several words.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident { $($(#[doc = $word_doc:literal])* $variant:ident = $word:literal),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[doc = $word_doc])* $variant),* }

        impl $name {
            /// Every one, in the order of their declaration.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// How it is written.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }

        impl $crate::scenario::form::Form for $name {
            fn shape() -> $crate::scenario::shape::Shape {
                use $crate::scenario::shape::{Shape, Word};
                Shape::Words(vec![$(Word {
                    name: $word.to_owned(),
                    doc: concat!($($word_doc),*).trim(),
                }),*])
            }

            fn read(
                node: &$crate::scenario::node::Node,
                reader: &mut $crate::scenario::form::Reader,
            ) -> Option<$name> {
                reader.word(node, $name::ALL, $name::word)
            }
        }
    };
}
pub(crate) use words;

/// Declares an enum that is written as a mapping with one key, which says which it is; or as that
/// key alone, when everything below it may be left out. Each variant holds the record of its name.
/// `as Trait`: a trait that all of them have.
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident $(as $view:ident)? { $($variant:ident = $key:literal),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name { $(#[doc = concat!("`", $key, "`")] $variant($variant)),* }

        impl $name {
            /// The key that says which it is.
            pub fn key(&self) -> &'static str {
                match self { $($name::$variant(_) => $key),* }
            }

        }

        $crate::scenario::form::choice!(@view [$($view)?] $name $($variant)*);

        impl $crate::scenario::form::Form for $name {
            fn shape() -> $crate::scenario::shape::Shape {
                use $crate::scenario::shape::{Field, Record, Shape};
                let mut fields = Vec::new();
                $({
                    let shape = <$variant as $crate::scenario::form::Form>::shape();
                    let doc = match &shape { Shape::Record(record) => record.doc, _ => "" };
                    fields.push(Field { key: $key, doc, shape, required: false });
                })*
                let doc = concat!($($doc),*).trim();
                Shape::Choice(Record { name: stringify!($name), doc, short: None, fields })
            }

            fn read(
                node: &$crate::scenario::node::Node,
                reader: &mut $crate::scenario::form::Reader,
            ) -> Option<$name> {
                let (key, value) = reader.one_of(node, &[$($key),*])?;
                match key {
                    $($key => <$variant as $crate::scenario::form::Form>::read(&value, reader)
                        .map($name::$variant),)*
                    // `one_of` gives back nothing else.
                    _ => None,
                }
            }
        }
    };
    (@view [] $name:ident $($variant:ident)*) => {};
    (@view [$view:ident] $name:ident $($variant:ident)*) => {
        impl $name {
            /// What all of them have.
            pub fn get(&self) -> &dyn $view {
                match self { $($name::$variant(one) => one),* }
            }
        }
    };
}
pub(super) use choice;

impl Reader {
    /// The one of `all` whose word stands here.
    pub(crate) fn word<T: Copy>(
        &mut self,
        node: &Node,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let words: Vec<_> = all.iter().map(|one| word(*one)).collect();
        let text = self.text(node, format_args!("one of {}", words.join(", ")))?;
        match all.iter().find(|one| word(**one) == text) {
            Some(one) => Some(*one),
            None => {
                let hint = hint(text, words.iter().copied());
                self.problem(node.span, format!("unknown word {}: {hint}", node.describe()))
            }
        }
    }

    /// The only key of a mapping, which must be one of `keys`, and its value; a word alone is a
    /// key without a value.
    pub(crate) fn one_of(
        &mut self,
        node: &Node,
        keys: &[&'static str],
    ) -> Option<(&'static str, Node)> {
        let (name, span, value) = match &node.value {
            Value::Scalar(word) => (word, node.span, Node { span: node.span, value: Value::Null }),
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => (&key.name, key.span, value.clone()),
                [] => return self.expected(node, format!("one of {}", keys.join(", "))),
                [_, (second, _), ..] => {
                    let name = quoted(&second.name);
                    let message = format!("one key is expected here, {name} is a second");
                    return self.problem(second.span, message);
                }
            },
            _ => return self.expected(node, format!("one of {}", keys.join(", "))),
        };
        match keys.iter().find(|key| *key == name) {
            Some(key) => Some((key, value)),
            None => {
                let hint = hint(name, keys.iter().copied());
                self.problem(span, format!("unknown key {}: {hint}", quoted(name)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    record! {
        /// Two values.
        pub struct Pair short "first" {
            /// The first.
            first: String,
            /// The second.
            second as "in": Colour = Colour::Red,
        }
        check Pair::check
    }

    impl Pair {
        fn check(&self, node: &Node, reader: &mut Reader) {
            if self.first == "bad" {
                reader.problem::<()>(node.span_of("first"), "bad is bad");
            }
        }
    }

    record! {
        /// None.
        pub struct Solo {}
    }

    words! {
        /// Colours.
        pub enum Colour {
            /// Like blood.
            Red = "red",
            /// Like grass.
            Green = "green",
        }
    }

    choice! {
        /// One of them.
        pub enum Either { Pair = "pair", Solo = "solo" }
    }

    #[test]
    fn a_record_has_its_keys_their_defaults_and_a_short_form() {
        let pair = |first: &str, second| Some(Pair { first: first.to_owned(), second });
        assert_eq!(read("{first: a, in: green}"), pair("a", Colour::Green));
        assert_eq!(read("first: a"), pair("a", Colour::Red));
        assert_eq!(read("a"), pair("a", Colour::Red));
    }

    #[test]
    fn everything_wrong_with_a_record_is_told_at_once() {
        assert_eq!(
            problems::<Pair>("{frst: a, in: gren, more: 1}"),
            [
                "1:2: unknown key `frst`: did you mean `first`?",
                "1:21: unknown key `more`: expected one of first, in",
                "1:1: the key `first` is missing here",
                "1:15: unknown word `gren`: did you mean `green`?",
            ]
        );
        assert_eq!(problems::<Pair>("[a]"), ["1:1: expected a text, found a list"]);
        assert_eq!(problems::<Pair>(" bad"), ["1:2: bad is bad"]);
        assert_eq!(problems::<Pair>("{in: red, first: bad}"), ["1:18: bad is bad"]);
        assert_eq!(problems::<Solo>("a: 1"), ["1:1: unknown key `a`: nothing is expected here"]);
        assert_eq!(problems::<Solo>("7"), ["1:1: expected nothing, or {}, found `7`"]);
    }

    #[test]
    fn a_word_that_resembles_none_is_told_all() {
        assert_eq!(
            problems::<Colour>("purple"),
            ["1:1: unknown word `purple`: expected one of red, green"]
        );
        assert_eq!(problems::<Colour>("{}"), ["1:1: expected one of red, green, found a mapping"]);
    }

    #[test]
    fn a_choice_is_one_key_or_a_word() {
        assert_eq!(read("solo"), Some(Either::Solo(Solo {})));
        assert_eq!(read("solo: {}"), Some(Either::Solo(Solo {})));
        assert_eq!(read("solo:"), Some(Either::Solo(Solo {})));
        assert_eq!(read::<Either>("pair: a").map(|either| either.key()), Some("pair"));
        for (text, expected) in [
            ("pair", "1:1: the key `first` is missing here"),
            ("soho", "1:1: unknown key `soho`: did you mean `solo`?"),
            ("{}", "1:1: expected one of pair, solo, found a mapping"),
            ("~", "1:1: expected one of pair, solo, found nothing"),
            ("{solo: {}, pair: a}", "1:12: one key is expected here, `pair` is a second"),
        ] {
            assert_eq!(problems::<Either>(text), [expected], "{text}");
        }
    }

    #[test]
    fn the_distance_counts_changed_characters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("modle", "model"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
