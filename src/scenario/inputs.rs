//! What may be in a file that is to be a scenario: anything. There is a scenario, or a list of
//! problems that can be read.
//!
//! proptest mutates real scenarios in `cargo test`; the fuzz target `scenario` does as it likes.

use super::{Scenario, ScenarioError};
use crate::modem::stores_of;

/// Reads `bytes` as a scenario, and puts it to use if it is one.
///
/// # Panics
/// When the reader does not do what it must.
pub fn play(bytes: &[u8]) {
    match Scenario::parse("s.yaml", bytes, None) {
        Ok(scenario) => {
            // What was read fits together, or says why not.
            let _ = scenario.fill(stores_of(&scenario.model.0.knobs()));
            let _ = scenario.network();
        }
        Err(error) => check("s.yaml", &error),
    }
}

/// An error names the place, and is no flood.
pub(crate) fn check(file: &str, error: &ScenarioError) {
    /// In bytes: a message, and the line below it.
    const MOST: usize = 8 * 1024;
    let text = error.to_string();
    assert!(text.starts_with(&format!("{file}:")), "{text}");
    if let ScenarioError::Invalid(found) = error {
        assert!((1..=101).contains(&found.len()), "{}", found.len());
        for diagnostic in found {
            assert!(diagnostic.line > 0 && diagnostic.column > 0, "{diagnostic}");
            assert!(diagnostic.to_string().len() < MOST, "{diagnostic}");
            assert!(!diagnostic.message.contains(char::is_control), "{diagnostic}");
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::play;

    /// What is put into a text that was one.
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "- ",
        "\n",
        "\n  ",
        "\t",
        "'",
        "\"",
        "|\n ",
        "&a ",
        "*a",
        "!!int ",
        "<<: ",
        "~",
        "#",
        "---\n",
        "%",
        "\\u0000",
        "\\ud83d",
        "é",
        "\u{feff}",
        "\u{85}",
        "0",
        "-1",
        "1e99",
        "18446744073709551616",
        "nan",
        "true",
        "99999999h",
        "1EiB",
        "100%",
        "0.5",
    ];

    /// One of `texts`, changed in some places.
    pub(crate) fn changed(texts: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..4),
            1 => "[a-z_]{1,80}".prop_map(String::into_bytes),
        ];
        let change = (any::<Index>(), any::<Index>(), 0usize..12, piece);
        let changes = proptest::collection::vec(change, 1..5);
        (select(texts), changes).prop_map(|(mut text, changes)| {
            for (from, to, most, piece) in changes {
                // Some of it goes, or something of elsewhere comes twice.
                let from = from.index(text.len() + 1);
                let end = (from + most).min(text.len());
                let again = to.index(text.len() + 1);
                let mut piece = piece;
                if most == 11 {
                    let until = (again + 40).min(text.len());
                    piece.extend_from_slice(&text[again..until]);
                }
                text.splice(from..end, piece);
            }
            text
        })
    }

    fn scenarios() -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut paths: Vec<_> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
            .collect();
        paths.sort();
        paths.iter().map(|path| fs::read(path).expect("a scenario")).collect()
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_scenario_or_problems(
            bytes in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            play(&bytes);
        }

        #[test]
        fn a_scenario_that_was_changed_is_one_or_has_problems(bytes in changed(scenarios())) {
            play(&bytes);
        }
    }
}
