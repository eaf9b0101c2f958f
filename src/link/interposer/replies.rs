//! Replies out of bytes, in whatever pieces they come.

use bytes::{Bytes, BytesMut};

/// The most bytes of a reply that are kept: as many as the client takes.
const MOST: usize = 256 * 1024;

/// What the server has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// A whole reply.
    Reply(Bytes),
    /// What isn't one.
    Noise(Bytes),
}

/// Puts replies together, with the client's idea of where they end: after a line of three digits
/// and a blank, whatever the digits of the first line.
#[derive(Debug, Default)]
pub(super) struct Replies {
    buffer: BytesMut,
    /// So many bytes of it are lines that don't end the reply.
    lines: usize,
    /// So many bytes of it hold no further line end.
    searched: usize,
    /// There was too much of it: it isn't FTP.
    hopeless: bool,
}

impl Replies {
    /// Adds what has come.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// What is complete.
    pub(super) fn next(&mut self) -> Option<Said> {
        while let Some(found) = self.buffer[self.searched..].iter().position(|&b| b == b'\n') {
            let end = self.searched + found + 1;
            let line = &self.buffer[self.lines..end];
            let numbered = line.len() >= 5 && line[..3].iter().all(u8::is_ascii_digit);
            let (first, last) = (self.lines == 0, numbered && line[3] == b' ');
            (self.lines, self.searched) = (end, end);
            if last && !self.hopeless {
                return Some(Said::Reply(self.take(end)));
            }
            if first && !numbered {
                return Some(Said::Noise(self.take(end)));
            }
        }
        self.searched = self.buffer.len();
        self.hopeless |= self.searched > MOST;
        if self.hopeless { self.rest() } else { None }
    }

    /// What is left when nothing more comes.
    pub(super) fn rest(&mut self) -> Option<Said> {
        let all = self.buffer.len();
        (all > 0).then(|| Said::Noise(self.take(all)))
    }

    fn take(&mut self, bytes: usize) -> Bytes {
        (self.lines, self.searched) = (0, 0);
        self.buffer.split_to(bytes).freeze()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(pieces: &[&[u8]]) -> Vec<Said> {
        let mut replies = Replies::default();
        let mut said = Vec::new();
        for piece in pieces {
            replies.push(piece);
            said.extend(std::iter::from_fn(|| replies.next()));
        }
        said.extend(replies.rest());
        said
    }

    fn reply(text: &'static str) -> Said {
        Said::Reply(Bytes::from_static(text.as_bytes()))
    }

    fn noise(text: &'static str) -> Said {
        Said::Noise(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn a_reply_ends_with_a_line_of_digits_and_a_blank() {
        let text = b"220-one\r\n220-two\r\n three\r\n12\r\n220 end\r\n150 x\r\n226 y\r\n";
        assert_eq!(
            said(&[text]),
            [
                reply("220-one\r\n220-two\r\n three\r\n12\r\n220 end\r\n"),
                reply("150 x\r\n"),
                reply("226 y\r\n"),
            ]
        );
        assert_eq!(said(&[b"331-a\n230 b\n"]), [reply("331-a\n230 b\n")]);
    }

    #[test]
    fn what_does_not_begin_with_digits_is_passed_on_line_by_line() {
        assert_eq!(
            said(&[b"hello\r\n20\r\n\n220 x\r\nrest"]),
            [noise("hello\r\n"), noise("20\r\n"), noise("\n"), reply("220 x\r\n"), noise("rest")]
        );
    }

    #[test]
    fn what_never_ends_is_passed_on_and_not_kept() {
        let mut replies = Replies::default();
        for line in [&b"220-"[..], b"line\r\n"] {
            let mut passed = 0;
            let mut sent = 0;
            for _ in 0..MOST {
                replies.push(line);
                sent += line.len();
                while let Some(said) = replies.next() {
                    let Said::Noise(bytes) = said else { panic!("{said:?}") };
                    passed += bytes.len();
                }
                assert!(sent - passed <= MOST);
            }
            assert!(passed > 0);
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_it_is_cut_up(
            lines in proptest::collection::vec(
                prop_oneof!["[1-5][0-9]{2}[ -][a-z]{0,6}", "[a-z0-9 -]{0,6}"], 0..12),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> =
                cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            prop_assert_eq!(said(&pieces), said(&[text.as_bytes()]));
        }
    }
}
