//! What is wrong with a scenario file: where, what, and what was expected.

use std::fmt;
use std::io;

use super::MAX_BYTES;
use super::node::Span;

/// Something wrong, at a place of the file that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) span: Span,
    pub(super) message: String,
}

impl Problem {
    /// The message is one line of a length that somebody may read, whatever it repeats of the file.
    pub(super) fn new(span: Span, message: impl Into<String>) -> Problem {
        const MOST: usize = 1000;
        let message = message.into();
        let cut = message.char_indices().nth(MOST).map(|(at, _)| at);
        if cut.is_none() && !message.contains(char::is_control) {
            return Problem { span, message };
        }
        let mut line = String::new();
        for c in message[..cut.unwrap_or(message.len())].chars() {
            if c.is_control() { line.extend(c.escape_debug()) } else { line.push(c) }
        }
        if cut.is_some() {
            line.push('…');
        }
        Problem { span, message: line }
    }
}

/// Why there is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file can't be read.
    #[error("{file}: {error}")]
    Unreadable {
        /// The file, as it was named.
        file: String,
        /// Why not.
        error: io::Error,
    },
    /// The file is larger than [`MAX_BYTES`]; nobody looked into it.
    #[error("{0}: larger than {size} KiB", size = MAX_BYTES / 1024)]
    TooLarge(String),
    /// The file says something that makes no sense.
    #[error("{}", Lines(.0))]
    Invalid(Vec<Diagnostic>),
}

/// One thing wrong with a file. Printed it is `file:line:column: message`, the line of the file
/// and a caret below the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}{snippet}")]
pub struct Diagnostic {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what was expected.
    pub message: String,
    /// The line and the caret, each after a line end; empty when that line isn't text.
    pub snippet: String,
}

/// Diagnostics of one file at a time, beyond which the rest is only counted.
const MOST: usize = 100;

/// The problems found in `text`, in the order of their places.
pub(super) fn diagnostics(file: &str, text: &str, mut problems: Vec<Problem>) -> ScenarioError {
    problems.sort_by_key(|problem| problem.span);
    problems.dedup();
    if let Some(more) = problems.len().checked_sub(MOST + 1) {
        problems.truncate(MOST + 1);
        problems[MOST].message = format!("{} problems more, from here on", more + 1);
    }
    let lines: Vec<&str> = text.lines().collect();
    let diagnostics = problems.into_iter().map(|Problem { span, message }| Diagnostic {
        file: file.to_owned(),
        line: span.line,
        column: span.column,
        message,
        snippet: lines.get(span.line - 1).map_or_else(String::new, |line| snippet(line, span)),
    });
    ScenarioError::Invalid(diagnostics.collect())
}

/// The line with a caret below the place; of a long line the part around it.
fn snippet(line: &str, span: Span) -> String {
    const BEFORE: usize = 60;
    const WIDTH: usize = 100;
    let start = (span.column - 1).saturating_sub(BEFORE);
    let skipped = if start == 0 { "" } else { "…" };
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let part: String = line.chars().skip(start).take(WIDTH).map(visible).collect();
    let indent = " ".repeat(skipped.chars().count() + span.column - 1 - start);
    let caret = "^".repeat(span.width.min(WIDTH));
    let number = span.line;
    format!("\n{number:5} | {skipped}{}\n      | {indent}{caret}", part.trim_end())
}

/// Each on its own lines.
struct Lines<'a>(&'a [Diagnostic]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{diagnostic}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: usize, column: usize, width: usize) -> Problem {
        Problem::new(Span { line, column, width }, "wrong")
    }

    #[test]
    fn a_diagnostic_is_the_place_the_message_and_the_line_with_a_caret() {
        let error = diagnostics("a.yaml", "one: 1\ntwo:\t22\n", vec![problem(2, 6, 2)]);
        assert_eq!(error.to_string(), "a.yaml:2:6: wrong\n    2 | two: 22\n      |      ^^");
    }

    #[test]
    fn a_message_is_one_line_of_bounded_length() {
        let problem = |message: &str| Problem::new(Span { line: 1, column: 1, width: 1 }, message);
        assert_eq!(problem("`a\n\u{1b}é` is wrong").message, "`a\\n\\u{1b}é` is wrong");
        let long = problem(&"é".repeat(100_000)).message;
        assert_eq!(long, "é".repeat(1000) + "…");
    }

    #[test]
    fn they_come_in_the_order_of_the_file_and_not_twice() {
        let problems = vec![problem(2, 1, 1), problem(1, 3, 1), problem(2, 1, 1)];
        let error = diagnostics("a.yaml", "one\ntwo", problems);
        assert_eq!(
            error.to_string(),
            "a.yaml:1:3: wrong\n    1 | one\n      |   ^\na.yaml:2:1: wrong\n    2 | two\n      | ^"
        );
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let line = "x".repeat(1000) + "here" + &"y".repeat(1000);
        let text = snippet(&line, Span { line: 7, column: 1001, width: 4 });
        let expected = format!(
            "\n    7 | …{}here{}\n      | {}^^^^",
            "x".repeat(60),
            "y".repeat(36),
            " ".repeat(61)
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_hundred_are_shown_and_the_rest_counted() {
        let problems = (1..=250).map(|line| problem(line, 1, 1)).collect();
        let ScenarioError::Invalid(found) = diagnostics("a.yaml", "", problems) else {
            panic!("problems are problems");
        };
        assert_eq!(found.len(), 101);
        assert_eq!(found[100].to_string(), "a.yaml:101:1: 150 problems more, from here on");
    }

    #[test]
    fn a_place_after_the_last_line_has_no_snippet() {
        let error = diagnostics("a.yaml", "a", vec![problem(2, 1, 1)]);
        assert_eq!(error.to_string(), "a.yaml:2:1: wrong");
    }
}
