//! `port_vanishes`

use std::time::Duration;

use super::super::{Deed, FaultKind, Layer, LineDeed, Needs};
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// The port is gone, its link too, and comes back, as when a USB modem enumerates again:
    /// `do: {port_vanishes: 5s}`.
    pub struct PortVanishes short "for" {
        /// For how long.
        lasting as "for": Period = Period(Duration::from_secs(5)),
    }
}

impl FaultKind for PortVanishes {
    fn layer(&self) -> Layer {
        Layer::Line
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Line(LineDeed::PortVanishes(self.lasting.0))
    }
}
