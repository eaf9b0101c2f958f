//! BG96, a sibling on another chipset.

use super::{Model, answer, set};
use crate::modem::knobs::Source::{self, Capture, Choice};

/// Where most of it comes from.
const SEEN: Source = Capture("bg96-mar02a07m1g-rui3");

pub(super) static MODEL: Model = Model {
    name: "bg96",
    summary: "BG96, a sibling on another chipset.",
    settings: &[
        set("product", "BG96", SEEN),
        set("revision", "BG96MAR02A07M1G", SEEN),
        set("release", "BG96MAR02A07M1G_01.019.01.019", Capture("bg96-mar02a07m1g-forum38002")),
        set("qflst_bare_prefix", "false", Choice("seen in field reports")),
        set("ufs_total", "14483456", Capture("bg96-nectis-comment")),
        set("qfdel_missing", "405", Choice("the siblings' code")),
        set("qflst_folder", "\"security/\",2", Choice("seen in field reports")),
        set("boot_app_ready", "true", Capture("bg96-mar02a07m1g-forum38002")),
    ],
    test_answers: &[answer(
        "+QSSLCFG",
        &[
            "\"sslversion\",(0-5),(0-4)",
            "\"ciphersuite\",(0-5),(0X0035,0X002F,0X0005,0X0004,0X000A,0X003D,0XC011,0XC012,0XC013,0XC014,0XC027,0XC028,0XC02F,0XFFFF)",
            "\"cacert\",(0-5),<cacertpath>",
            "\"clientcert\",(0-5),<client_cert_path>",
            "\"clientkey\",(0-5),<client_key_path>",
            "\"seclevel\",(0-5),(0-2)",
            "\"sni\",(0-5),(0,1)",
            "\"checkhost\",(0-5),(0,1)",
            "\"ignorecertchain\",(0-5),(0,1)",
            "\"ignorelocaltime\",(0-5),(0,1)",
            "\"negotiatetime\",(0-5),(10-300)",
        ],
        SEEN,
    )],
};
