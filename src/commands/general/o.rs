//! `ATO`: back to data mode.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "O",
    Group::General,
    "Back to the data mode that +++ left",
    "V.250 §6.3.7; FTP note §1.4",
)
.write(&[Param::number("<value>", &[(0, 0)])], |modem, _| modem.resume_data_mode())
.execute(|modem, _| modem.resume_data_mode());

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn with_nothing_to_resume_it_is_no_carrier() {
        let mut rig = Rig::logged_in();
        assert_eq!(rig.ask("ATO"), "ATO\r\r\nNO CARRIER\r\n");
        assert_eq!(rig.ask("ATO0"), "ATO0\r\r\nNO CARRIER\r\n");
        assert_eq!(rig.ask("ATO1"), "ATO1\r\r\nERROR\r\n");
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n+++\n< OK\n> ATO\n< NO CARRIER");
    }
}
