//! TLS: the module's side of it, and the certificates of the embedded server.

mod authority;
mod client;
mod current;
mod failure;
#[cfg(feature = "legacy-tls")]
mod legacy;
mod server;
mod verify;

pub use authority::Authority;
pub(super) use client::TlsClient;
pub(super) use failure::tls_failure;
