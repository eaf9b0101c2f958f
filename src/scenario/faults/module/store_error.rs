//! `store_error`

use super::super::{Deed, FaultKind, Layer, Needs, lasting};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::values::Period;
use crate::store::Medium;

record! {
    /// Reading and writing a medium fails from now on: `do: {store_error: SD}`.
    pub struct StoreError short "medium" {
        /// Which one; `UFS` unless told.
        medium: Medium = Medium::Ufs,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for StoreError {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::StoreError(self.medium, lasting(self.lasting)))
    }
}
