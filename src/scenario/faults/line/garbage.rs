//! `garbage`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs};
use crate::scenario::form::record;
use crate::scenario::values::Count;

record! {
    /// Bytes that nobody sent arrive at the host, as at power-on: `do: {garbage: 12}`.
    pub struct Garbage short "bytes" {
        /// How many.
        bytes: Count,
    }
}

impl FaultKind for Garbage {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Garbage(self.bytes.get()))
    }
}
