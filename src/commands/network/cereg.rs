//! `AT+CEREG`: registration in the evolved packet system.

use crate::modem::command::CommandSpec;
use crate::modem::network::Domain;

use super::registration::{registration, set, tell};

pub(super) static COMMAND: CommandSpec =
    registration("+CEREG", "Registration in the evolved packet system", "27.007 §10.1.22")
        .read(|modem, _| tell(modem, Domain::Evolved))
        .write(super::registration::PARAMS, |modem, values| set(modem, values, Domain::Evolved));
