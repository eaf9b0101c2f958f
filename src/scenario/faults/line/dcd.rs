//! `dcd`

use super::super::{FaultKind, Layer, Needs};
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
}
