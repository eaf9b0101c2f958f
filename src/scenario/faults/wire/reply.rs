//! `reply`

use super::super::{Deed, FaultKind, Layer, Needs, Said, WireDeed};
use crate::scenario::form::record;
use crate::scenario::values::ReplyCode;

record! {
    /// The server answers with this reply, and the verb never reaches it. At a byte of a
    /// transfer, the transfer ends there with this reply: `do: {reply: 452}`.
    pub struct Reply short "code" {
        /// The code, 100 to 999.
        code: ReplyCode,
        /// The text after it.
        text: Option<String> = None,
    }
}

impl FaultKind for Reply {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Exchange
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::Reply(Said::new(self.code, self.text.as_deref())))
    }
}
