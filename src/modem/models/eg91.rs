//! EG91 series; no log of one is known.

use super::{Identity, Model};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "eg91",
    summary: "EG91 series; no log of one is known.",
    identity: Identity {
        model: "EG91",
        revision: "EG91EFBR06A03M4G",
        release: "EG91EFBR06A03M4G_01.001.01.001",
        sub_edition: "V04",
        source: Choice("no log of one is known"),
    },
    settings: &[],
};
