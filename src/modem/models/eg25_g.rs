//! EG25-G, firmware 01.003.

use super::{Identity, Model, Setting};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "eg25-g",
    summary: "EG25-G, firmware 01.003.",
    identity: Identity {
        model: "EG25",
        revision: "EG25GGBR07A08M2G",
        release: "EG25GGBR07A08M2G_01.003.01.003",
        sub_edition: "V04",
        source: Capture("eg25g-a08m2g_01.003.01.003-cellular"),
    },
    settings: &[
        Setting { knob: "boot_time", value: "10s", source: Capture("eg25g-pinephone-eg25manager") },
        Setting {
            knob: "boot_holds_input",
            value: "true",
            source: Capture("eg25g-pinephone-nuttx"),
        },
    ],
};
