//! BG95-M3, a sibling on another chipset.

use super::{Model, answer, set};
use crate::modem::knobs::Source::{self, Capture, Choice};

/// Where most of it comes from.
const SEEN: Source = Capture("bg95m3-ar02a03_01.011.01.011-cellular");

pub(super) static MODEL: Model = Model {
    name: "bg95",
    summary: "BG95-M3, a sibling on another chipset.",
    settings: &[
        set("product", "BG95-M3", SEEN),
        set("revision", "BG95M3LAR02A03", SEEN),
        set("release", "BG95M3LAR02A03_01.011.01.011", SEEN),
        set("cfg_restenable", "false", SEEN),
        set("qflst_bare_prefix", "false", Capture("bg95-ais01-qfupl")),
        set("qfdel_missing", "405", Choice("host code waits for it")),
    ],
    test_answers: &[
        answer(
            "+QFTPCFG",
            &[
                "\"account\",<username>,<password>",
                "\"filetype\",(0,1)",
                "\"transmode\",(0,1)",
                "\"contextid\",(1-16)",
                "\"rsptimeout\",(20-180)",
                "\"ssltype\",(0-2)",
                "\"sslctxid\",(0-5)",
                "\"data_address\",(0,1)",
            ],
            SEEN,
        ),
        answer(
            "+QSSLCFG",
            &[
                "\"sslversion\",(0-5),(0-4)",
                "\"ciphersuite\",(0-5),(0X0035,0X002F,0X0005,0X0004,0X000A,0X003D,0XC002,0XC003,0XC004,0XC005, 0XC007,0XC008,0XC009,0XC00A,0XC011,0XC012,0XC013,0XC014,0XC00C,0XC00D,0XC00E,0XC00F,0XC023,0XC024,0XC025,0XC026,0XC027,0XC028,0XC029,0XC02A,0XC02B,0XC02F,0XFFFF)",
                "\"cacert\",(0-5),<cacertpath>",
                "\"clientcert\",(0-5),<clientcertpath>",
                "\"clientkey\",(0-5),<clientkeypath>",
                "\"seclevel\",(0-5),(0-2)",
                "\"session\",(0-5),(0,1)",
                "\"sni\",(0-5),(0,1)",
                "\"checkhost\",(0-5),(0,1)",
                "\"ignorelocaltime\",(0-5),(0,1)",
                "\"negotiatetime\",(0-5),(10-300)",
                "\"dtls\",(0-5),(0,1)",
                "\"dtlsversion\",(0-5),(0-2)",
            ],
            SEEN,
        ),
    ],
};
