//! EC200U-EU, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Capture};

/// Where most of it comes from.
const SEEN: Source = Capture("ec200u-eu-myir");

pub(super) static MODEL: Model = Model {
    name: "ec200u",
    summary: "EC200U-EU, a sibling on another chipset.",
    settings: &[
        set("product", "EC200U", SEEN),
        set("revision", "EC200UEUAAR02A02M08_HJ", SEEN),
        set("release", "EC200UEUAAR02A02M08_HJ", SEEN),
    ],
    test_answers: &[],
};
