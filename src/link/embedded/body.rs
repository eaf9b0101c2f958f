//! The bytes of one file of the server.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;

use crate::store::rope::Rope;

/// Bytes in the largest piece [`Body::chunk`] hands out.
const PIECE: usize = 128 * 1024;

/// The counter pattern repeats after this many bytes; a prime, so that it never lines up with a
/// piece.
const PERIOD: usize = 251;

static COUNTER: LazyLock<Bytes> =
    LazyLock::new(|| (0..PIECE + PERIOD).map(|i| (i % PERIOD) as u8).collect());

/// The bytes that all bodies of one server may take up together.
#[derive(Debug)]
pub(super) struct Space {
    quota: u64,
    used: AtomicU64,
}

impl Space {
    /// `quota` in bytes; `None` is without limit.
    pub(super) fn new(quota: Option<u64>) -> Arc<Self> {
        Arc::new(Self { quota: quota.unwrap_or(u64::MAX), used: AtomicU64::new(0) })
    }

    /// Takes up to `wanted` bytes and says how many it got.
    fn claim(&self, wanted: u64) -> u64 {
        let grant = |used: u64| wanted.min(self.quota - used);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| Some(used + grant(used)))
            .map_or(0, grant)
    }

    fn release(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The quota left no room for all of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

/// A counter pattern of any length, which costs no memory, and what was written after it.
pub(super) struct Body {
    /// This many bytes come first; byte `i` is `i % 251`.
    pattern: u64,
    written: Rope,
    space: Arc<Space>,
}

impl Body {
    pub(super) fn new(space: Arc<Space>) -> Self {
        Self { pattern: 0, written: Rope::default(), space }
    }

    /// Bytes in all.
    pub(super) fn len(&self) -> u64 {
        self.pattern + self.written.len()
    }

    /// A piece of the body from `offset` on; empty at the end and past it.
    pub(super) fn chunk(&self, offset: u64) -> Bytes {
        match offset.checked_sub(self.pattern) {
            Some(written) => self.written.read(written, PIECE),
            None => {
                let start = (offset % PERIOD as u64) as usize;
                let len = (self.pattern - offset).min(PIECE as u64) as usize;
                COUNTER.slice(start..start + len)
            }
        }
    }

    /// Makes `size` bytes of the counter pattern of an empty body, or as many as the quota allows.
    pub(super) fn fill(&mut self, size: u64) -> Result<(), Full> {
        debug_assert_eq!(self.len(), 0);
        self.pattern = self.space.claim(size);
        if self.pattern == size { Ok(()) } else { Err(Full) }
    }

    /// Puts `data` at the end: all of it, or as much as the quota allows.
    pub(super) fn append(&mut self, mut data: Bytes) -> Result<(), Full> {
        let wanted = data.len() as u64;
        let granted = self.space.claim(wanted);
        data.truncate(granted as usize);
        self.written.write(self.written.len(), data);
        if granted == wanted { Ok(()) } else { Err(Full) }
    }

    /// Cuts everything from byte `len` on; nothing happens when the body is shorter.
    pub(super) fn truncate(&mut self, len: u64) {
        let before = self.len();
        if len < before {
            self.written.truncate(len.saturating_sub(self.pattern));
            self.pattern = self.pattern.min(len);
            self.space.release(before - len);
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.space.release(self.len());
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("pattern", &self.pattern).field("len", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Body, mut offset: u64) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let chunk = body.chunk(offset);
            if chunk.is_empty() {
                return all;
            }
            offset += chunk.len() as u64;
            all.extend_from_slice(&chunk);
        }
    }

    fn sample(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i * 7 / 3) as u8).collect()
    }

    #[test]
    fn what_is_appended_in_pieces_reads_back_from_any_offset() {
        let data = sample(3 * PIECE + 17);
        let mut body = Body::new(Space::new(None));
        for piece in data.chunks(PIECE / 2 + 11) {
            body.append(Bytes::copy_from_slice(piece)).unwrap();
        }
        assert_eq!(body.len(), data.len() as u64);
        for offset in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, data.len() - 1, data.len()] {
            assert_eq!(read(&body, offset as u64), data[offset..], "from {offset}");
        }
        assert!(body.chunk(data.len() as u64 + PIECE as u64).is_empty());
    }

    #[test]
    fn truncate_keeps_the_bytes_before_the_cut_and_appends_go_on_there() {
        let data = sample(2 * PIECE + 5);
        for cut in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 4, 2 * PIECE + 5] {
            let mut body = Body::new(Space::new(None));
            body.append(data.clone().into()).unwrap();
            body.truncate(cut as u64);
            body.append("tail".into()).unwrap();
            assert_eq!(read(&body, 0), [&data[..cut], b"tail"].concat(), "cut at {cut}");
        }
    }

    #[test]
    fn a_pattern_counts_and_can_be_cut_and_continued() {
        let mut body = Body::new(Space::new(None));
        body.fill(4 << 30).unwrap();
        assert_eq!(body.len(), 4 << 30);
        let at = 3_000_000_017_u64;
        assert_eq!(body.chunk(at)[..3], [0, 1, 2].map(|i| ((at + i) % 251) as u8));
        body.truncate(300);
        body.append("xy".into()).unwrap();
        let expected: Vec<u8> = (0..300).map(|i| (i % 251) as u8).chain(*b"xy").collect();
        assert_eq!(read(&body, 0), expected);
    }

    #[test]
    fn the_quota_takes_what_fits_and_gets_back_what_is_cut_or_dropped() {
        let space = Space::new(Some(10));
        let mut body = Body::new(space.clone());
        assert_eq!(body.append("0123456".into()), Ok(()));
        assert_eq!(body.append("789abc".into()), Err(Full));
        assert_eq!(read(&body, 0), b"0123456789");
        body.truncate(4);
        assert_eq!(Body::new(space.clone()).fill(7), Err(Full));
        assert_eq!(Body::new(space.clone()).fill(6), Ok(()));
        drop(body);
        assert_eq!(Body::new(space).fill(10), Ok(()));
    }
}
