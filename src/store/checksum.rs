//! The checksum of `AT+QFUPL` and `AT+QFDWL`.

use std::fmt;

/// The 16-bit checksum of a file: its big-endian byte pairs XORed, an odd last byte counting as
/// the high byte of a pair.
///
/// Printed as real modules do: lower-case hex without leading zeros, `0` for no data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checksum {
    sum: u16,
    /// An odd number of bytes so far: the next one is a low byte.
    odd: bool,
}

impl Checksum {
    /// The checksum of no data.
    pub fn new() -> Self {
        Self::default()
    }

    /// The checksum of `data`.
    pub fn of(data: &[u8]) -> Self {
        let mut checksum = Self::new();
        checksum.update(data);
        checksum
    }

    /// Takes in the next bytes; where the data are cut makes no difference.
    pub fn update(&mut self, mut data: &[u8]) {
        if self.odd
            && let Some((&low, rest)) = data.split_first()
        {
            self.sum ^= u16::from(low);
            self.odd = false;
            data = rest;
        }
        // XOR keeps columns apart, so eight bytes go at a time and the pairs are told at the end.
        let (words, tail) = data.as_chunks::<8>();
        let columns = words.iter().fold(0, |sum, word| sum ^ u64::from_ne_bytes(*word));
        for pair in columns.to_ne_bytes().chunks(2).chain(tail.chunks(2)) {
            let low = pair.get(1).copied().unwrap_or(0);
            self.sum ^= u16::from_be_bytes([pair[0], low]);
        }
        self.odd |= tail.len() % 2 == 1;
    }

    /// The sum of what was taken in so far.
    pub fn value(self) -> u16 {
        self.sum
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sums_print_as_modules_print_them() {
        for (data, printed) in [
            ("", "0"),
            ("a", "6100"),
            ("ab", "6162"),
            ("abc", "262"),
            ("abcd", "206"),
            ("aaaa", "0"),
            ("abcdefghij", "6962"),
        ] {
            assert_eq!(Checksum::of(data.as_bytes()).to_string(), printed, "{data:?}");
        }
    }

    proptest! {
        #[test]
        fn cutting_the_data_makes_no_difference(
            data in prop::collection::vec(any::<u8>(), 0..100),
            cuts in prop::collection::vec(0..20usize, 0..10),
        ) {
            let expected = data
                .chunks(2)
                .fold(0, |sum, pair| sum ^ (u16::from(pair[0]) << 8) ^ u16::from(*pair.get(1).unwrap_or(&0)));
            let mut checksum = Checksum::new();
            let mut rest = &data[..];
            for cut in cuts {
                let (part, later) = rest.split_at(cut.min(rest.len()));
                checksum.update(part);
                rest = later;
            }
            checksum.update(rest);
            prop_assert_eq!(checksum.value(), expected);
        }
    }
}
