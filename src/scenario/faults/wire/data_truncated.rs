//! `data_truncated`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::record;

record! {
    /// The rest of the data is swallowed, and the server says 226 as if all were well:
    /// `do: data_truncated`.
    pub struct DataTruncated {}
}

impl FaultKind for DataTruncated {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Transfer
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::DataSwallowed)
    }
}
