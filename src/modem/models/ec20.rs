//! EC20 R2.1 and EC20-CN.

use super::{Model, set};
use crate::modem::knobs::Source::{Capture, Choice};

pub(super) static MODEL: Model = Model {
    name: "ec20",
    summary: "EC20 R2.1 and EC20-CN.",
    settings: &[
        set("product", "EC20F", Capture("ec20-cefdr02a09m4g-toybrick")),
        set("revision", "EC20CEFDR02A09M4G", Capture("ec20-cefdr02a09m4g-toybrick")),
        set("release", "EC20CEFDR02A09M4G_01.001.01.001", Choice("the release is not known")),
        set("ufs_total", "5636096", Capture("ec20-ufs-size-comment")),
    ],
    test_answers: &[],
};
