//! `AT+QFTPRENAME`: rename a file or folder.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPRENAME",
    Group::Ftp,
    "Rename a file or folder on the server",
    "FTP note §2.15",
)
.test(TestForm::Flat)
.write(&[Param::file("<old_name>", 255), Param::file("<new_name>", 255)], |modem, values| {
    let (old, new) = (values.text(0).to_owned(), values.text(1).to_owned());
    modem.ftp_control("+QFTPRENAME", ControlCommand::Rename(old, new))
})
.reject_with(610);
