//! Exactly what the vendor's FTP(S) note says.

use super::{Model, set};
use crate::modem::knobs::Source::Note;

pub(super) static MODEL: Model = Model {
    name: "note",
    summary: "Exactly what the vendor's FTP(S) note says.",
    settings: &[
        set("cfg_restenable", "false", Note("2.1")),
        set("cfg_data_timeout_in_test", "true", Note("2.1")),
    ],
    test_answers: &[],
};
