//! `pdp_dropped`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::modem::ContextId;

record! {
    /// The network takes down a PDP context, and the module says so by
    /// `+QIURC: "pdpdeact",<context>`: `do: {pdp_dropped: 1}`.
    pub struct PdpDropped short "context" {
        /// The context, 1 to 16; 1 unless told.
        context: ContextId = ContextId::of(1),
    }
}

impl FaultKind for PdpDropped {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::PdpDropped(self.context.get() as u8))
    }
}
