//! EC25 series, the default.

use super::Model;

pub(super) static MODEL: Model =
    Model { name: "ec25", summary: "EC25 series, the default.", settings: &[], test_answers: &[] };
