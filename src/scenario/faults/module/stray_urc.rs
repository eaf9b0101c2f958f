//! `stray_urc`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;

record! {
    /// The module says something nobody asked for: `do: {stray_urc: "+QIND: SMS DONE"}`.
    pub struct StrayUrc short "text" {
        /// The line, without its CR LF.
        text: String,
    }
}

impl FaultKind for StrayUrc {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::Urc(self.text.clone()))
    }
}
