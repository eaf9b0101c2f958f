//! EC200U-EU, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "ec200u",
    summary: "EC200U-EU, a sibling on another chipset.",
    settings: &[
        set("product", "EC200U", Capture("ec200u-eu-myir")),
        set("revision", "EC200UEUAAR02A02M08_HJ", Capture("ec200u-eu-myir")),
        set("release", "EC200UEUAAR02A02M08_HJ", Capture("ec200u-eu-myir")),
    ],
    test_answers: &[],
};
