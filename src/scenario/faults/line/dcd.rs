//! `dcd`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs, lasting};
use super::Level;
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The module changes DCD: `do: {dcd: off}`.
    pub struct Dcd short "level" {
        /// To what.
        level: Level,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Dcd {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Dcd(self.level.is_on(), lasting(self.lasting)))
    }
}
