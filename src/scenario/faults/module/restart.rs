//! `restart`

use super::super::{Deed, FaultKind, Layer, Needs, lasting};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The module restarts: sessions, contexts and settings are gone, files in RAM too; then it
    /// boots: `do: {restart: 8s}`.
    pub struct Restart short "boot" {
        /// How long it is silent; what the knob `boot_time` says unless told.
        boot: Option<Period> = None,
    }
}

impl FaultKind for Restart {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::Restart(lasting(self.boot)))
    }
}
