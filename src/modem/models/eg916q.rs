//! EG916Q-GL, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Capture};

/// Where most of it comes from.
const SEEN: Source = Capture("eg916q-gl-forum34559");

pub(super) static MODEL: Model = Model {
    name: "eg916q",
    summary: "EG916Q-GL, a sibling on another chipset.",
    settings: &[
        set("product", "EG916Q-GL", SEEN),
        set("revision", "EG916QGLLGR01A03M04", SEEN),
        set("release", "EG916QGLLGR01A03M04_01.001.01.001", SEEN),
    ],
    test_answers: &[],
};
