//! `goodbye`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The server says 421 and closes the control connection: `do: goodbye`.
    pub struct Goodbye {}
}

impl FaultKind for Goodbye {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }
}
