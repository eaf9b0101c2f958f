//! Bytes ↔ AT language: pure functions.
//!
//! [`mod@line`] cuts the host's bytes into command lines and echoes them, [`syntax`] reads a line as
//! a row of commands, [`param`] checks their parameters against what a command declares, and
//! [`result`] writes result codes the way `V`, `Q` and `X` ask for. [`error`] holds the error
//! codes and their texts.

pub mod error;
pub mod line;
pub mod param;
#[cfg(test)]
mod property_tests;
pub mod result;
pub mod syntax;
