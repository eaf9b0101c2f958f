//! `final_reply`

use super::super::{Deed, FaultKind, Layer, Needs, Said, WireDeed};
use crate::scenario::form::record;
use crate::scenario::values::ReplyCode;

record! {
    /// The transfer is carried out, and then the server says this instead of 226:
    /// `do: {final_reply: 451}`.
    pub struct FinalReply short "code" {
        /// The code, 100 to 999.
        code: ReplyCode,
        /// The text after it.
        text: Option<String> = None,
    }
}

impl FaultKind for FinalReply {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::FinalReply(Said::new(self.code, self.text.as_deref())))
    }
}
