//! `data_cut`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// The data connection is closed, and the server says 426: `do: data_cut`.
    pub struct DataCut {}
}

impl FaultKind for DataCut {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }
}
