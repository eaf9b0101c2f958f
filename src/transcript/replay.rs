//! Plays a dialogue against anything that takes bytes and gives bytes. A [`Player`] says what to
//! do next and is told what came; it has no clock and no port.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::chat::{Action, Pattern, Step, counter, quote};

/// The silences around `+++`. The module asks for a second (note §1.4); what it takes a byte to
/// reach it is on top.
const GUARD: Duration = Duration::from_millis(1200);

/// What the player wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Send these bytes.
    Send(Bytes),
    /// Let so much time pass. What comes meanwhile is [fed](Player::feed) as ever.
    Pause(Duration),
    /// Wait until something comes and feed it, or say that [nothing came](Player::nothing_came).
    Receive,
    /// The dialogue is over.
    Done,
}

/// A dialogue that is being played.
#[derive(Debug)]
pub struct Player {
    steps: VecDeque<Step>,
    wishes: VecDeque<Wish>,
    received: BytesMut,
    sent: String,
    /// Something else came than expected: until the next command nothing is sent and nothing
    /// waited for. Data for a module that never said `CONNECT` would be command lines to it.
    astray: bool,
    rows: Vec<Row>,
}

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the dialogue, from 1; of what came without being expected, the one before.
    pub line: usize,
    /// How the two sides compare.
    pub verdict: Verdict,
    /// What the dialogue says.
    pub expected: String,
    /// What came.
    pub came: String,
}

/// How what came compares with what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The host's side: nothing to compare.
    Sent,
    /// As expected.
    Same,
    /// Something else.
    Different,
    /// Nothing.
    Missing,
    /// Nothing was expected.
    Unexpected,
    /// Not sent, because something else had come before.
    NotSent,
}

impl Player {
    /// A player of `steps`.
    pub fn new(steps: Vec<Step>) -> Player {
        Player {
            steps: steps.into(),
            wishes: VecDeque::new(),
            received: BytesMut::new(),
            sent: String::new(),
            astray: false,
            rows: Vec::new(),
        }
    }

    /// These bytes came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The player asked for more to come, and nothing did.
    pub fn nothing_came(&mut self) {
        self.astray = true;
    }

    /// What is to be done next.
    pub fn next_wish(&mut self) -> Wish {
        loop {
            if let Some(wish) = self.wishes.pop_front() {
                return wish;
            }
            let Some(step) = self.steps.pop_front() else { return Wish::Done };
            if !self.play(&step) {
                self.steps.push_front(step);
                return Wish::Receive;
            }
        }
    }

    /// The comparison so far.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first row where the sides differ.
    pub fn difference(&self) -> Option<&Row> {
        self.rows.iter().find(|row| !matches!(row.verdict, Verdict::Sent | Verdict::Same))
    }

    /// What came and was not part of the dialogue.
    pub fn into_rest(self) -> BytesMut {
        self.received
    }

    /// Ends the comparison: lines that nobody expected are part of it.
    pub fn finish(mut self) -> Comparison {
        self.drop_lines();
        Comparison { rows: self.rows }
    }

    /// Plays a step; false when more must come first.
    fn play(&mut self, step: &Step) -> bool {
        match &step.action {
            Action::Send(text) => {
                if std::mem::take(&mut self.astray) {
                    self.drop_lines();
                }
                self.row(step.line, Verdict::Sent, format!("> {text}"), String::new());
                self.sent.clone_from(text);
                self.wishes.push_back(Wish::Send(format!("{text}\r").into()));
            }
            Action::SendCount(count) => self.send_data(step.line, counter(*count)),
            Action::SendData(bytes) => self.send_data(step.line, bytes.clone()),
            Action::Escape => {
                let wishes = [Wish::Pause(GUARD), Wish::Send("+++".into()), Wish::Pause(GUARD)];
                self.host_does(step.line, "+++".to_owned(), wishes);
            }
            Action::Pause(time) => self.wishes.push_back(Wish::Pause(*time)),
            Action::Line(pattern) => return self.line(step.line, pattern),
            Action::Count(count) => return self.data(step.line, *count, None),
            Action::Data(bytes) => return self.data(step.line, bytes.len(), Some(bytes)),
        }
        true
    }

    fn send_data(&mut self, line: usize, bytes: Vec<u8>) {
        let text = format!(">> {}", brief(&bytes));
        self.host_does(line, text, [Wish::Send(bytes.into())]);
    }

    fn host_does(&mut self, line: usize, text: String, wishes: impl IntoIterator<Item = Wish>) {
        if self.astray {
            return self.row(line, Verdict::NotSent, text, String::new());
        }
        self.row(line, Verdict::Sent, text, String::new());
        self.wishes.extend(wishes);
    }

    fn line(&mut self, line: usize, pattern: &Pattern) -> bool {
        let expected = |pattern: &Pattern| format!("< {}", pattern.as_str());
        let Some(came) = self.next_line() else {
            if self.astray {
                self.row(line, Verdict::Missing, expected(pattern), String::new());
            }
            return self.astray;
        };
        if pattern.matches(&came) {
            self.row(line, Verdict::Same, expected(pattern), came);
            return true;
        }
        if self.comes_later(pattern) {
            self.row(line, Verdict::Unexpected, String::new(), came);
            return self.line(line, pattern);
        }
        self.astray = true;
        let Some(skipped) = self.expected_later(&came) else {
            self.row(line, Verdict::Different, expected(pattern), came);
            return true;
        };
        self.row(line, Verdict::Missing, expected(pattern), String::new());
        for _ in 0..skipped {
            if let Some(Step { line, action: Action::Line(pattern) }) = self.steps.pop_front() {
                self.row(line, Verdict::Missing, expected(&pattern), String::new());
            }
        }
        if let Some(Step { line, action: Action::Line(pattern) }) = self.steps.pop_front() {
            self.row(line, Verdict::Same, expected(&pattern), came);
        }
        true
    }

    /// Whether a line that has come already, behind the next one, fits `pattern`.
    fn comes_later(&self, pattern: &Pattern) -> bool {
        let text = String::from_utf8_lossy(&self.received);
        text.split_inclusive("\r\n")
            .filter_map(|line| line.strip_suffix("\r\n"))
            .any(|line| pattern.matches(line))
    }

    /// How many lines of this answer are to be skipped until one fits `came`.
    fn expected_later(&self, came: &str) -> Option<usize> {
        let patterns = self.steps.iter().map_while(|step| match &step.action {
            Action::Line(pattern) => Some(pattern),
            _ => None,
        });
        patterns.into_iter().position(|pattern| pattern.matches(came))
    }

    fn data(&mut self, line: usize, count: usize, expected: Option<&Vec<u8>>) -> bool {
        let text = expected.map_or(format!("<< {count}"), |bytes| format!("<< {}", brief(bytes)));
        if self.received.len() < count {
            if self.astray {
                let came = self.received.split();
                let came = if came.is_empty() { String::new() } else { brief(&came) };
                self.row(line, Verdict::Missing, text, came);
            }
            return self.astray;
        }
        let came = self.received.split_to(count);
        let same = expected.is_none_or(|expected| expected[..] == came[..]);
        let verdict = if same { Verdict::Same } else { Verdict::Different };
        self.row(line, verdict, text, brief(&came));
        true
    }

    /// The module's next line that is not blank and not the echo of what was sent.
    fn next_line(&mut self) -> Option<String> {
        while let Some(end) = self.received.windows(2).position(|pair| pair == b"\r\n") {
            let line = self.received.split_to(end + 2);
            let line = String::from_utf8_lossy(&line[..end]).into_owned();
            let echo = line.strip_suffix('\r').is_some_and(|line| line == self.sent);
            if !line.is_empty() && !echo {
                return Some(line);
            }
        }
        None
    }

    /// Lines that have come and that nobody waits for.
    fn drop_lines(&mut self) {
        let line = self.rows.last().map_or(0, |row| row.line);
        while let Some(came) = self.next_line() {
            self.row(line, Verdict::Unexpected, String::new(), came);
        }
        let rest = self.received.split();
        if !rest.is_empty() {
            self.row(line, Verdict::Unexpected, String::new(), brief(&rest));
        }
    }

    fn row(&mut self, line: usize, verdict: Verdict, expected: String, came: String) {
        self.rows.push(Row { line, verdict, expected, came });
    }
}

/// Data as a dialogue writes it; of much data only its length.
fn brief(bytes: &[u8]) -> String {
    if bytes.len() <= 32 { quote(bytes) } else { bytes.len().to_string() }
}

/// What a dialogue says, and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    rows: Vec<Row>,
}

impl Comparison {
    /// Whether everything came as expected, and nothing else.
    pub fn is_equal(&self) -> bool {
        self.differences() == 0
    }

    /// How many rows differ.
    pub fn differences(&self) -> usize {
        let differs = |row: &&Row| !matches!(row.verdict, Verdict::Sent | Verdict::Same);
        self.rows.iter().filter(differs).count()
    }

    /// Both sides as text, the dialogue on the left; `!` marks the rows that differ.
    pub fn side_by_side(&self) -> String {
        let widths = self.rows.iter().map(|row| row.expected.chars().count());
        let width = widths.max().unwrap_or(0).min(60);
        let mut text = String::new();
        for Row { line, verdict, expected, came } in &self.rows {
            let mark = if matches!(verdict, Verdict::Sent | Verdict::Same) { ' ' } else { '!' };
            let came = match verdict {
                Verdict::Missing if came.is_empty() => "(nothing)",
                Verdict::NotSent => "(not sent)",
                _ => came,
            };
            let row = format!("{mark}{line:>4}  {expected:width$}  | {came}");
            // Writing to a text can't fail.
            let _ = writeln!(text, "{}", row.trim_end());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::chat::parse;
    use super::*;

    /// Plays `dialogue` against a module that answers each line with what stands beside it.
    fn play(dialogue: &str, answers: &[(&str, &str)]) -> (Comparison, Vec<u8>) {
        let mut player = Player::new(parse(dialogue).unwrap());
        let mut sent = Vec::new();
        let mut answers = answers.iter();
        loop {
            match player.next_wish() {
                Wish::Send(bytes) => {
                    sent.extend_from_slice(&bytes);
                    let line = String::from_utf8_lossy(&bytes).into_owned();
                    if let Some((_, answer)) = answers.clone().find(|(to, _)| *to == line.trim()) {
                        answers.next();
                        player.feed(answer.as_bytes());
                    }
                }
                Wish::Pause(_) => {}
                Wish::Receive => player.nothing_came(),
                Wish::Done => return (player.finish(), sent),
            }
        }
    }

    fn verdicts(comparison: &Comparison) -> Vec<Verdict> {
        comparison.rows.iter().map(|row| row.verdict).collect()
    }

    const OK: &str = "\r\nOK\r\n";

    #[test]
    fn equal_sides_are_equal() {
        let (comparison, sent) = play(
            "> AT\n< OK\n+++\n... 1s\n> ATI\n< {x}\n<< \"ab\"",
            &[("AT", "AT\r\r\nOK\r\n"), ("ATI", "\r\nQuectel\r\nab")],
        );
        assert!(comparison.is_equal(), "{}", comparison.side_by_side());
        assert_eq!(sent, b"AT\r+++ATI\r");
    }

    #[test]
    fn another_answer_stands_beside_the_one_expected() {
        let (comparison, _) =
            play("> AT+X\n< OK\n> AT\n< OK", &[("AT+X", "\r\nERROR\r\n"), ("AT", OK)]);
        use Verdict::{Different, Same, Sent};
        assert_eq!(verdicts(&comparison), [Sent, Different, Sent, Same]);
        assert_eq!(
            comparison.side_by_side(),
            "    1  > AT+X  |\n!   2  < OK    | ERROR\n    3  > AT    |\n    4  < OK    | OK\n"
        );
    }

    #[test]
    fn a_line_too_many_and_a_line_too_few_are_seen_as_such() {
        let (comparison, _) = play("> AT\n< OK\n> AT", &[("AT", "\r\n+CREG: 1\r\n\r\nOK\r\n")]);
        use Verdict::{Missing, Same, Sent, Unexpected};
        assert_eq!(verdicts(&comparison)[..3], [Sent, Unexpected, Same]);
        let (comparison, _) = play("> AT\n< +A\n< +B\n< OK", &[("AT", OK)]);
        assert_eq!(verdicts(&comparison), [Sent, Missing, Missing, Same]);
        let (comparison, _) = play("> AT\n< OK\n< +A", &[("AT", OK)]);
        assert_eq!(verdicts(&comparison), [Sent, Same, Missing]);
        let (comparison, _) = play("> AT\n< OK", &[("AT", "\r\nOK\r\n\r\n+A\r\n")]);
        assert_eq!(verdicts(&comparison), [Sent, Same, Unexpected]);
    }

    #[test]
    fn data_is_not_sent_to_a_module_that_did_not_connect() {
        let (comparison, sent) = play(
            "> AT+P\n< CONNECT\n>> \"data\"\n+++\n< OK\n> AT\n< OK",
            &[("AT+P", "\r\n+CME ERROR: 606\r\n"), ("AT", OK)],
        );
        assert_eq!(sent, b"AT+P\rAT\r");
        use Verdict::{Different, Missing, NotSent, Same, Sent};
        assert_eq!(verdicts(&comparison), [Sent, Different, NotSent, NotSent, Missing, Sent, Same]);
        assert_eq!(comparison.differences(), 4);
    }

    #[test]
    fn other_data_or_too_little_of_it_is_told() {
        let (comparison, _) = play("> AT\n<< \"ab\"\n<< 3", &[("AT", "axy")]);
        use Verdict::{Different, Missing, Sent};
        assert_eq!(verdicts(&comparison), [Sent, Different, Missing]);
        assert_eq!(comparison.rows[1].came, "\"ax\"");
        assert_eq!(comparison.rows[2].came, "\"y\"");
    }
}
