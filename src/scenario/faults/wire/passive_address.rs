//! `passive_address`

use std::net::Ipv4Addr;

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
use crate::scenario::form::{Form, Reader, record};
use crate::scenario::node::Node;
use crate::scenario::shape::Shape;

record! {
    /// The server announces a data connection at an address where nobody is:
    /// `do: {passive_address: "192.0.2.1"}`.
    pub struct PassiveAddress short "address" {
        /// The address; 192.0.2.1, which nobody has (RFC 5737), unless told.
        address: Address = Address(Ipv4Addr::new(192, 0, 2, 1)),
    }
}

impl FaultKind for PassiveAddress {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::DataConnection
    }

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::PassiveAddress(self.address.0))
    }
}

/// An IPv4 address, as PASV announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub Ipv4Addr);

impl Form for Address {
    fn shape() -> Shape {
        Shape::Like { pattern: r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$", example: "192.0.2.1" }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Address> {
        let what = "an IPv4 address";
        match reader.text(node, what)?.parse() {
            Ok(address) => Some(Address(address)),
            Err(_) => reader.expected(node, what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::problems;

    #[test]
    fn an_address_is_ipv4() {
        assert_eq!(
            problems::<PassiveAddress>("host"),
            ["1:1: expected an IPv4 address, found `host`"]
        );
    }
}
