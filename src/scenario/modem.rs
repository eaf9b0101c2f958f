//! The module itself: which it is, its knobs, its card and network, its stores.

use std::collections::BTreeMap;

use crate::modem::knobs::{KNOBS, Knobs};
use crate::modem::models::{MODELS, Model};
use crate::modem::network::Registration;
use crate::store::{FileName, Medium};

use super::content::Content;
use super::form::{Form, Reader, hint, record, words};
use super::node::{Node, Value};
use super::shape::{Field, Record, Shape, Word};
use super::values::{Int, KeyForm, Size};

/// The module to stand for.
#[derive(Clone, Copy, Debug)]
pub struct ModelName(pub &'static Model);

impl PartialEq for ModelName {
    fn eq(&self, other: &ModelName) -> bool {
        self.0.name == other.0.name
    }
}

impl Default for ModelName {
    /// An EC25.
    fn default() -> ModelName {
        ModelName(MODELS[0])
    }
}

impl Form for ModelName {
    fn shape() -> Shape {
        let word = |model: &&Model| Word { name: model.name.to_owned(), doc: model.summary };
        Shape::Words(MODELS.iter().map(word).collect())
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<ModelName> {
        let text = reader.text(node, "the name of a model")?;
        match Model::find(text) {
            Some(model) => Some(ModelName(model)),
            None => {
                let hint = hint(text, MODELS.iter().map(|model| model.name));
                reader.problem(node.span, format!("unknown model {}: {hint}", node.describe()))
            }
        }
    }
}

/// Knobs that the scenario sets otherwise than the model: name and value, each valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnobSettings(Vec<(&'static str, String)>);

impl KnobSettings {
    /// Sets them.
    pub fn apply(&self, knobs: &mut Knobs) {
        for (name, value) in &self.0 {
            let set = knobs.set(name, value);
            debug_assert_eq!(set, Ok(()), "they were tried when they were read");
        }
    }
}

impl Form for KnobSettings {
    fn shape() -> Shape {
        let field = |knob: &crate::modem::knobs::KnobInfo| Field {
            key: knob.name,
            doc: knob.summary.trim(),
            shape: Shape::Text,
            required: false,
        };
        Shape::Record(Record {
            name: "Knobs",
            doc: "Settings where firmware differs.",
            short: None,
            fields: KNOBS.iter().map(field).collect(),
        })
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<KnobSettings> {
        let names: Vec<_> = KNOBS.iter().map(|knob| knob.name).collect();
        reader.fields(node, &names, None)?;
        let mut settings = Vec::new();
        for name in names {
            let Some(value) = node.get(name) else { continue };
            let Some(text) = reader.text(value, "the value of a knob") else { continue };
            match Knobs::default().set(name, text) {
                Ok(()) => settings.push((name, text.to_owned())),
                Err(error) => reader.problem::<()>(value.span, error).unwrap_or(()),
            }
        }
        Some(KnobSettings(settings))
    }
}

words! {
    /// The SIM card at start.
    pub enum SimState {
        /// In and unlocked.
        Ready = "ready",
        /// Not there.
        Absent = "absent",
        /// In; `AT+CPIN=<pin>` unlocks it.
        PinRequired = "pin_required",
    }
}

words! {
    /// Registration in the network, the same for CS, PS and EPS (`<stat>`, 27.007 §7.2).
    pub enum RegistrationState {
        /// 0, not searching.
        NotRegistered = "not_registered",
        /// 1.
        Home = "home",
        /// 2.
        Searching = "searching",
        /// 3.
        Denied = "denied",
        /// 5.
        Roaming = "roaming",
    }
}

impl From<RegistrationState> for Registration {
    fn from(state: RegistrationState) -> Registration {
        match state {
            RegistrationState::NotRegistered => Registration::NotRegistered,
            RegistrationState::Home => Registration::Home,
            RegistrationState::Searching => Registration::Searching,
            RegistrationState::Denied => Registration::Denied,
            RegistrationState::Roaming => Registration::Roaming,
        }
    }
}

record! {
    /// The card, the network and how the module boots.
    pub struct ModemPlan {
        /// The SIM card; `ready` unless told.
        sim: SimState = SimState::Ready,
        /// The PIN, four to eight digits, with `sim: pin_required`; `"1234"` unless told.
        pin: Option<Pin> = None,
        /// The registration; `home` unless told.
        registration: RegistrationState = RegistrationState::Home,
        /// `<rssi>` of `AT+CSQ`: 0 to 31, or 99 for unknown; 24 unless told.
        signal: Signal = Signal(24),
        /// Whether the module starts with its boot lines (`RDY` …); what the knob of this name
        /// says unless told.
        boot_urcs: Option<bool> = None,
    }
    check ModemPlan::check
}

impl Default for ModemPlan {
    /// A card that is ready, in its home network.
    fn default() -> ModemPlan {
        ModemPlan {
            sim: SimState::Ready,
            pin: None,
            registration: RegistrationState::Home,
            signal: Signal(24),
            boot_urcs: None,
        }
    }
}

impl ModemPlan {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.pin.is_some() && self.sim != SimState::PinRequired {
            let message = "a PIN that nobody asks for: expected `sim: pin_required` with it";
            reader.problem::<()>(node.span_of("pin"), message);
        }
    }
}

/// A PIN: four to eight digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin(pub String);

impl Form for Pin {
    fn shape() -> Shape {
        Shape::Like { pattern: "^[0-9]{4,8}$", example: "1234" }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Pin> {
        let what = "a PIN of four to eight digits, in quotes";
        let text = reader.text(node, what)?;
        let valid = (4..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if valid { Some(Pin(text.to_owned())) } else { reader.expected(node, what) }
    }
}

/// `<rssi>` of `AT+CSQ`: 0 to 31, or 99 for unknown (27.007 §8.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(pub u8);

impl Form for Signal {
    fn shape() -> Shape {
        Shape::Any(vec![Shape::Integer { min: 0, max: 31 }, Shape::Integer { min: 99, max: 99 }])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Signal> {
        let what = "an <rssi> from 0 to 31, or 99";
        match reader.text(node, what)?.parse() {
            Ok(rssi @ (0..=31 | 99)) => Some(Signal(rssi)),
            _ => reader.expected(node, what),
        }
    }
}

impl KeyForm for Medium {
    const PATTERN: &'static str = "^(RAM|UFS|SD)$";

    fn read_key(text: &str) -> Result<Medium, String> {
        text.parse().map_err(|_| "UFS, RAM or SD".to_owned())
    }
}

impl Form for Medium {
    fn shape() -> Shape {
        let word = |medium: Medium| Word { name: medium.name().to_owned(), doc: "" };
        Shape::Words(Medium::ALL.into_iter().map(word).collect())
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Medium> {
        let what = "UFS, RAM or SD";
        match reader.text(node, what)?.parse() {
            Ok(medium) => Some(medium),
            Err(_) => reader.expected(node, what),
        }
    }
}

/// A medium of the module.
#[derive(Clone, Debug, PartialEq)]
pub enum StorePlan {
    /// It isn't there.
    Absent,
    /// It is.
    Present(StoreSpec),
}

record! {
    /// A medium and the files on it.
    pub struct StoreSpec {
        /// What it holds; what the model has unless told.
        capacity: Option<Size> = None,
        /// The files on it at start, by name, without `UFS:` before it.
        files: BTreeMap<StoreFileName, Content> = BTreeMap::new(),
    }
    check StoreSpec::check
}

impl StoreSpec {
    fn check(&self, node: &Node, reader: &mut Reader) {
        let Some(capacity) = self.capacity else { return };
        let files: u64 = self.files.values().map(Content::size).sum();
        if files > capacity.0 {
            let message =
                format!("files of {files} bytes don't fit on a medium of {} bytes", capacity.0);
            reader.problem::<()>(node.span_of("files"), message);
        }
    }
}

impl Form for StorePlan {
    fn shape() -> Shape {
        let absent = Word { name: "absent".to_owned(), doc: "It isn't there." };
        Shape::Any(vec![Shape::Words(vec![absent]), StoreSpec::shape()])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<StorePlan> {
        match &node.value {
            Value::Scalar(word) if word == "absent" => Some(StorePlan::Absent),
            Value::Scalar(_) => reader.expected(node, "`absent`, or a mapping of capacity, files"),
            _ => StoreSpec::read(node, reader).map(StorePlan::Present),
        }
    }
}

/// The name of a file in a medium, without prefix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreFileName(pub String);

impl KeyForm for StoreFileName {
    const PATTERN: &'static str = r#"^[^/\\:"*]{1,80}$"#;

    fn read_key(text: &str) -> Result<StoreFileName, String> {
        // The rules are the same on every medium.
        FileName::new(Medium::Ufs, text)
            .map(|name| StoreFileName(name.bare().to_owned()))
            .map_err(|_| "the name of a file, without prefix, of at most 80 bytes".to_owned())
    }
}

/// The name of a file in a medium, with prefix: `UFS:log.bin`.
impl Form for FileName {
    fn shape() -> Shape {
        Shape::Like { pattern: r#"^((RAM|UFS|SD):)?[^/\\:"*]{1,80}$"#, example: "UFS:log.bin" }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<FileName> {
        let what = "the name of a file such as UFS:log.bin";
        match FileName::parse(reader.text(node, what)?) {
            Ok(name) => Some(name),
            Err(_) => reader.expected(node, what),
        }
    }
}

/// A PDP context: 1 to 16.
pub type ContextId = Int<1, 16>;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn a_model_is_known_by_its_name() {
        assert_eq!(read::<ModelName>("EG25-G").map(|model| model.0.name), Some("eg25-g"));
        assert_eq!(
            problems::<ModelName>("ec26"),
            ["1:1: unknown model `ec26`: did you mean `ec25`?"]
        );
    }

    #[test]
    fn knobs_are_set_by_name_and_tried_at_once() {
        let settings: KnobSettings = read("{urc_gap: 20ms, pwd_quoted: true}").expect("valid");
        let mut knobs = Knobs::default();
        settings.apply(&mut knobs);
        assert_eq!((knobs.urc_gap, knobs.pwd_quoted), (Duration::from_millis(20), true));
        assert_eq!(
            problems::<KnobSettings>("{urcgap: 20ms, pwd_quoted: 7, cmee: [1]}"),
            [
                "1:2: unknown key `urcgap`: did you mean `urc_gap`?",
                "1:37: expected the value of a knob, found a list",
                "1:28: knob `pwd_quoted`: `7` is not true or false",
            ]
        );
    }

    #[test]
    fn the_card_and_the_network_have_their_ranges() {
        let plan: ModemPlan = read("{sim: pin_required, pin: '0000', signal: 99}").expect("valid");
        assert_eq!(plan.pin, Some(Pin("0000".to_owned())));
        assert_eq!(read("{}"), Some(ModemPlan::default()));
        assert_eq!(
            problems::<ModemPlan>("{pin: 12, signal: 32, registration: lost}"),
            [
                "1:7: expected a PIN of four to eight digits, in quotes, found `12`",
                "1:37: unknown word `lost`: expected one of not_registered, home, searching, \
                 denied, roaming",
                "1:19: expected an <rssi> from 0 to 31, or 99, found `32`",
            ]
        );
        assert_eq!(
            problems::<ModemPlan>("{pin: '1234'}"),
            ["1:7: a PIN that nobody asks for: expected `sim: pin_required` with it"]
        );
    }

    #[test]
    fn files_have_to_fit_on_their_medium() {
        let text = "{capacity: 10, files: {a: {size: 6}, b: {size: 5}}}";
        assert_eq!(
            problems::<StorePlan>(text),
            ["1:23: files of 11 bytes don't fit on a medium of 10 bytes"]
        );
        assert_eq!(read("absent"), Some(StorePlan::Absent));
        assert_eq!(
            problems::<StorePlan>("none"),
            ["1:1: expected `absent`, or a mapping of capacity, files, found `none`"]
        );
    }

    #[test]
    fn media_and_their_files_have_names() {
        assert_eq!(
            problems::<BTreeMap<Medium, StorePlan>>("{ufs: absent, SD: {files: {'a/b': {}}}}"),
            [
                "1:2: expected UFS, RAM or SD, found `ufs`",
                "1:28: expected the name of a file, without prefix, of at most 80 bytes, found \
                 `a/b`",
            ]
        );
        assert_eq!(read("RAM:x"), FileName::parse("RAM:x").ok());
        assert_eq!(
            problems::<FileName>("ufs:x"),
            ["1:1: expected the name of a file such as UFS:log.bin, found `ufs:x`"]
        );
    }
}
