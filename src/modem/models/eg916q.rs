//! EG916Q-GL, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "eg916q",
    summary: "EG916Q-GL, a sibling on another chipset.",
    settings: &[
        set("product", "EG916Q-GL", Capture("eg916q-gl-forum34559")),
        set("revision", "EG916QGLLGR01A03M04", Capture("eg916q-gl-forum34559")),
        set("release", "EG916QGLLGR01A03M04_01.001.01.001", Capture("eg916q-gl-forum34559")),
    ],
    test_answers: &[],
};
