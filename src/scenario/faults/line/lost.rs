//! `lost`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs};
use crate::scenario::form::record;
use crate::scenario::values::Count;

record! {
    /// Bytes are lost: `do: {lost: 2}`.
    pub struct Lost short "bytes" {
        /// How many; 1 unless told.
        bytes: Count = Count::of(1),
    }
}

impl FaultKind for Lost {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::SerialByte
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Lost(self.bytes.get()))
    }
}
