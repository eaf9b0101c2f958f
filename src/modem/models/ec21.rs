//! EC21 series.

use super::{Identity, Model};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "ec21",
    summary: "EC21 series.",
    identity: Identity {
        model: "EC21",
        revision: "EC21AUFAR02A02M4G",
        release: "EC21AUFAR02A02M4G_01.001.01.001",
        sub_edition: "V04",
        source: Capture("ec21-aufar02a02m4g-forum3693"),
    },
    settings: &[],
};
