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

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn files_and_folders_get_other_names() {
        let mut rig = Rig::logged_in();
        rig.server.put("/f", "x");
        rig.server.folder("/d");
        rig.play("> AT+QFTPRENAME=\"f\",\"g\"\n< OK\n< +QFTPRENAME: 0,0");
        assert_eq!(rig.server.file("/g"), Some(&b"x"[..]));
        rig.play("> AT+QFTPRENAME=\"d\",\"e\"\n< OK\n< +QFTPRENAME: 0,0");
        rig.play("> AT+QFTPCWD=\"e\"\n< OK\n< +QFTPCWD: 0,0");
        rig.play("> AT+QFTPRENAME=\"/f\",\"/h\"\n< OK\n< +QFTPRENAME: 627,550");
    }
}
