//! `no_result`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::CommandVerdict;
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

    fn deed(&self) -> Deed {
        Deed::Command(CommandVerdict::NoResult)
    }
}
