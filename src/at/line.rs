//! Line assembly: the host's bytes into command lines, and their echo (V.250 §5.2).
//!
//! A line starts at the first `AT` (any case); what stands before it is dropped, LF is dropped
//! everywhere. It ends with the character in S3 (CR); the one in S5 (BS) takes back the last
//! character. `A/` needs no CR and repeats the last line.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memchr3;

/// The longest command line kept, in bytes after `AT`. `AT+QFTPRENAME` with two names of 255
/// bytes needs 527; the vendor gives no figure (our choice).
pub const MAX_LINE: usize = 2048;

/// The settings that shape line assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSettings {
    /// S3, the character that ends a line.
    pub terminator: u8,
    /// S5, the character that takes back the last one.
    pub backspace: u8,
    /// `ATE`: repeat what is received.
    pub echo: bool,
}

impl LineSettings {
    /// How much of `input` is just a part of the line.
    fn plain(self, input: &[u8]) -> usize {
        memchr3(self.terminator, self.backspace, b'\n', input).unwrap_or(input.len())
    }
}

/// What the assembler found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// A line; the text after `AT`, without the CR.
    Line(Bytes),
    /// `A/`: the previous line again (empty when there was none).
    Repeat(Bytes),
    /// A line of more than [`MAX_LINE`] bytes; its text is dropped.
    TooLong,
}

/// Collects command lines from the host's bytes.
#[derive(Debug)]
pub struct LineAssembler {
    /// What came since the last line end. Once `started`, only what follows `AT`.
    text: BytesMut,
    started: bool,
    too_long: bool,
    previous: Bytes,
}

/// For speed: so many bytes of memory serve the lines of a while.
const PIECE: usize = 1024;

impl Default for LineAssembler {
    fn default() -> Self {
        LineAssembler {
            text: BytesMut::with_capacity(PIECE),
            started: false,
            too_long: false,
            previous: Bytes::new(),
        }
    }
}

impl LineAssembler {
    /// Takes bytes from `input` up to the end of the next line, appends the echo of what it took
    /// to `echo`, and returns the line if one is complete. `None` means that `input` is used up.
    pub fn next(
        &mut self,
        input: &mut Bytes,
        settings: LineSettings,
        echo: &mut BytesMut,
    ) -> Option<LineEvent> {
        let mut echo = settings.echo.then_some(echo);
        while let Some(&byte) = input.first() {
            if self.started {
                // For speed: what stands before the next character with a meaning is taken at once.
                let plain = settings.plain(input);
                if plain > 0 {
                    self.keep(&input[..plain]);
                    if let Some(echo) = &mut echo {
                        echo.extend_from_slice(&input[..plain]);
                    }
                    input.advance(plain);
                    continue;
                }
            }
            if byte == b'\n' || (self.text.is_empty() && !self.started && is_junk(byte)) {
                input.advance(1);
                continue;
            }
            if let Some(echo) = &mut echo {
                echo.extend_from_slice(&[byte]);
            }
            input.advance(1);
            if byte == settings.terminator {
                if let Some(event) = self.end_line() {
                    return Some(event);
                }
            } else if byte == settings.backspace {
                self.take_back();
            } else if let Some(event) = self.look_for_prefix(byte) {
                return Some(event);
            }
        }
        None
    }

    /// Whether a command line has been begun but not ended; its `A` alone is a beginning.
    pub fn in_line(&self) -> bool {
        self.started || self.text.eq_ignore_ascii_case(b"a")
    }

    /// Bytes of memory that the line under way takes up.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.text.capacity()
    }

    /// Forgets a line that was begun (the port was closed, the module restarted).
    pub fn reset(&mut self) {
        self.text.clear();
        self.started = false;
        self.too_long = false;
    }

    fn keep(&mut self, plain: &[u8]) {
        let room = MAX_LINE - self.text.len();
        self.too_long |= plain.len() > room;
        self.text.extend_from_slice(&plain[..plain.len().min(room)]);
    }

    /// Before `AT` only the last character matters: it may be the `A`.
    fn look_for_prefix(&mut self, byte: u8) -> Option<LineEvent> {
        let after_a = self.text.last().is_some_and(|last| last.eq_ignore_ascii_case(&b'a'));
        self.text.clear();
        match byte {
            b't' | b'T' if after_a => self.started = true,
            b'/' if after_a => return Some(LineEvent::Repeat(self.previous.clone())),
            _ => self.text.extend_from_slice(&[byte]),
        }
        None
    }

    fn take_back(&mut self) {
        if self.text.is_empty() {
            // `AT` itself was taken back half: what is left is the `A`.
            if std::mem::take(&mut self.started) {
                self.text.extend_from_slice(b"A");
            }
        } else {
            self.text.truncate(self.text.len() - 1);
        }
    }

    fn end_line(&mut self) -> Option<LineEvent> {
        let text = self.text.split().freeze();
        let started = std::mem::take(&mut self.started);
        if std::mem::take(&mut self.too_long) {
            return Some(LineEvent::TooLong);
        }
        started.then(|| {
            self.previous = text.clone();
            LineEvent::Line(text)
        })
    }
}

/// What hosts leave in front of `AT`: NUL, the end mark of a text upload, line noise, blanks.
fn is_junk(byte: u8) -> bool {
    matches!(byte, 0x00 | 0x1A | 0xFF | b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: LineSettings = LineSettings { terminator: b'\r', backspace: 8, echo: true };

    /// Feeds `input` and returns the events and the echo.
    fn feed(assembler: &mut LineAssembler, input: &[u8]) -> (Vec<LineEvent>, Vec<u8>) {
        let mut input = Bytes::copy_from_slice(input);
        let mut echo = BytesMut::new();
        let mut events = Vec::new();
        while let Some(event) = assembler.next(&mut input, SETTINGS, &mut echo) {
            events.push(event);
        }
        assert!(input.is_empty());
        (events, echo.to_vec())
    }

    fn line(text: &str) -> LineEvent {
        LineEvent::Line(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn a_line_ends_with_cr_and_its_echo_lacks_the_lf() {
        let (events, echo) = feed(&mut LineAssembler::default(), b"AT+CSQ\r\nat\r\n");
        assert_eq!(events, [line("+CSQ"), line("")]);
        assert_eq!(echo, b"AT+CSQ\rat\r");
    }

    #[test]
    fn bytes_may_come_one_by_one() {
        let mut assembler = LineAssembler::default();
        for byte in b"AT+CSQ" {
            assert_eq!(feed(&mut assembler, &[*byte]).0, []);
        }
        assert!(assembler.in_line());
        assert_eq!(feed(&mut assembler, b"\r").0, [line("+CSQ")]);
        assert!(!assembler.in_line());
    }

    #[test]
    fn junk_before_at_is_dropped_without_an_answer() {
        let (events, echo) = feed(&mut LineAssembler::default(), b"\0\x1a\xff \n  AT\r");
        assert_eq!(events, [line("")]);
        assert_eq!(echo, b"AT\r");
        assert_eq!(feed(&mut LineAssembler::default(), b"+++AT+CSQ\r").0, [line("+CSQ")]);
        assert_eq!(feed(&mut LineAssembler::default(), b"hello\r\r\n\r").0, []);
        assert_eq!(feed(&mut LineAssembler::default(), b"AAT\r").0, [line("")]);
    }

    #[test]
    fn a_slash_repeats_the_line_without_cr() {
        let mut assembler = LineAssembler::default();
        assert_eq!(feed(&mut assembler, b"A/").0, [LineEvent::Repeat(Bytes::new())]);
        feed(&mut assembler, b"AT+CSQ\r");
        let again = LineEvent::Repeat(Bytes::from_static(b"+CSQ"));
        assert_eq!(feed(&mut assembler, b"A/a/").0, [again.clone(), again]);
    }

    #[test]
    fn backspace_takes_back_one_character() {
        assert_eq!(feed(&mut LineAssembler::default(), b"AT+CSX\x08Q\r").0, [line("+CSQ")]);
        assert_eq!(feed(&mut LineAssembler::default(), b"ATX\x08\x08T+CSQ\r").0, [line("+CSQ")]);
        assert_eq!(feed(&mut LineAssembler::default(), b"\x08\x08AT\r").0, [line("")]);
    }

    #[test]
    fn a_line_over_the_limit_is_reported_once_and_takes_no_memory() {
        let mut assembler = LineAssembler::default();
        let mut input = b"AT".to_vec();
        input.resize(1_000_000, b'x');
        assert_eq!(feed(&mut assembler, &input).0, []);
        assert!(assembler.text.len() <= MAX_LINE);
        assert_eq!(feed(&mut assembler, b"\rAT\r").0, [LineEvent::TooLong, line("")]);
    }

    #[test]
    fn s3_and_s5_move_the_special_characters() {
        let settings = LineSettings { terminator: b'!', backspace: b'<', echo: false };
        let mut input = Bytes::from_static(b"ATX<E0!");
        let mut echo = BytesMut::new();
        let event = LineAssembler::default().next(&mut input, settings, &mut echo);
        assert_eq!(event, Some(line("E0")));
        assert!(echo.is_empty());
    }
}
