//! `unresolvable`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The name of the server is not resolved: `do: unresolvable`.
    pub struct Unresolvable {}
}

impl FaultKind for Unresolvable {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Opening
    }
}
