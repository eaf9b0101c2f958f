//! The scenario loader: whatever is in the file, there is a scenario or a list of problems, each of
//! them on a line of the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qftpsim::scenario::Scenario;

fuzz_target!(|bytes: &[u8]| {
    match Scenario::parse("fuzz.yaml", bytes, None) {
        Ok(scenario) => {
            // What was read can be put to use, or says why not.
            let _ = scenario.fill(qftpsim::modem::stores_of(&scenario.model.0.knobs()));
            let _ = scenario.network();
        }
        Err(error) => {
            let text = error.to_string();
            assert!(text.starts_with("fuzz.yaml"), "{text}");
        }
    }
});
