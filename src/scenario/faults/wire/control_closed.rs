//! `control_closed`

use super::super::{ControlEnd, Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// The server closes the control connection without a word: `do: control_closed`.
    pub struct ControlClosed {}
}

impl FaultKind for ControlClosed {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::ControlEnds(ControlEnd::Closed))
    }
}
