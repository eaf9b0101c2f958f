//! The modules of the family as data: identity, and the knobs they have otherwise. Adding a model
//! is one file and one line in [`MODELS`].

mod bg770a;
mod bg95;
mod bg96;
mod ec20;
mod ec200a;
mod ec200u;
mod ec21;
mod ec25;
mod eg21_g;
mod eg25_g;
mod eg800k;
mod eg91;
mod eg916q;
mod eg95;
mod em05;
mod note;
pub mod table;

use super::knobs::{Knobs, Source};

/// A module.
#[derive(Debug)]
pub struct Model {
    /// Its name in scenarios and on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// The knobs it has otherwise than the defaults.
    pub settings: &'static [Setting],
    /// The `=?` answers of a sibling that differ from those of the family.
    pub test_answers: &'static [TestAnswer],
}

/// A knob that a model sets.
#[derive(Debug)]
pub struct Setting {
    /// The knob.
    pub knob: &'static str,
    /// Its value, as written in a scenario.
    pub value: &'static str,
    /// Where this comes from.
    pub source: Source,
}

/// What a model answers to `=?`. The values that the command takes stay those of the family.
#[derive(Debug)]
pub struct TestAnswer {
    /// The command, in upper case: `+QIACT`.
    pub command: &'static str,
    /// What stands after `+QIACT: ` in each line.
    pub lines: &'static [&'static str],
    /// Where this comes from.
    pub source: Source,
}

const fn set(knob: &'static str, value: &'static str, source: Source) -> Setting {
    Setting { knob, value, source }
}

const fn answer(
    command: &'static str,
    lines: &'static [&'static str],
    source: Source,
) -> TestAnswer {
    TestAnswer { command, lines, source }
}

impl Model {
    /// The defaults with this model's settings.
    ///
    /// # Panics
    /// If a setting of the model is misspelt; a test reads them all.
    pub fn knobs(&self) -> Knobs {
        let mut knobs = Knobs::default();
        for setting in self.settings {
            knobs.set(setting.knob, setting.value).expect("the settings of a model are valid");
        }
        knobs
    }

    /// The model with this name, in any case.
    pub fn find(name: &str) -> Option<&'static Model> {
        MODELS.iter().copied().find(|model| model.name.eq_ignore_ascii_case(name))
    }
}

/// Every model; the first is the default.
pub static MODELS: &[&Model] = &[
    &ec25::MODEL,
    &ec20::MODEL,
    &ec21::MODEL,
    &eg91::MODEL,
    &eg95::MODEL,
    &eg21_g::MODEL,
    &eg25_g::MODEL,
    &em05::MODEL,
    &eg800k::MODEL,
    &bg770a::MODEL,
    &bg95::MODEL,
    &bg96::MODEL,
    &ec200a::MODEL,
    &ec200u::MODEL,
    &eg916q::MODEL,
    &note::MODEL,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_every_model_are_valid_and_differ_from_the_defaults() {
        let defaults = Knobs::default();
        for model in MODELS {
            for setting in model.settings {
                let mut knobs = Knobs::default();
                knobs.set(setting.knob, setting.value).unwrap();
                assert_ne!(knobs, defaults, "{}: {}", model.name, setting.knob);
            }
            model.knobs();
        }
    }

    #[test]
    fn models_are_found_by_name_in_any_case() {
        assert_eq!(Model::find("EC25").map(|m| m.name), Some("ec25"));
        assert!(Model::find("ec26").is_none());
    }
}
