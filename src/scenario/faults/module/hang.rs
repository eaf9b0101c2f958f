//! `hang`

use super::super::{Deed, FaultKind, Layer, Needs, lasting};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The module answers nothing any more: `do: {hang: 30s}`.
    pub struct Hang short "for" {
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Hang {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::Hang(lasting(self.lasting)))
    }
}
