//! `data_silent`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
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
        Needs::DataConnection
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataSilent)
    }
}
