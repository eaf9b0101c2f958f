//! SSL contexts.

mod qsslcfg;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[&qsslcfg::COMMAND];
