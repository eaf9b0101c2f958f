//! `refused`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// The server refuses the connection: `do: refused`.
    pub struct Refused {}
}

impl FaultKind for Refused {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Opening
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::Refused)
    }
}
