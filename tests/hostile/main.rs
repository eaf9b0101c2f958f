//! Hostile surroundings: whatever hosts, servers and the system do to a running simulator, it goes
//! on as documented. Each file is one of those that do it.

#[path = "../common/mod.rs"]
mod common;

mod clock;
mod disk;
mod host;
mod names;
mod secrets;
mod server;
mod system;
