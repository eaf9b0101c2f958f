//! Reading single values in tests.

use std::path::PathBuf;

use super::form::{Form, Reader};
use super::yaml;

/// What `text` reads as, and its problems as `line:column: message`.
pub(super) fn read_in<T: Form>(text: &str, folder: Option<PathBuf>) -> (Option<T>, Vec<String>) {
    let (node, mut problems) = yaml::parse(text);
    let mut reader = Reader::new(folder);
    let value = node.and_then(|node| T::read(&node, &mut reader));
    problems.extend(reader.problems);
    let show = problems
        .iter()
        .map(|p| format!("{}:{}: {}", p.span.line, p.span.column, p.message))
        .collect();
    (value, show)
}

/// What `text` reads as, when nothing is wrong with it.
pub(super) fn read<T: Form>(text: &str) -> Option<T> {
    let (value, problems) = read_in(text, None);
    assert_eq!(problems, [] as [String; 0], "{text}");
    value
}

/// What is wrong with `text`.
pub(super) fn problems<T: Form>(text: &str) -> Vec<String> {
    read_in::<T>(text, None).1
}
