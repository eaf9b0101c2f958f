//! EG25-G, firmware 01.003.

use super::{Model, set};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "eg25-g",
    summary: "EG25-G, firmware 01.003.",
    settings: &[
        set("product", "EG25", Capture("eg25g-a08m2g_01.003.01.003-cellular")),
        set("revision", "EG25GGBR07A08M2G", Capture("eg25g-a08m2g_01.003.01.003-cellular")),
        set(
            "release",
            "EG25GGBR07A08M2G_01.003.01.003",
            Capture("eg25g-a08m2g_01.003.01.003-cellular"),
        ),
        set("boot_time", "10s", Capture("eg25g-pinephone-eg25manager")),
        set("boot_holds_input", "true", Capture("eg25g-pinephone-nuttx")),
    ],
    test_answers: &[],
};
