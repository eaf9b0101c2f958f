//! `control_reset`

use super::super::{ControlEnd, Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// The control connection is reset: `do: control_reset`.
    pub struct ControlReset {}
}

impl FaultKind for ControlReset {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::ControlEnds(ControlEnd::Reset))
    }
}
