//! The memory that transfers arrive in.

use std::mem;

use bytes::BytesMut;

/// Size of a buffer in bytes, and so the most of a transfer that is read at once, for a download
/// ahead of the modem's credit: smaller pieces cost speed, bigger ones would not be given on at
/// once (`HOST_WINDOW`).
pub(super) const CHUNK: usize = 64 * 1024;

/// Room in bytes below which nothing more is read into a buffer: stores copy smaller pieces.
const LEAST: usize = 4 * 1024;

/// The most buffers that are remembered: 512 MiB.
const MOST: usize = 8192;

/// Buffers that are used again once nobody reads any more what came in them, such as a file that
/// was deleted from RAM.
///
/// Shaped by speed: a page that is new to the process costs several times what it takes to fill it.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    free: Vec<BytesMut>,
    /// What is left of those that are, or were, still read elsewhere.
    lent: Vec<BytesMut>,
    /// So many are taken before `lent` is searched again: as many as were not free the last time.
    /// That keeps searches cheap, and the buffers at twice as many as are needed.
    until_search: usize,
}

impl Buffers {
    /// An empty buffer with room, for the beginning of a transfer.
    pub(super) fn begin(&mut self) -> BytesMut {
        self.until_search = 0;
        self.take()
    }

    /// Exchanges `buffer` if all that came in it is split off, and it has no room for more.
    pub(super) fn renew(&mut self, buffer: &mut BytesMut) {
        if buffer.is_empty() && buffer.capacity() < LEAST {
            let next = self.take();
            self.end(mem::replace(buffer, next));
        }
    }

    /// Takes back `buffer`; what is still in it is forgotten.
    pub(super) fn end(&mut self, mut buffer: BytesMut) {
        buffer.clear();
        if buffer.capacity() >= LEAST {
            self.free.push(buffer);
        } else if self.free.len() + self.lent.len() < MOST {
            self.lent.push(buffer);
        }
    }

    fn take(&mut self) -> BytesMut {
        if self.free.is_empty() && self.until_search == 0 {
            for mut buffer in mem::take(&mut self.lent) {
                let is_free = buffer.try_reclaim(CHUNK);
                if is_free { self.free.push(buffer) } else { self.lent.push(buffer) }
            }
            self.until_search = self.lent.len();
        }
        self.until_search = self.until_search.saturating_sub(1);
        self.free.pop().unwrap_or_else(|| BytesMut::with_capacity(CHUNK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// What arrives in a buffer and fills it.
    fn receive(buffers: &mut Buffers, byte: u8) -> Bytes {
        let mut buffer = buffers.begin();
        buffer.resize(CHUNK, byte);
        let data = buffer.split().freeze();
        buffers.end(buffer);
        data
    }

    #[test]
    fn a_buffer_is_used_again_once_its_data_are_let_go() {
        let mut buffers = Buffers::default();
        let at = receive(&mut buffers, b'x').as_ptr();
        assert_eq!(receive(&mut buffers, b'y').as_ptr(), at);
    }

    #[test]
    fn data_that_are_still_read_stay_as_they_are() {
        let mut buffers = Buffers::default();
        let part = receive(&mut buffers, b'x').slice(10..20);
        receive(&mut buffers, b'y');
        assert_eq!(part, "xxxxxxxxxx");
    }

    #[test]
    fn a_file_that_stays_keeps_no_other_from_being_used_again() {
        let mut buffers = Buffers::default();
        let _file: Vec<_> = (0..100).map(|_| receive(&mut buffers, b'x')).collect();
        let at = receive(&mut buffers, b'y').as_ptr();
        assert_eq!(receive(&mut buffers, b'z').as_ptr(), at);
    }

    #[test]
    fn a_long_transfer_uses_few_buffers_although_a_file_has_many() {
        let mut buffers = Buffers::default();
        let _file: Vec<_> = (0..100).map(|_| receive(&mut buffers, b'x')).collect();
        let mut buffer = buffers.begin();
        for _ in 0..10_000 {
            buffer.resize(CHUNK, b'y');
            drop(buffer.split());
            buffers.renew(&mut buffer);
        }
        let (free, lent) = (buffers.free.len(), buffers.lent.len());
        assert!(free + lent <= 200, "{free} free and {lent} lent ones");
    }

    #[test]
    fn small_files_share_a_buffer() {
        let mut buffers = Buffers::default();
        let mut small = || {
            let mut buffer = buffers.begin();
            buffer.resize(100, b'x');
            let data = buffer.split_to(90).freeze();
            buffers.end(buffer);
            data
        };
        let (first, second) = (small(), small());
        assert_eq!(first.as_ptr().wrapping_add(90), second.as_ptr());
    }

    #[test]
    fn a_buffer_is_renewed_only_when_it_is_used_up() {
        let mut buffers = Buffers::default();
        let mut buffer = buffers.begin();
        buffer.resize(CHUNK - LEAST + 1, b'x');
        buffers.renew(&mut buffer);
        assert_eq!(buffer.len(), CHUNK - LEAST + 1, "its data were not taken yet");
        let _data = buffer.split();
        buffers.renew(&mut buffer);
        assert!(buffer.capacity() >= CHUNK);
    }

    #[test]
    fn no_more_buffers_than_the_most_are_remembered() {
        let mut buffers = Buffers::default();
        (0..=MOST).for_each(|_| buffers.end(BytesMut::new()));
        assert_eq!(buffers.lent.len(), MOST);
    }
}
