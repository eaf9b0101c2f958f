//! EG95 series; no log of one is known.

use super::{Identity, Model};
use crate::modem::knobs::Source::Choice;

pub(super) static MODEL: Model = Model {
    name: "eg95",
    summary: "EG95 series; no log of one is known.",
    identity: Identity {
        model: "EG95",
        revision: "EG95EFBR06A03M4G",
        release: "EG95EFBR06A03M4G_01.001.01.001",
        sub_edition: "V04",
        source: Choice("no log of one is known"),
    },
    settings: &[],
};
