//! What the host is told in one piece: the echo, the information lines and the result of a command.

use std::fmt;

use bytes::{Bytes, BytesMut};

/// For speed: the answers of a while share a piece of memory of so many bytes.
const SHARED: usize = 4096;

/// A response under way.
#[derive(Debug, Default)]
pub(super) struct Response {
    pub(super) text: Vec<u8>,
    shared: BytesMut,
}

impl Response {
    /// Takes out what was gathered.
    pub(super) fn take(&mut self) -> Bytes {
        if self.text.len() >= SHARED {
            return std::mem::take(&mut self.text).into();
        }
        if self.shared.capacity() < self.text.len() {
            self.shared.reserve(SHARED);
        }
        self.shared.extend_from_slice(&self.text);
        self.text.clear();
        self.shared.split().freeze()
    }
}

impl fmt::Write for Response {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_that_share_memory_do_not_mix_and_a_long_one_has_its_own() {
        let mut response = Response::default();
        let mut taken = Vec::new();
        for len in (0..=SHARED + 1).step_by(37) {
            response.text.extend((0..len).map(|at| (at + len) as u8));
            taken.push((len, response.take()));
            assert!(response.text.is_empty());
        }
        for (len, bytes) in taken {
            assert!(bytes.iter().copied().eq((0..len).map(|at| (at + len) as u8)), "{len} bytes");
        }
    }
}
