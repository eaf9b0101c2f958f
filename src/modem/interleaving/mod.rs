//! The machine under interleavings: a host that keeps to the rules but does everything at the worst
//! moment, one that keeps to none, a link that also says what nobody asked for, and faults in the
//! module itself.
//!
//! proptest chooses the steps in `cargo test`; the fuzz target `machine` reads them from bytes.

mod bench;
mod check;
mod fault;
mod ledger;
mod link;
#[cfg(test)]
mod property_tests;
mod step;
mod transcript;

use bench::Bench;
use step::Step;

/// Plays the steps that `bytes` stand for; the first of them says which host.
///
/// # Panics
/// When the machine does not do what it must.
pub fn play(bytes: &[u8]) {
    let Some((host, mut rest)) = bytes.split_first() else { return };
    let steps = std::iter::from_fn(|| Step::take(&mut rest));
    if host & 1 == 0 { Bench::orderly(steps) } else { Bench::chaos(steps) }
}
