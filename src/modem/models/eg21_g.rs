//! EG21-G.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Choice};

/// Where most of it comes from.
const GUESSED: Source = Choice("model line after a capture, firmware after the EG25-G");

pub(super) static MODEL: Model = Model {
    name: "eg21-g",
    summary: "EG21-G.",
    settings: &[
        set("product", "EG21", GUESSED),
        set("revision", "EG21GGBR07A08M2G", GUESSED),
        set("release", "EG21GGBR07A08M2G_01.001.01.001", GUESSED),
        set("boot_tells_cfun", "false", Choice("its boot log shows none")),
        set("cfun_while_starting", "error", Choice("its boot log shows 3")),
    ],
    test_answers: &[],
};
