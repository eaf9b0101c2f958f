//! `data_reset`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The data connection is reset, and the server says 426: `do: data_reset`.
    pub struct DataReset {}
}

impl FaultKind for DataReset {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }
}
