//! EC21 series.

use super::{Model, set};
use crate::modem::knobs::Source::{Capture, Choice};

pub(super) static MODEL: Model = Model {
    name: "ec21",
    summary: "EC21 series.",
    settings: &[
        set("product", "EC21", Capture("ec21-aufar02a02m4g-forum3693")),
        set("revision", "EC21AUFAR02A02M4G", Capture("ec21-aufar02a02m4g-forum3693")),
        set("release", "EC21AUFAR02A02M4G_01.001.01.001", Choice("the release is not known")),
    ],
    test_answers: &[],
};
