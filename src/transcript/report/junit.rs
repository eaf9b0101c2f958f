//! Reports as JUnit XML, the dialect that Jenkins, Surefire and GitLab share: a suite for each
//! modem of a scenario, a test case for each thing that had to be true. Nothing in it depends on
//! wall time or on the machine.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::Writer;

use super::story::{Step, story};
use super::text::{bounded, visible};
use super::{Case, CaseKind, Failure, Report};

/// So many steps of a dialogue stand in `system-out`: the first of them, and the last.
const SHOWN: (usize, usize) = (200, 800);

type Xml = Writer<Vec<u8>>;

/// `reports` as a document.
pub fn document(reports: &[Report]) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory can't fail, and what was written came from strings.
    let _ = write(&mut xml, reports);
    String::from_utf8_lossy(&xml.into_inner()).into_owned() + "\n"
}

fn write(xml: &mut Xml, reports: &[Report]) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests: usize = reports.iter().map(|report| report.cases.len()).sum();
    let failures: usize = reports.iter().map(|report| report.failures().count()).sum();
    let took: Duration = reports.iter().map(|report| report.took).sum();
    xml.create_element("testsuites")
        .with_attribute(("name", "qftpsim"))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("time", seconds(took).as_str()))
        .write_inner_content(|xml| reports.iter().try_for_each(|report| suite(xml, report)))?;
    Ok(())
}

fn suite(xml: &mut Xml, report: &Report) -> io::Result<()> {
    xml.create_element("testsuite")
        .with_attribute(("name", visible(&report.title()).as_str()))
        .with_attribute(("tests", report.cases.len().to_string().as_str()))
        .with_attribute(("failures", report.failures().count().to_string().as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("skipped", "0"))
        .with_attribute(("time", seconds(report.took).as_str()))
        .write_inner_content(|xml| {
            properties(xml, report)?;
            report.cases.iter().try_for_each(|case| test_case(xml, report, case))?;
            let dialogue = BytesText::new(&dialogue(report)).into_owned();
            xml.create_element("system-out").write_text_content(dialogue)?;
            Ok(())
        })?;
    Ok(())
}

fn properties(xml: &mut Xml, report: &Report) -> io::Result<()> {
    let seed = report.start.seed.to_string();
    let properties = [
        ("qftpsim", env!("CARGO_PKG_VERSION")),
        ("modem", &report.start.modem),
        ("model", &report.start.model),
        ("seed", &seed),
        ("description", &report.description),
    ];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in properties {
            xml.create_element("property")
                .with_attribute(("name", name))
                .with_attribute(("value", visible(value).as_str()))
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn test_case(xml: &mut Xml, report: &Report, case: &Case) -> io::Result<()> {
    // Programs take what stands before the last dot for a package.
    let class = format!("{}.{}", report.title().replace('.', "_"), case.kind.word());
    // Only the program takes time of its own: that of the run.
    let took = if case.kind == CaseKind::Program { report.took } else { Duration::ZERO };
    let element = xml
        .create_element("testcase")
        .with_attribute(("classname", visible(&class).as_str()))
        .with_attribute(("name", visible(&case.name).as_str()))
        .with_attribute(("time", seconds(took).as_str()));
    match &case.failure {
        None => element.write_empty()?,
        Some(failure) => element.write_inner_content(|xml| {
            let message = format!("expected {}, but {}", failure.expected, failure.actual);
            xml.create_element("failure")
                .with_attribute(("message", visible(&message).as_str()))
                .with_attribute(("type", case.kind.word()))
                .write_text_content(BytesText::new(&visible(&failure_text(failure))))?;
            Ok(())
        })?,
    };
    Ok(())
}

fn failure_text(failure: &Failure) -> String {
    let mut text = format!("expected: {}\nactual:   {}\n", failure.expected, failure.actual);
    if !failure.received.is_empty() {
        text += "received:\n";
        for received in &failure.received {
            let _ = writeln!(text, "  {received}");
        }
    }
    text
}

/// The dialogue as text, its middle left out if it is long.
fn dialogue(report: &Report) -> String {
    let steps = story(&report.entries);
    let (first, left_out, last) = bounded(&steps, SHOWN);
    let mut text = String::from("\n");
    if report.left_out > 0 {
        let _ = writeln!(text, "({} entries before this are not kept)", report.left_out);
    }
    first.iter().for_each(|step| put(&mut text, step));
    if left_out > 0 {
        let _ = writeln!(text, "({left_out} steps are left out here)");
    }
    last.iter().for_each(|step| put(&mut text, step));
    visible(&text)
}

fn put(text: &mut String, step: &Step) {
    let (at, path) = (step.at.to_string(), step.path.words());
    let gap = if step.meaning.is_empty() { "" } else { "   # " };
    let _ = writeln!(text, "{at:>13}  {path:14}  {}{gap}{}", step.text, step.meaning);
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use quick_xml::events::BytesStart;
    use quick_xml::reader::Reader;

    use super::super::fixture;
    use super::*;

    /// The elements of a document with their attributes and their text, in order.
    fn elements(document: &str) -> Vec<(String, String)> {
        let mut reader = Reader::from_str(document);
        let mut found: Vec<(String, String)> = Vec::new();
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(tag) | Event::Empty(tag) => found.push((shown(&tag), String::new())),
                Event::Text(text) => {
                    if let Some((_, so_far)) = found.last_mut() {
                        *so_far += &text.xml10_content();
                    }
                }
                Event::GeneralRef(entity) => {
                    if let Some((_, so_far)) = found.last_mut() {
                        let _ = write!(so_far, "&{};", &*entity);
                    }
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    fn shown(tag: &BytesStart<'_>) -> String {
        let text: &str = tag;
        text.to_owned()
    }

    #[test]
    fn a_suite_counts_its_cases_and_says_what_the_run_depends_on() {
        let found = elements(&document(&[fixture::failed(), fixture::empty()]));
        let tags: Vec<_> = found.iter().map(|(tag, _)| tag.as_str()).collect();
        assert!(tags[0].starts_with(r#"testsuites name="qftpsim" tests="2" failures="1""#));
        assert!(tags[1].starts_with(
            r#"testsuite name="quota-in-the-middle, modem0" tests="2" failures="1" errors="0""#
        ));
        assert!(tags.contains(&r#"property name="seed" value="7""#));
        assert!(tags.contains(&r#"property name="model" value="EC25""#));
        let version = format!(r#"property name="qftpsim" value="{}""#, env!("CARGO_PKG_VERSION"));
        assert!(tags.contains(&version.as_str()));
        assert!(tags.iter().any(|tag| tag.starts_with(r#"testsuite name="modem1" tests="0""#)));
    }

    #[test]
    fn a_failure_says_what_was_expected_what_was_found_and_what_was_received() {
        let found = elements(&document(&[fixture::failed()]));
        let (tag, text) =
            found.iter().find(|(tag, _)| tag.starts_with("failure")).expect("a failure");
        assert!(tag.contains(r#"message="expected no unknown command, but AT+NONSENSE=&quot;"#));
        assert!(tag.contains(r#"type="expectation""#));
        assert!(text.contains("expected: no unknown command\n"), "{text}");
        assert!(text.contains("received:\n  AT+QIACT=1\n"), "{text}");
    }

    #[test]
    fn what_xml_cannot_hold_is_made_visible() {
        let document = document(&[fixture::failed()]);
        assert!(document.contains("&lt;b&gt;&amp;amp;␛"), "{document}");
        assert!(document.contains("AT+NONSENSE &lt;&amp;\u{fffd}"));
        assert!(!document.contains(['\x1b', '\u{ffff}']));
    }

    #[test]
    fn the_same_run_makes_the_same_document() {
        assert_eq!(document(&[fixture::failed()]), document(&[fixture::failed()]));
    }

    #[test]
    fn the_dialogue_is_bounded() {
        let mut report = fixture::failed();
        let entry = report.entries[3].clone();
        report.entries.extend(std::iter::repeat_n(entry, 5000));
        let document = document(&[report]);
        assert!(document.contains("steps are left out here"));
        assert!(document.lines().count() < 1100);
    }
}
