//! `AT+CGREG`: registration in the packet domain.

use crate::modem::command::CommandSpec;

use super::registration::{registration, set, tell};

pub(super) static COMMAND: CommandSpec =
    registration("+CGREG", "Registration in the packet domain", "27.007 §10.1.20")
        .read(|modem, _| tell(modem, "+CGREG", 1))
        .write(super::registration::PARAMS, |modem, values| set(modem, values, 1));
