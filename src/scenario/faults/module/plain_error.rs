//! `error`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::command::Refusal;
use crate::modem::intercept::CommandVerdict;
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

    fn deed(&self) -> Deed {
        Deed::Command(CommandVerdict::Refuse(Refusal::Error))
    }
}
