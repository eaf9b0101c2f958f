//! BG770A-GL, a sibling on another chipset.

use super::{Model, answer, set};
use crate::modem::knobs::Source::{self, Capture, Choice};

/// Where most of it comes from.
const SEEN: Source = Capture("bg770a-gl-ar01a05-labwired");

pub(super) static MODEL: Model = Model {
    name: "bg770a",
    summary: "BG770A-GL, a sibling on another chipset.",
    settings: &[
        set("product", "BG770A-GL", SEEN),
        set("revision", "BG770AGLAAR01A05", SEEN),
        set("release", "BG770AGLAAR01A05_01.001.01.001", Choice("the release is not known")),
        set("cmee", "0", SEEN),
        set("qflst_bare_prefix", "false", SEEN),
        set("ufs_total", "3776512", SEEN),
        set("qfdel_missing", "405", Choice("the siblings' code")),
        set("handle_base", "0", SEEN),
        set("qflst_folder", "\"security/\",0", SEEN),
        set("cgdcont_fields", "7", SEEN),
    ],
    test_answers: &[
        answer("+CFUN", &["(0-1,4),(0-1)"], SEEN),
        answer("+CEREG", &["(0-2,4)"], SEEN),
        answer("+CGATT", &["(0-1)"], SEEN),
        answer("+CGACT", &["(0-1)"], SEEN),
        answer("+CGPADDR", &["(1)"], SEEN),
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
        answer("+CSCS", &["(\"IRA\",\"GSM\",\"UCS2\")"], SEEN),
        answer("+QSCLK", &["(0-2)"], SEEN),
        answer("+QLTS", &["(0-2)"], SEEN),
        answer("+QICSGP", &["(1-5),(1-3),<APN>,<username>,<password>,(0-2)"], SEEN),
        answer("+QIACT", &["(1-5)"], SEEN),
        answer("+QIDNSCFG", &["(1-5),<pridnsaddr>,<secdnsaddr>"], SEEN),
        answer("+QIDNSGIP", &["(1-5),<hostname>"], SEEN),
        answer("+QNTP", &["(1-5),<server>,(1-65535),(0,1)"], SEEN),
        answer("+QPING", &["(1-5),<host>,(1-255),(1-10)"], SEEN),
        answer("+QFOPEN", &["<filename>[,(0-3)]"], SEEN),
    ],
};
