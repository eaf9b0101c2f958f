//! `flipped`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs};
use crate::scenario::form::record;
use crate::scenario::values::{Count, Int};

record! {
    /// Bits are flipped: `do: {flipped: {bytes: 1, mask: 128}}`.
    pub struct Flipped short "bytes" {
        /// In how many bytes; 1 unless told.
        bytes: Count = Count::of(1),
        /// Which bits of each, 1 to 255; 1 unless told.
        mask: Int<1, 255> = Int::of(1),
    }
}

impl FaultKind for Flipped {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::SerialByte
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Flipped { bytes: self.bytes.get(), mask: self.mask.get() as u8 })
    }
}
