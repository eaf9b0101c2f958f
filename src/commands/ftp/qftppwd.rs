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

#[cfg(test)]
mod tests {
    use crate::modem::{Setup, models::Model};
    use crate::rig::Rig;

    #[test]
    fn the_path_stands_without_quotes_but_for_a_sibling() {
        Rig::logged_in().play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
        let mut rig = Rig::new(Setup::of(Model::find("eg800k").unwrap()));
        rig.log_in();
        rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,\"/\"");
    }
}
