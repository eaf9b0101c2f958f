//! `slow_server`

use super::super::{Condition, Deed, FaultKind, Layer, Needs, lasting};
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// Every reply of the server comes later by so much: `do: {slow_server: 10s}`.
    pub struct SlowServer short "by" {
        /// By how much.
        by: Period,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for SlowServer {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Condition(Condition::SlowServer(self.by.0), lasting(self.lasting))
    }
}
