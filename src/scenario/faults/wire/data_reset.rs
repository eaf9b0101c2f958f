//! `data_reset`

use super::super::{DataEnd, Deed, FaultKind, Layer, Needs, WireDeed};
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

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataEnds(DataEnd::Reset))
    }
}
