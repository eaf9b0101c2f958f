//! What is sent to the control API, bodies and whole requests: what must become of it is written
//! in `src/control/inputs.rs`, which `cargo test` uses as well.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| qftpsim::control::inputs::play(bytes));
