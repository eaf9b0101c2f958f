//! BG770A-GL, a sibling on another chipset.

use super::{Model, answer, set};
use crate::modem::knobs::Source::{Capture, Choice};

pub(super) static MODEL: Model = Model {
    name: "bg770a",
    summary: "BG770A-GL, a sibling on another chipset.",
    settings: &[
        set("product", "BG770A-GL", Capture("bg770a-gl-ar01a05-labwired")),
        set("revision", "BG770AGLAAR01A05", Capture("bg770a-gl-ar01a05-labwired")),
        set("release", "BG770AGLAAR01A05_01.001.01.001", Choice("the release is not known")),
        set("cmee", "0", Capture("bg770a-gl-ar01a05-labwired")),
        set("qflst_bare_prefix", "false", Capture("bg770a-gl-ar01a05-labwired")),
        set("ufs_total", "3776512", Capture("bg770a-gl-ar01a05-labwired")),
        set("qfdel_missing", "405", Choice("the siblings' code")),
        set("handle_base", "0", Capture("bg770a-gl-ar01a05-labwired")),
    ],
    test_answers: &[
        answer("+CFUN", &["(0-1,4),(0-1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CEREG", &["(0-2,4)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CGATT", &["(0-1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CGACT", &["(0-1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CGPADDR", &["(1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer(
            "+QICSGP",
            &["(1-5),(1-3),<APN>,<username>,<password>,(0-2)"],
            Capture("bg770a-gl-ar01a05-labwired"),
        ),
        answer("+QIACT", &["(1-5)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+QFOPEN", &["<filename>[,(0-3)]"], Capture("bg770a-gl-ar01a05-labwired")),
    ],
};
