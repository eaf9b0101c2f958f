//! The FTP side: what the modem asks for by [`LinkRequest`](crate::modem::link::LinkRequest) is
//! done here against a real FTP server.
//!
//! [`spawn`] starts the worker, a task that owns one session at a time. A [`Router`] decides which
//! server a host name leads to.
//!
//! suppaftp carries the control connection: greeting, commands, replies, TLS. The data connections
//! are ours, because suppaftp reads nothing from the control connection while a transfer is open or
//! a data connection is awaited, whereas the modem must learn at once that the server gave up
//! (425, 426, 452 …), and must be able to give up a data connection without losing count of the
//! replies.

mod buffers;
mod control;
mod data;
pub mod embedded;
pub mod faults;
pub mod interposer;
mod operation;
mod route;
mod session;
pub mod tls;
mod transfer;
mod wire;
mod worker;

#[cfg(test)]
mod tests;

pub use route::{EmbeddedAddresses, Hosts, Router};
pub use worker::{LinkHandle, spawn};
