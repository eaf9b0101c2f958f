//! `slices`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs, lasting};
use crate::scenario::form::record;
use crate::scenario::values::{Int, Period};

record! {
    /// From now on what the module writes arrives in pieces: `do: {slices: {bytes: 3, gap: 20ms}}`.
    pub struct Slices short "bytes" {
        /// Bytes in a piece.
        bytes: Int<1, 65536>,
        /// The pause between two pieces.
        gap: Option<Period> = None,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Slices {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Slices {
            bytes: self.bytes.get() as usize,
            gap: lasting(self.gap).unwrap_or_default(),
            lasts: lasting(self.lasting),
        })
    }
}
