//! YAML → [`Node`]s. The only file that knows which parser reads it.
//!
//! A parser that gives events with their places is needed, because everything wrong with a file is
//! reported at once, each at its own place; one that builds values, as serde_yaml does, has a
//! place only for the first error.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Marks, Tag};

use super::diagnostic::Problem;
use super::node::{Key, Node, Span, Value};

/// Mappings and lists may be nested so deep. What a scenario needs is 7.
const MAX_DEPTH: usize = 32;

/// A file may have so many nodes, those that aliases repeat included.
const MAX_NODES: usize = 20_000;

/// Reads the only document of `text`; with it what is wrong, such as a key that stands there
/// twice. Without a tree the text is not YAML, or more of it than anybody needs.
pub(super) fn parse(text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut builder = Builder {
        events: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        nodes: 0,
        problems: Vec::new(),
    };
    match builder.document() {
        Ok(node) => (Some(node), builder.problems),
        Err(problem) => (None, vec![problem]),
    }
}

struct Builder<'a, P: Iterator<Item = Parsed<'a>>> {
    events: P,
    /// Nodes that aliases may repeat, and of how many nodes each consists.
    anchors: BTreeMap<usize, (Node, usize)>,
    nodes: usize,
    problems: Vec<Problem>,
}

type Parsed<'a> = Result<(Event<'a>, Marks), saphyr_parser::ScanError>;

impl<'a, P: Iterator<Item = Parsed<'a>>> Builder<'a, P> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.events.next() {
            Some(Ok((event, marks))) => Ok((event, span(marks))),
            Some(Err(error)) => Err(Problem::new(
                span(Marks::empty(*error.marker())),
                format!("this is not YAML: {}", error.info()),
            )),
            None => Ok((Event::StreamEnd, START)),
        }
    }

    fn document(&mut self) -> Result<Node, Problem> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if document.is_some() => {
                    return Err(Problem::new(span, "a second document: a file is one scenario"));
                }
                Event::Nothing
                | Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
                event => document = Some(self.node(event, span, 0)?),
            }
        }
        document.ok_or_else(|| Problem::new(START, "an empty file: expected `scenario: NAME`"))
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Problem> {
        if depth > MAX_DEPTH {
            return Err(Problem::new(span, format!("nested more than {MAX_DEPTH} deep")));
        }
        let before = self.nodes;
        self.count(1, span)?;
        let (anchor, tag, value) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::Scalar(text, style, anchor, tag) => (anchor, tag, scalar(text, style)),
            Event::SequenceStart(anchor, tag) => (anchor, tag, self.list(depth)?),
            Event::MappingStart(anchor, tag) => (anchor, tag, self.map(depth)?),
            _ => return Err(Problem::new(span, "this is not YAML: a value is missing")),
        };
        self.refuse_tag(tag, span);
        let node = Node { span, value };
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before));
        }
        Ok(node)
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Problem> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            let what = format!("more than {MAX_NODES} values, those that aliases repeat included");
            return Err(Problem::new(span, what));
        }
        Ok(())
    }

    /// The repeated node keeps its place: what is wrong is wrong there.
    fn alias(&mut self, anchor: usize, span: Span) -> Result<Node, Problem> {
        let Some(&(_, nodes)) = self.anchors.get(&anchor) else {
            return Err(Problem::new(span, "an alias inside of what it repeats"));
        };
        self.count(nodes, span)?;
        Ok(self.anchors[&anchor].0.clone())
    }

    fn list(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Map(entries)),
                (event, span) => self.node(event, span, depth + 1)?,
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            let Value::Scalar(name) = key.value else {
                let found = key.describe();
                self.problems.push(Problem::new(key.span, format!("a key is a word, not {found}")));
                continue;
            };
            match places.get(&name) {
                None => {
                    places.insert(name.clone(), key.span.line);
                    entries.push((Key { span: key.span, name }, value));
                }
                Some(line) => {
                    let what = format!("`{name}` stands here twice: first in line {line}");
                    self.problems.push(Problem::new(key.span, what));
                }
            }
        }
    }

    fn refuse_tag(&mut self, tag: Option<Cow<'_, Tag>>, span: Span) {
        if let Some(tag) = tag {
            let what = format!("the tag `{tag}`: scenarios are written without tags");
            self.problems.push(Problem::new(span, what));
        }
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    match (style, &*text) {
        (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        _ => Value::Scalar(text.into_owned()),
    }
}

/// The first character of the file.
pub(super) const START: Span = Span { line: 1, column: 1, width: 1 };

fn span(marks: Marks) -> Span {
    let Marks { start, end } = marks;
    let one_line = |end: Marker| end.line() == start.line();
    let width = if one_line(end) { end.index() - start.index() } else { 1 };
    Span { line: start.line(), column: start.col() + 1, width: width.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as one line, each node with its place.
    fn show(node: &Node) -> String {
        let Span { line, column, width } = node.span;
        let value = match &node.value {
            Value::Null => "null".to_owned(),
            Value::Scalar(text) => format!("{text:?}+{width}"),
            Value::List(items) => format!("{:?}", items.iter().map(show).collect::<Vec<_>>()),
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let Span { line, column, .. } = key.span;
                    format!("{}@{line}:{column}={}", key.name, show(value))
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
        };
        format!("{line}:{column} {value}").replace(['\\', '"'], "")
    }

    fn problems(text: &str) -> Vec<String> {
        let (_, problems) = parse(text);
        problems
            .iter()
            .map(|p| format!("{}:{}: {}", p.span.line, p.span.column, p.message))
            .collect()
    }

    #[test]
    fn every_node_knows_its_place() {
        let (node, problems) = parse("a: 1\nlist:\n  - é: x\n  - \"y z\"\nnone:\n");
        assert_eq!(
            show(&node.expect("a tree")),
            "1:1 {a@1:1=1:4 1+1 list@2:1=3:3 [3:5 {é@3:5=3:8 x+1}, 4:5 y z+5] none@5:1=5:5 null}"
        );
        assert_eq!(problems, []);
    }

    #[test]
    fn an_alias_repeats_a_node_at_the_place_of_the_first() {
        let (node, problems) = parse("a: &x [1]\nb: *x\n");
        assert_eq!(show(&node.expect("a tree")), "1:1 {a@1:1=1:4 [1:8 1+1] b@2:1=1:4 [1:8 1+1]}");
        assert_eq!(problems, []);
    }

    #[test]
    fn quotes_make_a_text_of_null() {
        let (node, _) = parse("[null, ~, '', 'null']");
        assert_eq!(show(&node.expect("a tree")), "1:1 [1:2 null, 1:8 null, 1:11 +2, 1:15 null+6]");
    }

    #[test]
    fn what_is_not_one_yaml_document_is_told_with_its_place() {
        for (text, expected) in [
            ("a: b: c", "1:5: this is not YAML: mapping values are not allowed in this context"),
            ("a: *x", "1:4: this is not YAML: while parsing node, found unknown anchor"),
            ("a: 1\n---\nb: 2", "2:1: a second document: a file is one scenario"),
            ("", "1:1: an empty file: expected `scenario: NAME`"),
            ("# nothing\n", "1:1: an empty file: expected `scenario: NAME`"),
        ] {
            assert_eq!(problems(text), [expected], "{text:?}");
        }
    }

    #[test]
    fn what_yaml_allows_and_a_scenario_does_not_is_told_all_at_once() {
        assert_eq!(
            problems("a: 1\n[b]: 2\na: !x 3\n"),
            [
                "2:1: a key is a word, not a list",
                "3:4: the tag `!x`: scenarios are written without tags",
                "3:1: `a` stands here twice: first in line 1",
            ]
        );
    }

    #[test]
    fn nesting_and_repetition_have_bounds() {
        let deep = "[".repeat(MAX_DEPTH + 2);
        assert!(problems(&deep)[0].contains("nested more than 32 deep"), "{:?}", problems(&deep));
        let deep = "- ".repeat(1 << 18);
        assert_eq!(problems(&deep), ["1:67: nested more than 32 deep"]);
        let deep = "[".repeat(1 << 20);
        assert_eq!(problems(&deep).len(), 1);

        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let again = format!("*a{}, ", level - 1).repeat(10);
            bomb += &format!("a{level}: &a{level} [{again}]\n");
        }
        let found = problems(&bomb);
        assert_eq!(found.len(), 1, "{found:?}");
        let long = "- x\n".repeat(MAX_NODES);
        assert_eq!(
            problems(&long),
            ["20000:3: more than 20000 values, those that aliases repeat included"]
        );
    }
}
