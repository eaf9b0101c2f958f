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
        set("qflst_folder", "\"security/\",0", Capture("bg770a-gl-ar01a05-labwired")),
        set("cgdcont_fields", "7", Capture("bg770a-gl-ar01a05-labwired")),
    ],
    test_answers: &[
        answer("+CFUN", &["(0-1,4),(0-1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CEREG", &["(0-2,4)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CGATT", &["(0-1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CGACT", &["(0-1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+CGPADDR", &["(1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer(
            "+CGDCONT",
            &[
                "(1-5),\"IP\",,,(0),(0),(0)",
                "(1-5),\"IPV6\",,,(0),(0),(0)",
                "(1-5),\"IPV4V6\",,,(0),(0),(0)",
                "(1-5),\"Non-IP\",,,(0),(0),(0)",
            ],
            Capture("bg770a-gl-ar01a05-harvest"),
        ),
        answer("+CSCS", &["(\"IRA\",\"GSM\",\"UCS2\")"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+QSCLK", &["(0-2)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+QLTS", &["(0-2)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer(
            "+QICSGP",
            &["(1-5),(1-3),<APN>,<username>,<password>,(0-2)"],
            Capture("bg770a-gl-ar01a05-labwired"),
        ),
        answer("+QIACT", &["(1-5)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer(
            "+QIDNSCFG",
            &["(1-5),<pridnsaddr>,<secdnsaddr>"],
            Capture("bg770a-gl-ar01a05-labwired"),
        ),
        answer("+QIDNSGIP", &["(1-5),<hostname>"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+QNTP", &["(1-5),<server>,(1-65535),(0,1)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+QPING", &["(1-5),<host>,(1-255),(1-10)"], Capture("bg770a-gl-ar01a05-labwired")),
        answer("+QFOPEN", &["<filename>[,(0-3)]"], Capture("bg770a-gl-ar01a05-labwired")),
    ],
};
