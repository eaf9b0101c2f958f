//! `AT+QFTPRMDIR`: remove a folder.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFTPRMDIR", Group::Ftp, "Remove a folder on the server", "FTP note §2.10")
        .test(TestForm::Flat)
        .write(&[Param::file("<folder_name>", 255)], |modem, values| {
            let path = values.text(0).to_owned();
            modem.ftp_control("+QFTPRMDIR", ControlCommand::Rmdir(path))
        })
        .reject_with(610);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_folder_is_removed_once() {
        let mut rig = Rig::logged_in();
        rig.server.folder("/d");
        rig.play("> AT+QFTPRMDIR=\"d\"\n< OK\n< +QFTPRMDIR: 0,0");
        rig.play("> AT+QFTPRMDIR=\"d\"\n< OK\n< +QFTPRMDIR: 627,550");
    }
}
