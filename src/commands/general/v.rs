//! `ATV`: Results as numbers (0) or words (1).

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("V", Group::General, "Results as numbers (0) or words (1)", "V.250 §6.2.6")
        .write(&[Param::number("<value>", &[(0, 0), (1, 1)]).optional("0")], |modem, values| {
            modem.profile.verbose = values.number(0) == Some(1);
            Ok(Flow::Done)
        })
        .execute(|modem, _| {
            modem.profile.verbose = false;
            Ok(Flow::Done)
        });
