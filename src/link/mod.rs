//! The FTP side.
//!
//! A [`Router`] decides which server a host name leads to.

mod route;

pub use route::{Destination, DestinationError, EmbeddedAddresses, Hosts, Router};
