//! `store_full`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::record;
use crate::scenario::values::Period;
use crate::store::Medium;

record! {
    /// A medium is full from now on: `do: {store_full: UFS}`.
    pub struct StoreFull short "medium" {
        /// Which one; `UFS` unless told.
        medium: Medium = Medium::Ufs,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for StoreFull {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }
}
