//! How fast and how reliable things are: the radio link to the server, the serial line to the
//! host.

use std::time::Duration;

use super::form::{Reader, record};
use super::node::Node;
use super::values::{Int, Period, Rate};

record! {
    /// The radio link between module and server; as fast as it can unless told.
    pub struct LinkPlan {
        /// From a packet to its answer.
        round_trip: Option<Duration> = None,
        /// The round trip varies at random by up to so much.
        jitter: Option<Duration> = None,
        /// From the module to the server.
        up: Option<Rate> = None,
        /// From the server to the module.
        down: Option<Rate> = None,
        /// When nothing passes.
        outages: Vec<Outage> = Vec::new(),
    }
    check LinkPlan::check
}

impl Default for LinkPlan {
    /// As fast as it can, without a break.
    fn default() -> LinkPlan {
        LinkPlan { round_trip: None, jitter: None, up: None, down: None, outages: Vec::new() }
    }
}

impl LinkPlan {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.jitter.unwrap_or_default() > self.round_trip.unwrap_or_default() {
            let message = "a jitter above the round trip: answers would come before their question";
            reader.problem::<()>(node.span_of("jitter"), message);
        }
    }
}

record! {
    /// The radio is lost from `from` to `to`, both in module time.
    pub struct Outage {
        /// When it begins.
        from: Duration,
        /// When it ends; never unless told.
        to: Option<Duration> = None,
    }
    check Outage::check
}

impl Outage {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.to.is_some_and(|to| to <= self.from) {
            let message = "an outage that ends before it begins: expected a time after `from`";
            reader.problem::<()>(node.span_of("to"), message);
        }
    }
}

record! {
    /// The serial line between host and module.
    pub struct LinePlan {
        /// Bytes pass no faster than at this rate (8N1); as fast as they can unless told.
        baud: Option<Baud> = None,
        /// What the module writes arrives in pieces of so many bytes.
        slice: Option<Int<1, 65536>> = None,
        /// The pause between two pieces.
        slice_gap: Option<Period> = None,
    }
    check LinePlan::check
}

/// Baud of a serial line.
pub type Baud = Int<50, 12_000_000>;

impl Default for LinePlan {
    /// As fast as it can, in one piece.
    fn default() -> LinePlan {
        LinePlan { baud: None, slice: None, slice_gap: None }
    }
}

impl LinePlan {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.slice.is_none() && self.slice_gap.is_some() {
            let message = "a pause between pieces needs their size: expected `slice` with it";
            reader.problem::<()>(node.span_of("slice_gap"), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn a_link_has_a_round_trip_and_rates() {
        let plan: LinkPlan =
            read("{round_trip: 120ms, jitter: 20ms, down: 1.5Mbit/s, up: 400kbit/s}")
                .expect("valid");
        assert_eq!(plan.round_trip, Some(Duration::from_millis(120)));
        assert_eq!((plan.up, plan.down), (Some(Rate(400_000)), Some(Rate(1_500_000))));
        assert_eq!(read("{}"), Some(LinkPlan::default()));
        assert_eq!(read("{}"), Some(LinePlan::default()));
    }

    #[test]
    fn times_that_make_no_sense_are_told() {
        assert_eq!(
            problems::<LinkPlan>("{jitter: 5ms, outages: [{from: 2s, to: 1s}, {to: 1s}]}"),
            [
                "1:40: an outage that ends before it begins: expected a time after `from`",
                "1:45: the key `from` is missing here",
            ]
        );
        assert_eq!(
            problems::<LinkPlan>("{jitter: 5ms}"),
            ["1:10: a jitter above the round trip: answers would come before their question"]
        );
        assert_eq!(
            problems::<LinePlan>("{slice_gap: 1ms}"),
            ["1:13: a pause between pieces needs their size: expected `slice` with it"]
        );
        assert_eq!(
            problems::<LinePlan>("{baud: 9, slice: 0}"),
            [
                "1:8: expected a number from 50 to 12000000, found `9`",
                "1:18: expected a number from 1 to 65536, found `0`",
            ]
        );
    }
}
