//! `AT+QFTPMDTM`: the modification time of a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::link::ControlCommand;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPMDTM",
    Group::Ftp,
    "Query the modification time of a file on the server",
    "FTP note §2.14",
)
.test(TestForm::Flat)
.write(&[Param::file("<file_name>", 255)], |modem, values| {
    let path = values.text(0).to_owned();
    modem.ftp_control("+QFTPMDTM", ControlCommand::Mdtm(path))
})
.reject_with(610);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_time_stands_in_quotes() {
        let mut rig = Rig::logged_in();
        rig.server.put("/f", "x");
        rig.play("> AT+QFTPMDTM=\"f\"\n< OK\n< +QFTPMDTM: 0,\"20140708110039\"");
        rig.play("> AT+QFTPMDTM=\"g\"\n< OK\n< +QFTPMDTM: 627,550");
    }
}
