//! `AT+QFTPDEL`: delete a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFTPDEL", Group::Ftp, "Delete a file on the server", "FTP note §2.8")
        .test(TestForm::Flat)
        .write(&[Param::file("<file_name>", 255)], |modem, values| {
            let path = values.text(0).to_owned();
            modem.ftp_control("+QFTPDEL", ControlCommand::Delete(path))
        })
        .reject_with(610);
