//! `AT+QFTPCWD`: change the directory.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPCWD",
    Group::Ftp,
    "Change the current directory on the server",
    "FTP note §2.3",
)
.test(TestForm::Flat)
.write(&[Param::file("<path_name>", 255)], |modem, values| {
    let path = values.text(0).to_owned();
    modem.ftp_control("+QFTPCWD", ControlCommand::Cwd(path))
})
.reject_with(610);
