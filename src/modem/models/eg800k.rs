//! EG800K, a sibling on another chipset.

use super::{Model, set};
use crate::modem::knobs::Source::{self, Capture, Choice};

/// Where most of it comes from.
const SEEN: Source = Capture("eg800k-a06m04-ftp");

pub(super) static MODEL: Model = Model {
    name: "eg800k",
    summary: "EG800K, a sibling on another chipset.",
    settings: &[
        set("product", "EG800K", SEEN),
        set("revision", "EG800KCNGCR07A06M04", SEEN),
        set("release", "EG800KCNGCR07A06M04_01.001.01.001", Choice("the release is not known")),
        set("pwd_quoted", "true", SEEN),
        set("account_masked", "true", SEEN),
        set("escape_get", "abort", SEEN),
        set("data_fail_sticky", "true", SEEN),
        set("qfdel_missing", "405", Choice("the siblings' code")),
        set("ufs_total", "286720", Choice("a published size of one")),
    ],
    test_answers: &[],
};
