//! Private keys in data, and how they are hidden: hosts upload them as files, in PEM.

use bytes::Bytes;
use memchr::memmem;

/// What their first line ends with, and their last one: `-----BEGIN EC PRIVATE KEY-----`.
const MARK: &[u8] = b"PRIVATE KEY-----";

/// A key of more bytes is none: a first line without a last one does not hide all that comes.
const LONGEST: usize = 16 * 1024;

/// Looks for keys in data that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The last bytes, which may be the beginning of a mark.
    tail: Vec<u8>,
    /// So many bytes of a key have come, if the last bytes are in one.
    inside: Option<usize>,
}

impl Keys {
    /// The next piece, with `*` for what is in a key. It has the same length.
    pub(super) fn hide(&mut self, piece: Bytes) -> Bytes {
        // For speed: nearly all data is left alone, and not copied.
        let seam = [&self.tail, &piece[..piece.len().min(MARK.len() - 1)]].concat();
        let marked = memmem::find(&seam, MARK).is_some() || memmem::find(&piece, MARK).is_some();
        let hidden =
            if marked || self.inside.is_some() { self.masked(&piece) } else { piece.clone() };
        let end = if piece.len() < MARK.len() { &seam } else { &piece[..] };
        self.tail = end[end.len().saturating_sub(MARK.len() - 1)..].to_vec();
        hidden
    }

    fn masked(&mut self, piece: &[u8]) -> Bytes {
        let text = [&self.tail, piece].concat();
        let mut masked = text.clone();
        let mut from = self.tail.len();
        for end in memmem::find_iter(&text, MARK).map(|at| at + MARK.len()) {
            // The mark, too: the beginning of it may have been hidden already.
            self.mask(&mut masked[from..end]);
            self.inside = if self.inside.is_some() { None } else { Some(0) };
            from = end;
        }
        self.mask(&mut masked[from..]);
        Bytes::from(masked.split_off(self.tail.len()))
    }

    /// If these bytes are in a key, they are hidden; lines stay lines.
    fn mask(&mut self, bytes: &mut [u8]) {
        let Some(before) = self.inside else { return };
        bytes
            .iter_mut()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .for_each(|byte| *byte = b'*');
        self.inside = Some(before + bytes.len()).filter(|&count| count <= LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\
        -----BEGIN EC PRIVATE KEY-----\nMHcCAQ\nEEIGz/\n-----END EC PRIVATE KEY-----\nend\n";
    const HIDDEN: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\
        -----BEGIN EC PRIVATE KEY-----\n******\n******\n****************************\nend\n";

    #[test]
    fn a_key_is_hidden_however_the_data_is_cut() {
        for size in 1..=PEM.len() {
            let mut keys = Keys::default();
            let pieces = PEM.as_bytes().chunks(size).map(Bytes::copy_from_slice);
            let hidden: Vec<u8> = pieces.flat_map(|piece| keys.hide(piece)).collect();
            assert_eq!(String::from_utf8_lossy(&hidden), HIDDEN, "in pieces of {size}");
        }
    }

    #[test]
    fn a_first_line_alone_does_not_hide_everything() {
        let mut keys = Keys::default();
        keys.hide(Bytes::from_static(b"-----BEGIN PRIVATE KEY-----\n"));
        keys.hide(Bytes::from(vec![b'x'; LONGEST]));
        let after = keys.hide(Bytes::from_static(b"data"));
        assert_eq!(after, "data");
    }
}
