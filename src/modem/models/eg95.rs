//! EG95 series; no log of one is known.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Choice};

/// Where most of it comes from.
const GUESSED: Source = Choice("no log of one is known");

pub(super) static MODEL: Model = Model {
    name: "eg95",
    summary: "EG95 series; no log of one is known.",
    settings: &[
        set("product", "EG95", GUESSED),
        set("revision", "EG95EFBR06A03M4G", GUESSED),
        set("release", "EG95EFBR06A03M4G_01.001.01.001", GUESSED),
    ],
    test_answers: &[],
};
