//! `pace`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs, lasting};
use crate::scenario::form::record;
use crate::scenario::link::Baud;
use crate::scenario::values::Period;

record! {
    /// From now on bytes pass no faster than at this rate: `do: {pace: 9600}`.
    pub struct Pace short "baud" {
        /// The rate in baud (8N1).
        baud: Baud,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Pace {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Pace(self.baud, lasting(self.lasting)))
    }
}
