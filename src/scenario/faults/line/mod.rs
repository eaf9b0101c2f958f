//! What goes wrong on the serial line.

mod dcd;
mod dtr;
mod flipped;
mod garbage;
mod lost;
mod pace;
mod port_vanishes;
mod repeated;
mod slices;

use crate::scenario::form::words;

pub use dcd::Dcd;
pub use dtr::Dtr;
pub use flipped::Flipped;
pub use garbage::Garbage;
pub use lost::Lost;
pub use pace::Pace;
pub use port_vanishes::PortVanishes;
pub use repeated::Repeated;
pub use slices::Slices;

words! {
    /// The level of a modem line.
    pub enum Level {
        /// Asserted.
        On = "on",
        /// Not asserted.
        Off = "off",
    }
}

impl Level {
    fn is_on(self) -> bool {
        self == Level::On
    }
}
