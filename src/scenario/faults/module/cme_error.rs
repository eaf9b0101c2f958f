//! `cme_error`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::at::error::CmeError as Code;
use crate::modem::intercept::CommandVerdict;
use crate::scenario::form::record;
use crate::scenario::values::Int;

record! {
    /// The command is refused with `+CME ERROR: <err>`, and nothing else happens:
    /// `do: {cme_error: 603}`.
    pub struct CmeError short "code" {
        /// The `<err>`, of whatever list.
        code: Int<0, 999>,
    }
}

impl FaultKind for CmeError {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Command
    }

    fn deed(&self) -> Deed {
        Deed::Command(CommandVerdict::Refuse(Code(self.code.get() as u16).into()))
    }
}
