//! `doubled`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The line with the outcome comes twice: `do: doubled`.
    pub struct Doubled {}
}

impl FaultKind for Doubled {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Outcome
    }
}
