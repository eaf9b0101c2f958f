//! What goes wrong in the module.

mod cme_error;
mod deregistered;
mod doubled;
mod handle_lost;
mod hang;
mod late;
mod no_result;
mod no_urc;
mod outcome;
mod pdp_dropped;
mod plain_error;
mod restart;
mod sim_removed;
mod store_error;
mod store_full;
mod stray_urc;
mod urc_before_ok;

pub use cme_error::CmeError;
pub use deregistered::Deregistered;
pub use doubled::Doubled;
pub use handle_lost::HandleLost;
pub use hang::Hang;
pub use late::Late;
pub use no_result::NoResult;
pub use no_urc::NoUrc;
pub use outcome::{ErrCode, Outcome};
pub use pdp_dropped::PdpDropped;
pub use plain_error::PlainError;
pub use restart::Restart;
pub use sim_removed::SimRemoved;
pub use store_error::StoreError;
pub use store_full::StoreFull;
pub use stray_urc::StrayUrc;
pub use urc_before_ok::UrcBeforeOk;
