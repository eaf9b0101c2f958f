//! TCP/IP contexts. These commands fail with plain `ERROR` (captures, INDEX point 26).

mod qiact;
mod qicsgp;
mod qideact;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] =
    &[&qicsgp::COMMAND, &qiact::COMMAND, &qideact::COMMAND];
