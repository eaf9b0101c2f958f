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

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn names_are_seen_from_the_new_directory() {
        let mut rig = Rig::logged_in();
        rig.server.put("/a/b/f", "12345");
        for (path, shown) in [("a", "/a"), ("./b", "/a/b"), ("/", "/"), ("//a//b", "/a/b")] {
            rig.play(&format!("> AT+QFTPCWD=\"{path}\"\n< OK\n< +QFTPCWD: 0,0"));
            rig.play(&format!("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,{shown}"));
        }
        rig.play("> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 0,5");
    }

    #[test]
    fn a_missing_directory_is_627_and_the_old_one_stays() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPCWD=\"none\"\n< OK\n< +QFTPCWD: 627,550");
        rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
    }
}
