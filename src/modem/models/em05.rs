//! EM05 series; no log of one is known.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Choice};

/// Where most of it comes from.
const GUESSED: Source = Choice("firmware name from ModemManager's tests");

pub(super) static MODEL: Model = Model {
    name: "em05",
    summary: "EM05 series; no log of one is known.",
    settings: &[
        set("product", "EM05", GUESSED),
        set("revision", "EM05GFAR07A07M1G", GUESSED),
        set("release", "EM05GFAR07A07M1G_01.016.01.016", GUESSED),
    ],
    test_answers: &[],
};
