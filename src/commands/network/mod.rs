//! SIM, network and packet domain.

mod cereg;
mod cgatt;
mod cgreg;
mod cops;
mod cpin;
mod creg;
mod csq;
mod qccid;
mod registration;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &cpin::COMMAND,
    &qccid::COMMAND,
    &qccid::CCID,
    &csq::COMMAND,
    &creg::COMMAND,
    &cgreg::COMMAND,
    &cereg::COMMAND,
    &cops::COMMAND,
    &cgatt::COMMAND,
];
