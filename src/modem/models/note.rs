//! Exactly what the vendor's FTP(S) note says.
use super::{Identity, Model, Setting};
use crate::modem::knobs::Source::{Choice, Note};
pub(super) static MODEL: Model = Model {
    name: "note",
    summary: "Exactly what the vendor's FTP(S) note says.",
    identity: Identity {
        model: "EC25",
        revision: "EC25EFAR06A17M4G",
        release: "EC25EFAR06A17M4G_20.200.20.200",
        sub_edition: "V04",
        source: Choice("the note names no firmware"),
    },
    settings: &[
        Setting { knob: "cfg_restenable", value: "false", source: Note("2.1") },
        Setting { knob: "cfg_data_timeout_in_test", value: "true", source: Note("2.1") },
    ],
};
