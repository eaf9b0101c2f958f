//! `handle_lost`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::values::Int;

record! {
    /// A file that the host has opened is closed behind its back: `do: handle_lost`.
    pub struct HandleLost short "handle" {
        /// Its handle; all of them unless told.
        handle: Option<Int<0, 4_294_967_295>> = None,
    }
}

impl FaultKind for HandleLost {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::HandleLost(self.handle.map(|handle| handle.get() as u32)))
    }
}
