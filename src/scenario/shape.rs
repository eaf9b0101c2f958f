//! How a part of a scenario is written, as data: what `qftpsim schema` prints.

/// How a value is written.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Any text; a number or a word without quotes is one too.
    Text,
    /// A text like these: a regular expression, and an example.
    Like {
        /// The regular expression (ECMA-262) that every such text matches.
        pattern: &'static str,
        /// One such text.
        example: &'static str,
    },
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// The lowest.
        min: u64,
        /// The highest.
        max: u64,
    },
    /// A number with a fraction.
    Number {
        /// The lowest.
        min: f64,
        /// The highest.
        max: f64,
    },
    /// One of these words.
    Words(Vec<Word>),
    /// A list of such values.
    List(Box<Shape>),
    /// A mapping whose keys are chosen by the writer: keys that match the regular expression have
    /// such values.
    Map(Vec<(&'static str, Shape)>),
    /// A mapping with these keys.
    Record(Record),
    /// A mapping with exactly one of these keys, or that key as a word when all below it may be
    /// left out.
    Choice(Record),
    /// Any of these.
    Any(Vec<Shape>),
}

/// A word that may be written.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word.
    pub name: String,
    /// What it means.
    pub doc: &'static str,
}

/// A mapping with known keys.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name, unique among records.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// The key that a scalar in place of the mapping stands for.
    pub short: Option<&'static str>,
    /// Its keys.
    pub fields: Vec<Field>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// How its value is written.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

impl Record {
    /// Whether every key may be left out.
    pub fn may_be_empty(&self) -> bool {
        self.fields.iter().all(|field| !field.required)
    }
}
