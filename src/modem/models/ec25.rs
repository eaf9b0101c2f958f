//! EC25 series, the default.

use super::{Identity, Model};
use crate::modem::knobs::Source::Capture;

pub(super) static MODEL: Model = Model {
    name: "ec25",
    summary: "EC25 series, the default.",
    identity: Identity {
        model: "EC25",
        revision: "EC25EFAR06A17M4G",
        release: "EC25EFAR06A17M4G_20.200.20.200",
        sub_edition: "V04",
        source: Capture("ec25-efar06a17m4g-provision"),
    },
    settings: &[],
};
