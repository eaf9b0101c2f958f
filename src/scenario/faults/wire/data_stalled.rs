//! `data_stalled`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed, lasting};
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The data connection stays open and carries nothing: `do: {data_stalled: 30s}`.
    pub struct DataStalled short "for" {
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for DataStalled {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataStalls(lasting(self.lasting)))
    }
}
