//! `data_silent`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;

record! {
    /// Nobody answers where the data connection should be: `do: data_silent`.
    pub struct DataSilent {}
}

impl FaultKind for DataSilent {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }
}
