//! `reply`

use super::super::{FaultKind, Layer, Needs};
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
}
