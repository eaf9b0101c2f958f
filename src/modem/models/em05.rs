//! EM05 series; no log of one is known.

use super::{Identity, Model};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "em05",
    summary: "EM05 series; no log of one is known.",
    identity: Identity {
        model: "EM05",
        revision: "EM05GFAR07A07M1G",
        release: "EM05GFAR07A07M1G_01.016.01.016",
        sub_edition: "V04",
        source: Choice("firmware name from ModemManager's tests"),
    },
    settings: &[],
};
