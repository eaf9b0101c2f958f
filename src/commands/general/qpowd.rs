//! `AT+QPOWD`: switch off.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QPOWD",
    Group::General,
    "Switch off, at once (0) or in order (1)",
    "AT manual §13",
)
.test(TestForm::Flat)
.write(&[Param::number("<n>", &[(0, 0), (1, 1)])], |modem, _| modem.power_down_after_result())
.execute(|modem, _| modem.power_down_after_result());

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::{Input, Setup};
    use crate::rig::Rig;

    #[test]
    fn the_module_says_goodbye_and_is_off_until_power_returns() {
        let mut rig = Rig::logged_in();
        assert_eq!(rig.ask("AT+QPOWD"), "AT+QPOWD\r\r\nOK\r\n");
        assert_eq!(rig.ask("AT"), "");
        rig.pass(Duration::from_secs(60));
        assert_eq!(rig.text(), "\r\nPOWERED DOWN\r\n");
        assert_eq!(rig.ask("AT"), "");
        assert_eq!(rig.modem.next_deadline(), None);
        rig.input(Input::Power(true));
        rig.play("< RDY\n> AT+QPOWD=?\n< +QPOWD: (0,1)\n< OK");
    }

    #[test]
    fn a_board_may_switch_it_on_again() {
        let mut setup = Setup::default();
        setup.knobs.qpowd_reboots = true;
        let mut rig = Rig::new(setup);
        rig.play(
            "
            > AT+QPOWD=0
            < OK
            < POWERED DOWN
            < RDY
            < +CFUN: 1
            < +CPIN: READY
            < +QUSIM: 1
            < +QIND: SMS DONE
            < +QIND: PB DONE
        ",
        );
    }
}
