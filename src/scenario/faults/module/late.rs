//! `late`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Outlook;
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The line with the outcome comes later by so much: `do: {late: 5s}`.
    pub struct Late short "by" {
        /// By how much.
        by: Period,
    }
}

impl FaultKind for Late {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Outcome
    }

    fn deed(&self) -> Deed {
        Deed::Outlook(Outlook::Late(self.by.0))
    }
}
