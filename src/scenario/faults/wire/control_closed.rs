//! `control_closed`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The server closes the control connection without a word: `do: control_closed`.
    pub struct ControlClosed {}
}

impl FaultKind for ControlClosed {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }
}
