//! `urc_before_ok`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Outlook;
use crate::scenario::form::record;

record! {
    /// The line with the outcome comes before the `OK` of its command: `do: urc_before_ok`.
    pub struct UrcBeforeOk {}
}

impl FaultKind for UrcBeforeOk {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::CommandWithOutcome
    }

    fn deed(&self) -> Deed {
        Deed::Outlook(Outlook::BeforeResult)
    }
}
