//! EG91 series; no log of one is known.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Choice};

/// Where most of it comes from.
const GUESSED: Source = Choice("no log of one is known");

pub(super) static MODEL: Model = Model {
    name: "eg91",
    summary: "EG91 series; no log of one is known.",
    settings: &[
        set("product", "EG91", GUESSED),
        set("revision", "EG91EFBR06A03M4G", GUESSED),
        set("release", "EG91EFBR06A03M4G_01.001.01.001", GUESSED),
    ],
    test_answers: &[],
};
