//! `AT&D`: What DTR off does: 0 nothing, 1 command mode, 2 disconnects.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "&D",
    Group::General,
    "What DTR off does: 0 nothing, 1 command mode, 2 disconnects",
    "V.250 §6.2.9; FTP note §1.4",
)
.write(&[Param::number("<value>", &[(0, 2)]).optional("0")], |modem, values| {
    modem.profile.dtr = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
})
.execute(|modem, _| {
    modem.profile.dtr = 0;
    Ok(Flow::Done)
});
