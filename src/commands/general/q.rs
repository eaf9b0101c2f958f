//! `ATQ`: Result codes on (0) or off (1).

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("Q", Group::General, "Result codes on (0) or off (1)", "V.250 §6.2.5")
        .write(&[Param::number("<value>", &[(0, 0), (1, 1)]).optional("0")], |modem, values| {
            modem.profile.quiet = values.number(0) == Some(1);
            Ok(Flow::Done)
        })
        .execute(|modem, _| {
            modem.profile.quiet = false;
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn information_comes_without_result_codes() {
        let mut rig = Rig::default();
        rig.play("> ATE0\n< OK");
        assert_eq!(rig.ask("ATQ1"), "");
        assert_eq!(rig.ask("AT+CSQ"), "\r\n+CSQ: 24,99\r\n");
        assert_eq!(rig.ask("AT+BOGUS"), "");
        assert_eq!(rig.ask("ATQ0"), "\r\nOK\r\n");
    }
}
