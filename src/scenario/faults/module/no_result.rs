//! `no_result`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The command is carried out, but its final result code never comes: `do: no_result`.
    pub struct NoResult {}
}

impl FaultKind for NoResult {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Command
    }
}
