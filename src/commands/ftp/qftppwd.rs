//! `AT+QFTPPWD`: the current directory.

use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPPWD",
    Group::Ftp,
    "Query the current directory on the server",
    "FTP note §2.4",
)
.test(TestForm::Bare)
.execute(|modem, _| modem.ftp_control("+QFTPPWD", ControlCommand::Pwd));
