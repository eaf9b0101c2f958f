//! EG21-G.

use super::{Identity, Model, Setting};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "eg21-g",
    summary: "EG21-G.",
    identity: Identity {
        model: "EG21",
        revision: "EG21GGBR07A08M2G",
        release: "EG21GGBR07A08M2G_01.001.01.001",
        sub_edition: "V04",
        source: Choice("model line after a capture, firmware after the EG25-G"),
    },
    settings: &[
        Setting {
            knob: "boot_tells_cfun",
            value: "false",
            source: Choice("its boot log shows none"),
        },
        Setting {
            knob: "cfun_while_starting",
            value: "error",
            source: Choice("its boot log shows 3"),
        },
    ],
};
