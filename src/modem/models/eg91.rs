//! EG91 series; no log of one is known.

use super::{Model, set};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "eg91",
    summary: "EG91 series; no log of one is known.",
    settings: &[
        set("product", "EG91", Choice("no log of one is known")),
        set("revision", "EG91EFBR06A03M4G", Choice("no log of one is known")),
        set("release", "EG91EFBR06A03M4G_01.001.01.001", Choice("no log of one is known")),
    ],
    test_answers: &[],
};
