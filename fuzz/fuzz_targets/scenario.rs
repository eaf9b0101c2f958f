//! The scenario loader: what must be true of it is written in `src/scenario/inputs.rs`, which
//! `cargo test` uses as well.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| qftpsim::scenario::inputs::play(bytes));
