//! EG800K, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::{Capture, Choice};

pub(super) static MODEL: Model = Model {
    name: "eg800k",
    summary: "EG800K, a sibling on another chipset.",
    settings: &[
        set("product", "EG800K", Capture("eg800k-a06m04-ftp")),
        set("revision", "EG800KCNGCR07A06M04", Capture("eg800k-a06m04-ftp")),
        set("release", "EG800KCNGCR07A06M04_01.001.01.001", Choice("the release is not known")),
        set("pwd_quoted", "true", Capture("eg800k-a06m04-ftp")),
        set("account_masked", "true", Capture("eg800k-a06m04-ftp")),
        set("escape_get", "abort", Capture("eg800k-a06m04-ftp")),
        set("data_fail_sticky", "true", Capture("eg800k-a06m04-ftp")),
        set("qfdel_missing", "405", Choice("the siblings' code")),
        set("ufs_total", "286720", Choice("a published size of one")),
    ],
    test_answers: &[],
};
