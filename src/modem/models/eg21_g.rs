//! EG21-G.

use super::{Model, set};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "eg21-g",
    summary: "EG21-G.",
    settings: &[
        set("product", "EG21", Choice("model line after a capture, firmware after the EG25-G")),
        set(
            "revision",
            "EG21GGBR07A08M2G",
            Choice("model line after a capture, firmware after the EG25-G"),
        ),
        set(
            "release",
            "EG21GGBR07A08M2G_01.001.01.001",
            Choice("model line after a capture, firmware after the EG25-G"),
        ),
        set("boot_tells_cfun", "false", Choice("its boot log shows none")),
        set("cfun_while_starting", "error", Choice("its boot log shows 3")),
    ],
    test_answers: &[],
};
