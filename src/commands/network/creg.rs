//! `AT+CREG`: registration in the circuit-switched domain.

use crate::modem::command::CommandSpec;

use super::registration::{registration, set, tell};

pub(super) static COMMAND: CommandSpec =
    registration("+CREG", "Registration in the circuit-switched domain", "27.007 §7.2")
        .read(|modem, _| tell(modem, "+CREG", 0))
        .write(super::registration::PARAMS, |modem, values| set(modem, values, 0));
