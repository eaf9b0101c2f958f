//! `unreachable`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// There is no route to the server: `do: unreachable`.
    pub struct Unreachable {}
}

impl FaultKind for Unreachable {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Opening
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::Unreachable)
    }
}
