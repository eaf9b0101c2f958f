//! TCP/IP contexts, names and time. These commands fail with plain `ERROR` (captures, INDEX
//! point 26).

mod lookup;
mod qiact;
mod qicsgp;
mod qideact;
mod qidnscfg;
mod qidnsgip;
mod qigeterror;
mod qntp;
mod qping;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &qicsgp::COMMAND,
    &qiact::COMMAND,
    &qideact::COMMAND,
    &qigeterror::COMMAND,
    &qidnscfg::COMMAND,
    &qidnsgip::COMMAND,
    &qping::COMMAND,
    &qntp::COMMAND,
];
