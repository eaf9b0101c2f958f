//! `ATQ`: Result codes on (0) or off (1).

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("Q", Group::General, "Result codes on (0) or off (1)", "V.250 §6.2.5")
        .write(&[Param::number("<value>", &[(0, 0), (1, 1)]).optional("0")], |modem, values| {
            modem.profile.quiet = values.number(0) == Some(1);
            Ok(Flow::Done)
        })
        .execute(|modem, _| {
            modem.profile.quiet = false;
            Ok(Flow::Done)
        });
