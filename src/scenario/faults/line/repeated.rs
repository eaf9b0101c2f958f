//! `repeated`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs};
use crate::scenario::form::record;
use crate::scenario::values::Count;

record! {
    /// Bytes come twice: `do: repeated`.
    pub struct Repeated short "bytes" {
        /// How many; 1 unless told.
        bytes: Count = Count::of(1),
    }
}

impl FaultKind for Repeated {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::SerialByte
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Repeated(self.bytes.get()))
    }
}
