//! `radio_lost`

use super::super::{Condition, Deed, FaultKind, Layer, Needs, lasting};
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// Nothing passes between module and network: `do: {radio_lost: 15s}`.
    pub struct RadioLost short "for" {
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for RadioLost {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Condition(Condition::RadioLost, lasting(self.lasting))
    }
}
