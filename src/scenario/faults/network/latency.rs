//! `latency`

use std::time::Duration;

use super::super::{Condition, Deed, FaultKind, Layer, Needs, lasting};
use crate::scenario::form::record;
use crate::scenario::values::Period;

record! {
    /// From now on packets take longer: `do: {latency: 800ms}`.
    pub struct Latency short "round_trip" {
        /// From a packet to its answer.
        round_trip: Period,
        /// The round trip varies at random by up to so much.
        jitter: Option<Period> = None,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Latency {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Condition(
            Condition::Latency {
                round_trip: self.round_trip.0,
                jitter: self.jitter.map_or(Duration::ZERO, |jitter| jitter.0),
            },
            lasting(self.lasting),
        )
    }
}
