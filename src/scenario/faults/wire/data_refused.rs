//! `data_refused`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
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
        Needs::DataConnection
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataRefused)
    }
}
