//! What becomes of bytes.

use bytes::{BufMut, BytesMut};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::Handling;

/// Most bytes made at once.
pub(super) const CHUNK: usize = 4096;

impl Handling {
    /// Appends to `arrived` what arrives of `bytes`.
    pub(super) fn apply(self, bytes: &[u8], arrived: &mut BytesMut) {
        match self {
            Handling::Intact => arrived.extend_from_slice(bytes),
            Handling::Lost => {}
            Handling::Repeated => arrived.extend(bytes.iter().flat_map(|byte| [*byte; 2])),
            Handling::Flipped(mask) => arrived.extend(bytes.iter().map(|byte| byte ^ mask)),
        }
    }
}

/// Bytes that nobody sent, the same ones for the same seed.
#[derive(Debug)]
pub(super) struct Garbage {
    source: StdRng,
    made: u64,
}

impl Garbage {
    pub(super) fn new(seed: u64) -> Self {
        Self { source: StdRng::seed_from_u64(seed), made: 0 }
    }

    /// Appends some of those that are still to come until there were `wanted`.
    pub(super) fn make(&mut self, wanted: u64, arrived: &mut BytesMut) {
        let missing = wanted.saturating_sub(self.made).min(CHUNK as u64);
        self.made += missing;
        let start = arrived.len();
        arrived.put_bytes(0, missing as usize);
        self.source.fill_bytes(&mut arrived[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_the_same_for_the_same_seed_however_it_is_asked_for() {
        let made = |seed, counts: &[u64]| {
            let (mut garbage, mut arrived) = (Garbage::new(seed), BytesMut::new());
            counts.iter().for_each(|count| garbage.make(*count, &mut arrived));
            arrived
        };
        let all = made(7, &[12]);
        assert_eq!(all.len(), 12);
        assert_eq!(made(7, &[12, 12, 3]), all);
        assert_ne!(made(8, &[12]), all);
        assert_eq!(made(7, &[u64::MAX]).len(), CHUNK);
    }
}
