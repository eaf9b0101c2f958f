//! The content of a file in memory.

use bytes::{Bytes, BytesMut};

/// Appends up to this size are copied together, so that a file written byte by byte is still a
/// few pieces, and a small slice doesn't keep a large buffer alive.
const SHARE: usize = 4 * 1024;

/// Size up to which small appends are copied together.
const PIECE: usize = 64 * 1024;

/// Bytes in pieces: what arrives in large buffers is kept as it came, and reads are slices of
/// the pieces, so that data pass through a store without being copied.
#[derive(Debug, Default)]
pub(crate) struct Rope {
    pieces: Vec<Piece>,
}

/// Never empty; starts where the one before ends.
#[derive(Debug)]
struct Piece {
    start: u64,
    bytes: Bytes,
}

impl Piece {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl Rope {
    /// Size in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.pieces.last().map_or(0, Piece::end)
    }

    /// Bytes from `offset`: at most `max`, and no more than are at hand in one piece; none only
    /// at the end or for `max` 0.
    pub(crate) fn read(&self, offset: u64, max: usize) -> Bytes {
        let Some(piece) = self.pieces.get(self.index(offset)) else { return Bytes::new() };
        let from = (offset - piece.start) as usize;
        let to = piece.bytes.len().min(from.saturating_add(max));
        piece.bytes.slice(from..to)
    }

    /// Overwrites from `offset`, which is not past the end, and appends what reaches beyond it.
    pub(crate) fn write(&mut self, offset: u64, mut data: Bytes) {
        debug_assert!(offset <= self.len());
        let index = self.index(offset);
        let mut at = offset;
        for piece in &mut self.pieces[index..] {
            if data.is_empty() {
                return;
            }
            let from = (at - piece.start) as usize;
            let part = data.split_to(data.len().min(piece.bytes.len() - from));
            modify(&mut piece.bytes, |bytes| {
                bytes[from..from + part.len()].copy_from_slice(&part);
            });
            at += part.len() as u64;
        }
        self.append(data);
    }

    fn append(&mut self, data: Bytes) {
        if data.is_empty() {
            return;
        }
        // A piece that shares its buffer would be copied as a whole.
        if let Some(last) = self.pieces.last_mut()
            && data.len() <= SHARE
            && last.bytes.len() + data.len() <= PIECE
            && last.bytes.is_unique()
        {
            modify(&mut last.bytes, |bytes| bytes.extend_from_slice(&data));
            return;
        }
        let bytes = if data.len() <= SHARE { Bytes::copy_from_slice(&data) } else { data };
        self.pieces.push(Piece { start: self.len(), bytes });
    }

    /// Cuts the content to `len` bytes, if it is longer.
    pub(crate) fn truncate(&mut self, len: u64) {
        self.pieces.truncate(self.pieces.partition_point(|piece| piece.start < len));
        if let Some(last) = self.pieces.last_mut()
            && last.end() > len
        {
            // A copy, because a slice would keep the whole buffer.
            last.bytes = Bytes::copy_from_slice(&last.bytes[..(len - last.start) as usize]);
        }
    }

    /// The piece that holds the byte at `offset`.
    fn index(&self, offset: u64) -> usize {
        self.pieces.partition_point(|piece| piece.end() <= offset)
    }
}

/// Changes bytes in place, or in a copy while a reader still holds them.
fn modify(bytes: &mut Bytes, change: impl FnOnce(&mut BytesMut)) {
    let mut buffer = BytesMut::from(std::mem::take(bytes));
    change(&mut buffer);
    *bytes = buffer.freeze();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content(rope: &Rope) -> Vec<u8> {
        let mut all = Vec::new();
        while (all.len() as u64) < rope.len() {
            let part = rope.read(all.len() as u64, usize::MAX);
            assert!(!part.is_empty());
            all.extend_from_slice(&part);
        }
        all
    }

    #[test]
    fn large_appends_and_their_reads_share_the_senders_buffer() {
        let mut rope = Rope::default();
        let sent = Bytes::from(vec![7; SHARE + 1]);
        rope.write(0, sent.clone());
        assert_eq!(rope.read(1, usize::MAX).as_ptr(), sent[1..].as_ptr());
    }

    #[test]
    fn small_appends_do_not_keep_a_large_buffer() {
        let mut rope = Rope::default();
        let buffer = Bytes::from(vec![7; 10 * PIECE]);
        rope.write(0, buffer.slice(..10));
        assert!(buffer.is_unique());
    }

    #[test]
    fn a_cut_piece_does_not_keep_a_large_buffer() {
        let mut rope = Rope::default();
        let buffer = Bytes::from(vec![7; 10 * PIECE]);
        rope.write(0, buffer.clone());
        assert!(!buffer.is_unique());
        rope.truncate(10);
        assert!(buffer.is_unique());
    }

    #[test]
    fn single_bytes_are_kept_together() {
        let mut rope = Rope::default();
        for at in 0..3 * PIECE as u64 {
            rope.write(at, Bytes::from_static(b"x"));
        }
        assert_eq!(rope.len(), 3 * PIECE as u64);
        assert_eq!(rope.pieces.len(), 3);
    }

    #[test]
    fn small_overwrites_do_not_add_pieces() {
        let mut rope = Rope::default();
        rope.write(0, vec![0; 4 * PIECE].into());
        for at in (0..4 * PIECE as u64).step_by(100) {
            rope.write(at, Bytes::from_static(b"x"));
        }
        assert_eq!(rope.pieces.len(), 1);
        assert_eq!(
            content(&rope).iter().filter(|byte| **byte == b'x').count(),
            4 * PIECE / 100 + 1
        );
    }

    #[test]
    fn what_a_reader_holds_stays_as_it_was_read() {
        let mut rope = Rope::default();
        rope.write(0, Bytes::from_static(b"before"));
        let held = rope.read(0, 6);
        rope.write(0, Bytes::from_static(b"after!"));
        rope.truncate(3);
        assert_eq!((&held[..], &content(&rope)[..]), (&b"before"[..], &b"aft"[..]));
    }

    #[derive(Debug, Clone)]
    enum Op {
        /// Where to write, as a share of the size in percent, how much, and of what.
        Write(u64, usize, u8),
        /// What to keep, in percent.
        Truncate(u64),
    }

    fn op() -> impl Strategy<Value = Op> {
        let len = prop_oneof![1..100usize, SHARE - 5..SHARE + 5, PIECE - 5..2 * PIECE];
        prop_oneof![
            6 => (prop_oneof![Just(100), 0..=100u64], len, any::<u8>())
                .prop_map(|(at, len, fill)| Op::Write(at, len, fill)),
            1 => (0..=100u64).prop_map(Op::Truncate),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_rope_is_a_vec_of_bytes(ops in prop::collection::vec(op(), 1..30)) {
            let mut rope = Rope::default();
            let mut expected: Vec<u8> = Vec::new();
            for op in ops {
                match op {
                    Op::Write(percent, len, fill) => {
                        let at = expected.len() * percent as usize / 100;
                        let data: Vec<u8> = (0..len).map(|i| fill ^ i as u8).collect();
                        expected.resize(expected.len().max(at + len), 0);
                        expected[at..at + len].copy_from_slice(&data);
                        rope.write(at as u64, data.into());
                    }
                    Op::Truncate(percent) => {
                        expected.truncate(expected.len() * percent as usize / 100);
                        rope.truncate(expected.len() as u64);
                    }
                }
                prop_assert_eq!(rope.len(), expected.len() as u64);
                prop_assert!(content(&rope) == expected, "contents differ");
            }
        }
    }
}
