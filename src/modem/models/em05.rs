//! EM05 series; no log of one is known.

use super::{Model, set};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "em05",
    summary: "EM05 series; no log of one is known.",
    settings: &[
        set("product", "EM05", Choice("firmware name from ModemManager's tests")),
        set("revision", "EM05GFAR07A07M1G", Choice("firmware name from ModemManager's tests")),
        set(
            "release",
            "EM05GFAR07A07M1G_01.016.01.016",
            Choice("firmware name from ModemManager's tests"),
        ),
    ],
    test_answers: &[],
};
