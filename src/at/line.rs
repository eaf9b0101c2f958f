//! Line assembly: the host's bytes into command lines, and their echo (V.250 §5.2).
//!
//! A line starts at the first `AT` (any case); what stands before it is dropped, LF is dropped
//! everywhere. It ends with the character in S3 (CR); the one in S5 (BS) takes back the last
//! character. `A/` needs no CR and repeats the last line.

use std::sync::Arc;

use bytes::{Buf, Bytes};

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
        let special = [b'\n', self.terminator, self.backspace];
        // For speed: these are control characters as a rule, and below all others.
        let highest = special.into_iter().fold(0, u8::max);
        let is_plain = |byte: u8| byte > highest || !special.contains(&byte);
        input.iter().position(|&byte| !is_plain(byte)).unwrap_or(input.len())
    }
}

/// What the assembler found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// A line; the text after `AT`, without the CR.
    Line(Arc<String>),
    /// `A/`: the last such line again (empty when there was none).
    Repeat(Arc<String>),
    /// A line of more than [`MAX_LINE`] bytes, or one that is no UTF-8; its text is dropped.
    Unusable,
}

/// Collects command lines from the host's bytes.
#[derive(Debug, Default)]
pub struct LineAssembler {
    begun: Begun,
    /// What came behind `AT`.
    text: Vec<u8>,
    too_long: bool,
    previous: Arc<String>,
}

/// How far the line under way has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Begun {
    /// Nothing but junk came since the last line end.
    #[default]
    Nothing,
    /// No `AT` yet; this was the last character, and may be its `A`.
    Character(u8),
    /// `AT` came.
    Line,
}

impl LineAssembler {
    /// Takes bytes from `input` up to the end of the next line, appends the echo of what it took
    /// to `echo`, and returns the line if one is complete. `None` means that `input` is used up.
    pub fn next(
        &mut self,
        input: &mut Bytes,
        settings: LineSettings,
        echo: &mut Vec<u8>,
    ) -> Option<LineEvent> {
        let echo = settings.echo.then_some(echo);
        // For speed: most lines come whole.
        if let Some(text) = self.whole_line(input, settings) {
            let end = b"AT".len() + text.len() + 1;
            if let Some(echo) = echo {
                echo.extend_from_slice(&input[..end]);
            }
            let event = remember(&mut self.previous, text);
            input.advance(end);
            return Some(event);
        }
        let mut rest = &input[..];
        let event = self.scan(&mut rest, settings, echo);
        input.advance(input.len() - rest.len());
        event
    }

    /// The text of the line that `input` begins with, if it is nothing but `AT`, text and the
    /// terminator: what [`scan`](Self::scan) would find.
    fn whole_line<'a>(&self, input: &'a [u8], settings: LineSettings) -> Option<&'a [u8]> {
        if self.begun != Begun::Nothing {
            return None;
        }
        let (line, behind) = input.split_at(settings.plain(input));
        let [b'A' | b'a', b'T' | b't', text @ ..] = line else { return None };
        let whole = behind.first() == Some(&settings.terminator) && text.len() <= MAX_LINE;
        whole.then_some(text)
    }

    fn scan(
        &mut self,
        rest: &mut &[u8],
        settings: LineSettings,
        mut echo: Option<&mut Vec<u8>>,
    ) -> Option<LineEvent> {
        let mut repeat = |bytes: &[u8]| {
            if let Some(echo) = &mut echo {
                echo.extend_from_slice(bytes);
            }
        };
        while let Some((&byte, tail)) = rest.split_first() {
            if self.begun == Begun::Line {
                // For speed: what stands before the next character with a meaning is taken at once.
                let (plain, behind) = rest.split_at(settings.plain(rest));
                if !plain.is_empty() {
                    self.keep(plain);
                    repeat(plain);
                    *rest = behind;
                    continue;
                }
            }
            *rest = tail;
            if byte == b'\n' || (self.begun == Begun::Nothing && is_junk(byte)) {
                continue;
            }
            repeat(&[byte]);
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
        matches!(self.begun, Begun::Line | Begun::Character(b'A' | b'a'))
    }

    /// Bytes of memory that the line under way takes up.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.text.capacity()
    }

    /// Forgets a line that was begun (the port was closed, the module restarted).
    pub fn reset(&mut self) {
        self.begun = Begun::Nothing;
        self.text.clear();
        self.too_long = false;
    }

    fn keep(&mut self, plain: &[u8]) {
        let room = MAX_LINE - self.text.len();
        self.too_long |= plain.len() > room;
        self.text.extend_from_slice(&plain[..plain.len().min(room)]);
    }

    /// A character before `AT`.
    fn look_for_prefix(&mut self, byte: u8) -> Option<LineEvent> {
        let after_a = self.in_line();
        self.begun = Begun::Character(byte);
        match byte {
            b't' | b'T' if after_a => self.begun = Begun::Line,
            b'/' if after_a => {
                self.begun = Begun::Nothing;
                return Some(LineEvent::Repeat(self.previous.clone()));
            }
            _ => {}
        }
        None
    }

    fn take_back(&mut self) {
        if self.begun != Begun::Line {
            self.begun = Begun::Nothing;
        } else if self.text.pop().is_none() {
            // `AT` itself was taken back half: what is left is the `A`.
            self.begun = Begun::Character(b'A');
        }
    }

    fn end_line(&mut self) -> Option<LineEvent> {
        let event = if self.too_long {
            Some(LineEvent::Unusable)
        } else {
            (self.begun == Begun::Line).then(|| remember(&mut self.previous, &self.text))
        };
        self.reset();
        event
    }
}

/// A line with this text has come; it takes the place of the `previous` one.
fn remember(previous: &mut Arc<String>, text: &[u8]) -> LineEvent {
    let Ok(text) = std::str::from_utf8(text) else { return LineEvent::Unusable };
    // For speed: nobody else has the line before any more, so its memory serves again.
    let line = Arc::make_mut(previous);
    line.clear();
    line.push_str(text);
    LineEvent::Line(previous.clone())
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
        let mut echo = Vec::new();
        let mut events = Vec::new();
        while let Some(event) = assembler.next(&mut input, SETTINGS, &mut echo) {
            events.push(event);
        }
        assert!(input.is_empty());
        (events, echo)
    }

    fn line(text: &str) -> LineEvent {
        LineEvent::Line(Arc::new(text.to_owned()))
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
        assert_eq!(feed(&mut assembler, b"A/").0, [LineEvent::Repeat(Arc::default())]);
        feed(&mut assembler, b"AT+CSQ\r");
        let again = LineEvent::Repeat(Arc::new("+CSQ".to_owned()));
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
        assert_eq!(feed(&mut assembler, b"\rAT\r").0, [LineEvent::Unusable, line("")]);
    }

    #[test]
    fn a_line_that_is_no_utf8_is_reported_and_not_remembered() {
        let mut assembler = LineAssembler::default();
        feed(&mut assembler, b"AT+CSQ\r");
        let again = LineEvent::Repeat(Arc::new("+CSQ".to_owned()));
        assert_eq!(feed(&mut assembler, b"AT+X=\"\xff\"\rA/").0, [LineEvent::Unusable, again]);
    }

    #[test]
    fn s3_and_s5_move_the_special_characters() {
        let settings = LineSettings { terminator: b'!', backspace: b'<', echo: false };
        let mut input = Bytes::from_static(b"ATX<E0!");
        let mut echo = Vec::new();
        let event = LineAssembler::default().next(&mut input, settings, &mut echo);
        assert_eq!(event, Some(line("E0")));
        assert!(echo.is_empty());
    }
}
