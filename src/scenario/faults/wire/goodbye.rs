//! `goodbye`

use super::super::{ControlEnd, Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// The server says 421 and closes the control connection: `do: goodbye`.
    pub struct Goodbye {}
}

impl FaultKind for Goodbye {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::ControlEnds(ControlEnd::Goodbye))
    }
}
