//! `AT+CREG`: registration in the circuit-switched domain.

use crate::modem::command::CommandSpec;
use crate::modem::network::Domain;

use super::registration::{registration, set, tell};

pub(super) static COMMAND: CommandSpec =
    registration("+CREG", "Registration in the circuit-switched domain", "27.007 §7.2")
        .read(|modem, _| tell(modem, Domain::CircuitSwitched))
        .write(super::registration::PARAMS, |modem, values| {
            set(modem, values, Domain::CircuitSwitched)
        });
