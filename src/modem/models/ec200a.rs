//! EC200A-CN, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Capture};

/// Where most of it comes from.
const SEEN: Source = Capture("ec200a-cnlb-ectest");

pub(super) static MODEL: Model = Model {
    name: "ec200a",
    summary: "EC200A-CN, a sibling on another chipset.",
    settings: &[
        set("product", "EC200A", SEEN),
        set("revision", "EC200ACNLBR01A13M16", SEEN),
        set("release", "EC200ACNLBR01A13M16", SEEN),
    ],
    test_answers: &[],
};
