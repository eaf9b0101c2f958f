//! `data_cut`

use super::super::{DataEnd, Deed, FaultKind, Layer, Needs, WireDeed};
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

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataEnds(DataEnd::Closed))
    }
}
