//! `unresolvable`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// The name of the server is not resolved: `do: unresolvable`.
    pub struct Unresolvable {}
}

impl FaultKind for Unresolvable {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Opening
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::Unresolvable)
    }
}
