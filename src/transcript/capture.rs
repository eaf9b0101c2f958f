//! Captures: exchanges recorded from real modules, as data. The format is told in
//! `fixtures/captures/README.md`.

use serde::Deserialize;

use super::chat::Pattern;

/// A file of exchanges with one module.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The module, in the words of who recorded it.
    pub module: String,
    /// Its firmware, or `unknown`.
    pub firmware: String,
    /// Where the exchanges were published.
    pub source: String,
    /// Whether the module belongs to the family that is simulated.
    pub family: Family,
    /// How exact the answers are.
    pub exactness: Exactness,
    /// Remarks on the whole.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The exchanges, in their order.
    pub exchanges: Vec<Exchange>,
}

/// Whether a module belongs to the simulated family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// EC20, EC21, EC25, EG21-G, EG25-G, EG91, EG95, EM05.
    Target,
    /// Another chipset with the same commands.
    Sibling,
}

/// How exact the answers of a capture are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exactness {
    /// Every CR and LF is there.
    Bytes,
    /// The text lines are.
    Lines,
}

/// What the host sent, and what came.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What must be the case before, in words.
    #[serde(default)]
    pub setup: Option<String>,
    /// What the host sent, with its line end; `None` when the module spoke by itself, or went on
    /// after `data`.
    pub send: Option<String>,
    /// What was sent after `CONNECT`, in words.
    #[serde(default)]
    pub data: Option<String>,
    /// What came.
    pub receive: Receive,
    /// The names that stand in braces for what may vary.
    #[serde(default)]
    pub volatile: Vec<String>,
    /// Something of the answer is missing in the record.
    #[serde(default)]
    pub partial: bool,
    /// Perhaps no module ever said exactly this.
    #[serde(default)]
    pub doubtful: bool,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// An answer, as exact as its source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Receive {
    /// With [`Exactness::Bytes`].
    Bytes(String),
    /// With [`Exactness::Lines`].
    Lines(Vec<String>),
}

/// What is wrong with a capture file.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// It does not have the format.
    #[error(transparent)]
    Format(#[from] serde_yaml::Error),
    /// An answer is not of the exactness that the file declares.
    #[error("exchange {0}: the answer is not of the declared exactness")]
    Exactness(usize),
}

impl Capture {
    /// Reads a capture file.
    pub fn parse(text: &str) -> Result<Capture, CaptureError> {
        let capture: Capture = serde_yaml::from_str(text)?;
        for (at, exchange) in capture.exchanges.iter().enumerate() {
            let exactness = match exchange.receive {
                Receive::Bytes(_) => Exactness::Bytes,
                Receive::Lines(_) => Exactness::Lines,
            };
            if exactness != capture.exactness {
                return Err(CaptureError::Exactness(at + 1));
            }
        }
        Ok(capture)
    }
}

const CRLF: &str = "\r\n";

/// A line that came, and where in the text it ends.
type Came<'a> = (&'a str, usize);

impl Exchange {
    /// Finds the recorded answer at the start of `came`, which the module said to `sent`, and
    /// returns what follows it. A partial record may be scattered (lines) or stand anywhere
    /// (bytes); with no line at all it means that nothing but a final result came.
    pub fn strip<'a>(&self, sent: &str, came: &'a str) -> Option<&'a str> {
        let mut end = 0;
        let came_lines = came.split_inclusive(CRLF).map(|line| {
            end += line.len();
            (line, end)
        });
        let end = match &self.receive {
            Receive::Bytes(text) => self.strip_bytes(text, came_lines.collect())?,
            Receive::Lines(expected) => self.strip_lines(expected, sent, came_lines)?,
        };
        Some(&came[end..])
    }

    fn strip_bytes(&self, text: &str, came: Vec<Came<'_>>) -> Option<usize> {
        let expected: Vec<_> = text.split_inclusive(CRLF).collect();
        let starts = if self.partial { usize::MAX } else { 1 };
        let mut windows = came.windows(expected.len().max(1)).take(starts);
        windows.find(|lines| equal(&expected, lines))?.last().map(|(_, end)| *end)
    }

    fn strip_lines<'a>(
        &self,
        expected: &[String],
        sent: &str,
        came: impl Iterator<Item = Came<'a>>,
    ) -> Option<usize> {
        let sent = sent.trim_end();
        let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let mut came: Vec<Came<'_>> =
            came.map(|(line, end)| (line.strip_suffix(CRLF).unwrap_or(line), end)).collect();
        // The echo counts where it was recorded; the CR of an echo is part of its line end, and
        // some sources show that as a blank line.
        if came.first().is_some_and(|(line, _)| line.trim_end() == sent) {
            came.remove(0);
            expected = expected.strip_prefix(&[sent]).unwrap_or(&expected).to_vec();
        }
        let lead = expected.iter().take_while(|line| line.is_empty()).count();
        expected.drain(..lead);
        let lead = came.iter().take_while(|(line, _)| line.is_empty()).count();
        came.drain(..lead);
        if self.partial || !expected.contains(&"") {
            expected.retain(|line| !line.is_empty());
            came.retain(|(line, _)| !line.is_empty());
        }
        if expected.is_empty() {
            let end = came.last().map_or(0, |(_, end)| *end);
            return came.iter().all(|(line, _)| is_result(line)).then_some(end);
        }
        if self.partial {
            let mut came = came.iter();
            let mut end = 0;
            for pattern in expected {
                end = came.find(|(line, _)| Pattern::new(pattern).matches(line))?.1;
            }
            return Some(end);
        }
        let head = came.get(..expected.len()).filter(|head| equal(&expected, head))?;
        head.last().map(|(_, end)| *end)
    }
}

fn equal(expected: &[&str], came: &[Came<'_>]) -> bool {
    let pairs = expected.iter().zip(came);
    pairs.into_iter().all(|(pattern, (line, _))| Pattern::new(pattern).matches(line))
}

fn is_result(line: &str) -> bool {
    line == "OK" || line == "ERROR" || line.starts_with("+CME ERROR: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(expected: &[&str]) -> Exchange {
        Exchange {
            setup: None,
            send: None,
            data: None,
            receive: Receive::Lines(expected.iter().map(|&line| line.to_owned()).collect()),
            volatile: Vec::new(),
            partial: false,
            doubtful: false,
            note: None,
        }
    }

    fn bytes(expected: &str) -> Exchange {
        Exchange { receive: Receive::Bytes(expected.to_owned()), ..lines(&[]) }
    }

    fn part(exchange: Exchange) -> Exchange {
        Exchange { partial: true, ..exchange }
    }

    const CSQ: &str = "AT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n";

    #[test]
    fn bytes_are_compared_with_echo_and_framing() {
        assert_eq!(bytes(CSQ).strip("AT+CSQ\r", CSQ), Some(""));
        let volatile = bytes("AT+CSQ\r\r\n+CSQ: {rssi},{ber}\r\n\r\nOK\r\n");
        assert_eq!(volatile.strip("AT+CSQ\r", CSQ), Some(""));
        assert_eq!(bytes("\r\n+CSQ: 24,99\r\n\r\nOK\r\n").strip("AT+CSQ\r", CSQ), None);
        assert_eq!(bytes("AT+CSQ\r\r\n+CSQ: 24,99\r\nOK\r\n").strip("AT+CSQ\r", CSQ), None);
        let some = part(bytes("\r\nOK\r\n"));
        assert_eq!(some.strip("AT+CSQ\r", CSQ), Some(""));
    }

    #[test]
    fn what_follows_the_answer_is_left() {
        let came = "\r\nRDY\r\n\r\n+CFUN: 1\r\n";
        assert_eq!(bytes("\r\nRDY\r\n").strip("", came), Some("\r\n+CFUN: 1\r\n"));
        assert_eq!(lines(&["RDY"]).strip("", came), Some("\r\n+CFUN: 1\r\n"));
        assert_eq!(bytes("\r\n+CFUN: 1\r\n").strip("", came), None);
    }

    #[test]
    fn blank_lines_and_the_echo_count_where_they_were_recorded() {
        let found = |expected: &[&str]| lines(expected).strip("AT+CSQ\r", CSQ).is_some();
        assert!(found(&["AT+CSQ", "+CSQ: 24,99", "", "OK"]));
        assert!(found(&["", "+CSQ: {rssi},99", "", "OK"]));
        assert!(found(&["+CSQ: 24,99", "OK"]));
        assert!(!found(&["AT+CSQ", "+CSQ: 24,99", "", "", "OK"]));
        assert!(!found(&["+CSQ: 24,99", "ERROR"]));
        assert!(!found(&["AT+CSQ", "OK"]));
        assert!(lines(&["AT", "OK"]).strip("AT\r", "\r\nOK\r\n").is_none());
    }

    #[test]
    fn a_partial_record_is_found_between_other_lines_but_in_order() {
        let came = "\r\nCONNECT\r\nabc\r\n\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n";
        let found = |expected: &[&str]| part(lines(expected)).strip("", came).is_some();
        assert!(found(&["CONNECT", "+QFTPGET: 0,5"]));
        assert!(!found(&["+QFTPGET: 0,5", "CONNECT"]));
        assert!(!found(&["+QFTPGET: 0,6"]));
    }

    #[test]
    fn a_record_of_nothing_allows_a_result_alone() {
        let nothing = part(lines(&[]));
        assert!(nothing.strip("AT\r", "AT\r\r\n+CME ERROR: 400\r\n").is_some());
        assert!(nothing.strip("AT\r", "AT\r\r\n+QFLST: \"a\",1\r\n\r\nOK\r\n").is_none());
    }

    #[test]
    fn a_file_whose_answers_are_not_as_exact_as_it_says_is_refused() {
        let file = "{module: m, firmware: f, source: s, family: target, exactness: bytes, \
                    exchanges: [{send: \"AT\\r\", receive: [OK]}]}";
        let error = Capture::parse(file).unwrap_err();
        assert!(matches!(error, CaptureError::Exactness(1)));
        assert!(Capture::parse("{module: m}").is_err());
    }
}
