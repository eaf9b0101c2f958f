//! `ATV`: Results as numbers (0) or words (1).

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("V", Group::General, "Results as numbers (0) or words (1)", "V.250 §6.2.6")
        .write(&[Param::number("<value>", &[(0, 0), (1, 1)]).optional("0")], |modem, values| {
            modem.profile.verbose = values.number(0) == Some(1);
            Ok(Flow::Done)
        })
        .execute(|modem, _| {
            modem.profile.verbose = false;
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn numbers_end_with_cr_and_information_loses_its_first_line_end() {
        let mut rig = Rig::default();
        rig.play("> ATE0\n< OK");
        assert_eq!(rig.ask("ATV0"), "0\r");
        assert_eq!(rig.ask("AT+CSQ"), "+CSQ: 24,99\r\n0\r");
        assert_eq!(rig.ask("AT+BOGUS"), "4\r");
        assert_eq!(rig.ask("ATO"), "3\r");
        assert_eq!(rig.ask("ATV2"), "4\r");
        assert_eq!(rig.ask("ATV1"), "\r\nOK\r\n");
    }
}
