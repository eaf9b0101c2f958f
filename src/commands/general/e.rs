//! `ATE`: Echo off (0) or on (1).

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("E", Group::General, "Echo off (0) or on (1)", "V.250 §6.2.4")
        .write(&[Param::number("<value>", &[(0, 0), (1, 1)]).optional("0")], |modem, values| {
            modem.profile.echo = values.number(0) == Some(1);
            Ok(Flow::Done)
        })
        .execute(|modem, _| {
            modem.profile.echo = false;
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn ate0_is_still_echoed_and_ate1_is_not_yet() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("ATE0"), "ATE0\r\r\nOK\r\n");
        assert_eq!(rig.ask("AT"), "\r\nOK\r\n");
        assert_eq!(rig.ask("ATE1"), "\r\nOK\r\n");
        assert_eq!(rig.ask("ATE"), "ATE\r\r\nOK\r\n");
        assert_eq!(rig.ask("ATE2"), "\r\nERROR\r\n");
    }
}
