//! EC200A-CN, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "ec200a",
    summary: "EC200A-CN, a sibling on another chipset.",
    settings: &[
        set("product", "EC200A", Capture("ec200a-cnlb-ectest")),
        set("revision", "EC200ACNLBR01A13M16", Capture("ec200a-cnlb-ectest")),
        set("release", "EC200ACNLBR01A13M16", Capture("ec200a-cnlb-ectest")),
    ],
    test_answers: &[],
};
