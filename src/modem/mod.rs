//! The sans-IO modem machine.

pub mod link;
