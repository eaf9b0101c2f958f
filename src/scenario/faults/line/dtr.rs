//! `dtr`

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs, lasting};
use super::Level;
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The module sees DTR change: `do: {dtr: off}`.
    pub struct Dtr short "level" {
        /// To what.
        level: Level,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Dtr {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::Dtr(self.level.is_on(), lasting(self.lasting)))
    }
}
