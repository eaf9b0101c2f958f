//! Bulk data in a transcript: how much it was, which, and how it began.

use bytes::{Bytes, BytesMut};
use crc32fast::Hasher;

/// Some data, perhaps without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// So many bytes.
    pub len: u64,
    /// The CRC-32 of all of them, as zlib and `cksum -a crc32b` know it.
    pub crc32: u32,
    /// The first ones, or all.
    pub bytes: Bytes,
}

impl Data {
    /// All of `bytes`.
    pub fn new(bytes: Bytes) -> Data {
        Data { len: bytes.len() as u64, crc32: crc32fast::hash(&bytes), bytes }
    }

    /// Whether [`bytes`](Self::bytes) are all of it.
    pub fn is_whole(&self) -> bool {
        self.len == self.bytes.len() as u64
    }
}

/// Data that grows, of which so many bytes are kept.
#[derive(Debug)]
pub(super) struct Growing {
    len: u64,
    crc32: Hasher,
    head: BytesMut,
    keep: usize,
}

impl Growing {
    pub(super) fn new(keep: usize) -> Growing {
        Growing { len: 0, crc32: Hasher::new(), head: BytesMut::new(), keep }
    }

    pub(super) fn push(&mut self, data: &Data) {
        self.crc32.combine(&Hasher::new_with_initial_len(data.crc32, data.len));
        // Behind a gap nothing is kept.
        if self.len == self.head.len() as u64 {
            let room = self.keep - self.head.len();
            self.head.extend_from_slice(&data.bytes[..data.bytes.len().min(room)]);
        }
        self.len += data.len;
    }

    /// How many bytes more are kept.
    pub(super) fn room(&self) -> usize {
        self.keep - self.head.len()
    }

    pub(super) fn finish(self) -> Data {
        Data { len: self.len, crc32: self.crc32.finalize(), bytes: self.head.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_data_is_cut_makes_no_difference() {
        let whole = Bytes::from_iter((0..1000).map(|at| (at % 251) as u8));
        let mut growing = Growing::new(100);
        for part in [&whole[..7], &whole[7..130], &whole[130..]] {
            growing.push(&Data::new(Bytes::copy_from_slice(part)));
        }
        let data = growing.finish();
        assert_eq!(data, Data { bytes: whole.slice(..100), ..Data::new(whole) });
        assert!(!data.is_whole());
    }
}
