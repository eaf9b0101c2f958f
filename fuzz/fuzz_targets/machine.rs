//! The machine under interleavings of host bytes, link events and time: what must be true of it is
//! written in `src/modem/interleaving`, which `cargo test` uses as well.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| qftpsim::modem::interleaving::play(bytes));
