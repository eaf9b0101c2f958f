//! `AT+CGREG`: registration in the packet domain.

use crate::modem::command::CommandSpec;
use crate::modem::network::Domain;

use super::registration::{registration, set, tell};

pub(super) static COMMAND: CommandSpec =
    registration("+CGREG", "Registration in the packet domain", "27.007 §10.1.20")
        .read(|modem, _| tell(modem, Domain::Packet))
        .write(super::registration::PARAMS, |modem, values| set(modem, values, Domain::Packet));
