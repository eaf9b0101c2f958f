//! EC20 R2.1 and EC20-CN.

use super::{Identity, Model, Setting};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "ec20",
    summary: "EC20 R2.1 and EC20-CN.",
    identity: Identity {
        model: "EC20F",
        revision: "EC20CEFDR02A09M4G",
        release: "EC20CEFDR02A09M4G_01.001.01.001",
        sub_edition: "V04",
        source: Capture("ec20-cefdr02a09m4g-toybrick"),
    },
    settings: &[Setting {
        knob: "ufs_total",
        value: "5636096",
        source: Capture("ec20-ufs-size-comment"),
    }],
};
