//! `ATX`: how `CONNECT` is told.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "X",
    Group::General,
    "CONNECT bare (0) or with the speed of the line (1-4)",
    "V.250 §6.2.7; AT manual §2",
)
.write(&[Param::number("<value>", &[(0, 4)])], |modem, values| {
    modem.profile.connect_text = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
})
.execute(|modem, _| {
    modem.profile.connect_text = 0;
    Ok(Flow::Done)
});
