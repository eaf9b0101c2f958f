//! `unreachable`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// There is no route to the server: `do: unreachable`.
    pub struct Unreachable {}
}

impl FaultKind for Unreachable {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Opening
    }
}
