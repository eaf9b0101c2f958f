//! `no_urc`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::modem::intercept::Outlook;
use crate::scenario::form::record;

record! {
    /// The command is carried out, but the line with its outcome never comes: `do: no_urc`.
    pub struct NoUrc {}
}

impl FaultKind for NoUrc {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Outcome
    }

    fn deed(&self) -> Deed {
        Deed::Outlook(Outlook::Never)
    }
}
