//! `data_corrupted`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;
use crate::scenario::values::Count;

record! {
    /// Bytes of the data are inverted: `do: {data_corrupted: 4}`.
    pub struct DataCorrupted short "bytes" {
        /// How many; 1 unless told.
        bytes: Count = Count::of(1),
    }
}

impl FaultKind for DataCorrupted {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataInverted(self.bytes.get()))
    }
}
