//! `control_reset`

use super::super::{FaultKind, Layer, Needs};
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
}
