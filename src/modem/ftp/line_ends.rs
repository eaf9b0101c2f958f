//! Line ends of text on its way to the server (knob `ascii_line_ends`).

use bytes::Bytes;

/// Makes every line end CR LF, as TYPE A wants it (RFC 959 §3.1.1.1).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineEnds {
    after_cr: bool,
}

impl LineEnds {
    /// The next piece of the text; a line end may be split between two.
    pub(super) fn convert(&mut self, piece: Bytes) -> Bytes {
        let mut out = Vec::with_capacity(piece.len());
        for &byte in &piece {
            if byte == b'\n' && !self.after_cr {
                out.push(b'\r');
            }
            out.push(byte);
            self.after_cr = byte == b'\r';
        }
        if out.len() == piece.len() { piece } else { out.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_lf_becomes_cr_lf_and_a_split_cr_lf_stays() {
        let mut ends = LineEnds::default();
        assert_eq!(ends.convert("a\nb\r".into()), "a\r\nb\r");
        assert_eq!(ends.convert("\nc\n".into()), "\nc\r\n");
        assert_eq!(ends.convert("\r\n\n".into()), "\r\n\r\n");
    }
}
