//! `data_corrupted`

use super::super::{FaultKind, Layer, Needs};
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
}
