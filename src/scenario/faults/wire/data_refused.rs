//! `data_refused`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The data connection is refused: `do: data_refused`.
    pub struct DataRefused {}
}

impl FaultKind for DataRefused {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }
}
