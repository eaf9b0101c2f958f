//! `AT+QFTPMKDIR`: make a folder.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFTPMKDIR", Group::Ftp, "Make a folder on the server", "FTP note §2.9")
        .test(TestForm::Flat)
        .write(&[Param::file("<folder_name>", 255)], |modem, values| {
            let path = values.text(0).to_owned();
            modem.ftp_control("+QFTPMKDIR", ControlCommand::Mkdir(path))
        })
        .reject_with(610);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_folder_is_made_once() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPMKDIR=\"d\"\n< OK\n< +QFTPMKDIR: 0,0");
        rig.play("> AT+QFTPCWD=\"d\"\n< OK\n< +QFTPCWD: 0,0");
        rig.play("> AT+QFTPMKDIR=\"/d\"\n< OK\n< +QFTPMKDIR: 627,550");
    }
}
