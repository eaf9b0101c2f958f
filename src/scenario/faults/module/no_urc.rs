//! `no_urc`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The command is carried out, but the line with its outcome never comes: `do: no_urc`.
    pub struct NoUrc {}
}

impl FaultKind for NoUrc {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Outcome
    }
}
