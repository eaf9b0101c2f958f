//! A Quectel-style LTE modem that isn't there.
//!
//! `qftpsim` is a test double for host software that drives the FTP(S) AT commands (`AT+QFTP*`).
//! The rooms, from the top down; imports only go down:
//!
//! | room | what is in it | feature |
//! | --- | --- | --- |
//! | `cli` | the command line | `host` |
//! | `exec` | running a program against modems: its environment, its end, the verdict | `host` |
//! | `control` | HTTP and JSON: steering a simulation from outside | `host` |
//! | `sim` | running modems: one driver loop over ports, modem and link | `host` |
//! | `endpoint` | byte pipes to the host: pty, TCP, RFC 2217, Unix socket, stdio | `host` |
//! | `link` | the FTP side: suppaftp worker, routes, wire interposer, embedded server | `host` |
//! | `clock` | wall time to module time | `host` |
//! | [`rig`] | a modem on the bench: stepped clock, scripted FTP side | |
//! | [`scenario`] | the scenario file: read, checked, described | |
//! | [`transcript`] | what happened: events, journal, coverage, reports, dialogues | |
//! | [`commands`] | one file per AT command | |
//! | [`modem`] | the sans-IO machine | |
//! | [`store`] | the RAM, UFS and SD media | |
//! | [`at`] | bytes ↔ AT language, pure functions | |
//! | [`time`] | module time, and how durations, sizes and rates are written | |
//!
//! Everything below `link` builds with `--no-default-features`: no tokio, no sockets, no clock.

pub mod at;
pub mod commands;
pub mod modem;
pub mod rig;
pub mod scenario;
pub mod store;
pub mod time;
pub mod transcript;

#[cfg(feature = "host")]
pub mod cli;
#[cfg(feature = "host")]
pub mod clock;
#[cfg(feature = "host")]
pub mod control;
#[cfg(feature = "host")]
pub mod endpoint;
#[cfg(feature = "host")]
pub mod exec;
#[cfg(feature = "host")]
pub mod link;
#[cfg(feature = "host")]
pub mod sim;

#[cfg(feature = "host")]
pub use sim::Modem;
