//! `error`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The command is refused with `ERROR`, whatever `AT+CMEE` says: `do: error`.
    pub struct PlainError {}
}

impl FaultKind for PlainError {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Command
    }
}
