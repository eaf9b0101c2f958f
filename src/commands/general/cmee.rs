//! `AT+CMEE`: how errors are told.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CMEE",
    Group::General,
    "Errors as ERROR (0), by number (1) or by text (2)",
    "27.007 §9.1",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let cmee = modem.profile.cmee;
    modem.info(format_args!("+CMEE: {cmee}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<n>", &[(0, 2)])], |modem, values| {
    modem.profile.cmee = values.get(0).unwrap_or(1);
    Ok(Flow::Done)
});
