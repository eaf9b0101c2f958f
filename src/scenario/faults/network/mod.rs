//! What goes wrong in the network.

mod bandwidth;
mod latency;
mod radio_lost;
mod refused;
mod unreachable;
mod unresolvable;

pub use bandwidth::Bandwidth;
pub use latency::Latency;
pub use radio_lost::RadioLost;
pub use refused::Refused;
pub use unreachable::Unreachable;
pub use unresolvable::Unresolvable;
