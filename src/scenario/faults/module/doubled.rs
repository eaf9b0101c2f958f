//! `doubled`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Outlook;
use crate::scenario::form::record;

record! {
    /// The line with the outcome comes twice: `do: doubled`.
    pub struct Doubled {}
}

impl FaultKind for Doubled {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Outcome
    }

    fn deed(&self) -> Deed {
        Deed::Outlook(Outlook::Twice)
    }
}
