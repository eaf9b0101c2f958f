//! EG95 series; no log of one is known.

use super::{Model, set};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "eg95",
    summary: "EG95 series; no log of one is known.",
    settings: &[
        set("product", "EG95", Choice("no log of one is known")),
        set("revision", "EG95EFBR06A03M4G", Choice("no log of one is known")),
        set("release", "EG95EFBR06A03M4G_01.001.01.001", Choice("no log of one is known")),
    ],
    test_answers: &[],
};
