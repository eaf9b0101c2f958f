//! What goes wrong between the module's FTP client and the server.

mod control_closed;
mod control_reset;
mod data_corrupted;
mod data_cut;
mod data_refused;
mod data_reset;
mod data_silent;
mod data_stalled;
mod data_truncated;
mod final_reply;
mod goodbye;
mod passive_address;
mod reply;
mod slow_server;
mod tls_failure;

pub use control_closed::ControlClosed;
pub use control_reset::ControlReset;
pub use data_corrupted::DataCorrupted;
pub use data_cut::DataCut;
pub use data_refused::DataRefused;
pub use data_reset::DataReset;
pub use data_silent::DataSilent;
pub use data_stalled::DataStalled;
pub use data_truncated::DataTruncated;
pub use final_reply::FinalReply;
pub use goodbye::Goodbye;
pub use passive_address::{Address, PassiveAddress};
pub use reply::Reply;
pub use slow_server::SlowServer;
pub use tls_failure::{Failure, TlsFailure};
