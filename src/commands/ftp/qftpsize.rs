//! `AT+QFTPSIZE`: the size of a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPSIZE",
    Group::Ftp,
    "Query the size of a file on the server",
    "FTP note §2.7",
)
.test(TestForm::Flat)
.write(&[Param::file("<file_name>", 255)], |modem, values| {
    let path = values.text(0).to_owned();
    modem.ftp_control("+QFTPSIZE", ControlCommand::Size(path))
})
.reject_with(610);

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    #[test]
    fn the_size_or_the_reply_of_the_server() {
        let mut rig = Rig::logged_in();
        rig.server.put("/f", vec![0; 1000]);
        rig.play("> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 0,1000");
        rig.play("> AT+QFTPSIZE=\"g\"\n< OK\n< +QFTPSIZE: 627,550");
    }

    #[test]
    fn the_misprint_of_the_note_on_demand() {
        let knobs = Knobs { size_misprint: true, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        rig.log_in();
        rig.server.put("/f", vec![0; 1000]);
        rig.play("> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE:0, 1000");
    }
}
