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

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_file_is_deleted_once() {
        let mut rig = Rig::logged_in();
        rig.server.put("/f", "x");
        rig.play("> AT+QFTPDEL=\"f\"\n< OK\n< +QFTPDEL: 0,0");
        assert_eq!(rig.server.file("/f"), None);
        rig.play("> AT+QFTPDEL=\"f\"\n< OK\n< +QFTPDEL: 627,550");
    }
}
