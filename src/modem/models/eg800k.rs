//! EG800K, a sibling on another chipset.
use super::{Identity, Model, Setting};
use crate::modem::knobs::Source::{Capture, Choice};
pub(super) static MODEL: Model = Model {
    name: "eg800k",
    summary: "EG800K, a sibling on another chipset.",
    identity: Identity {
        model: "EG800K",
        revision: "EG800KCNGCR07A06M04",
        release: "EG800KCNGCR07A06M04_01.001.01.001",
        sub_edition: "V04",
        source: Capture("eg800k-a06m04-ftp"),
    },
    settings: &[
        Setting { knob: "pwd_quoted", value: "true", source: Capture("eg800k-a06m04-ftp") },
        Setting { knob: "account_masked", value: "true", source: Capture("eg800k-a06m04-ftp") },
        Setting { knob: "escape_get", value: "abort", source: Capture("eg800k-a06m04-ftp") },
        Setting { knob: "data_fail_sticky", value: "true", source: Capture("eg800k-a06m04-ftp") },
        Setting { knob: "qfdel_missing", value: "405", source: Choice("the siblings' code") },
    ],
};
