//! `bandwidth`

use super::super::{Condition, Deed, FaultKind, Layer, Needs, lasting};
use crate::scenario::form::{Reader, record};
use crate::scenario::node::Node;
use crate::scenario::values::{Period, Rate};

record! {
    /// From now on data passes no faster than this: `do: {bandwidth: {up: 20kbit/s}}`.
    pub struct Bandwidth {
        /// From the module to the server.
        up: Option<Rate> = None,
        /// From the server to the module.
        down: Option<Rate> = None,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
    check Bandwidth::check
}

impl FaultKind for Bandwidth {
    fn layer(&self) -> Layer {
        Layer::Network
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Condition(
            Condition::Bandwidth { up: self.up, down: self.down },
            lasting(self.lasting),
        )
    }
}

impl Bandwidth {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.up.is_none() && self.down.is_none() {
            reader.problem::<()>(node.span, "one of up and down is expected");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::problems;

    #[test]
    fn a_bandwidth_has_a_direction() {
        assert_eq!(problems::<Bandwidth>("{}"), ["1:1: one of up and down is expected"]);
    }
}
