//! `sim_removed`

use super::super::{Deed, FaultKind, Layer, Needs, lasting};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The SIM card is pulled out: `do: {sim_removed: 10s}`.
    pub struct SimRemoved short "for" {
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for SimRemoved {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::SimRemoved(lasting(self.lasting)))
    }
}
