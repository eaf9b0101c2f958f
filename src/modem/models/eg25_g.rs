//! EG25-G, firmware 01.003.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Capture};

/// Where most of it comes from.
const SEEN: Source = Capture("eg25g-a08m2g_01.003.01.003-cellular");

pub(super) static MODEL: Model = Model {
    name: "eg25-g",
    summary: "EG25-G, firmware 01.003.",
    settings: &[
        set("product", "EG25", SEEN),
        set("revision", "EG25GGBR07A08M2G", SEEN),
        set("release", "EG25GGBR07A08M2G_01.003.01.003", SEEN),
        set("boot_time", "10s", Capture("eg25g-pinephone-eg25manager")),
        set("boot_holds_input", "true", Capture("eg25g-pinephone-nuttx")),
    ],
    test_answers: &[],
};
