//! `AT+CPIN`: whether the card is ready, and its PIN.

use crate::at::error::CmeError;
use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CPIN",
    Group::Network,
    "Whether the card is ready; unlocks it",
    "27.007 §8.3; captures",
)
.test(TestForm::Bare)
.read(|modem, _| {
    let state = match modem.card() {
        Ok(()) => "READY",
        Err(CmeError::SIM_PIN_REQUIRED) => "SIM PIN",
        Err(CmeError::SIM_PUK_REQUIRED) => "SIM PUK",
        Err(error) => return Err(error.into()),
    };
    modem.info(format_args!("+CPIN: {state}"));
    Ok(Flow::Done)
})
.write(
    &[Param::file("<pin>", 8), Param::file("<new_pin>", 8).optional("with the PUK only")],
    unlock,
);

fn unlock(modem: &mut Modem, values: &Values<'_>) -> Handled {
    match (modem.card(), values.opt_text(1)) {
        // Nothing is asked for (capture `bg770a-gl-ar01a05-labwired`).
        (Ok(()), _) => return Err(CmeError::NOT_ALLOWED.into()),
        (Err(CmeError::SIM_PIN_REQUIRED), None) => modem.network.check_pin(values.text(0))?,
        (Err(CmeError::SIM_PUK_REQUIRED), Some(new_pin)) => {
            modem.network.check_puk(values.text(0), new_pin)?;
        }
        (Err(CmeError::SIM_PIN_REQUIRED), Some(_)) => {
            return Err(CmeError::INCORRECT_PARAMETERS.into());
        }
        (Err(error), _) => return Err(error.into()),
    }
    modem.card_unlocked();
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::network::{Registration, Sim};
    use crate::rig::Rig;

    fn locked() -> Rig {
        let mut setup = Setup::default();
        setup.network.lock_card("4711");
        Rig::new(setup)
    }

    #[test]
    fn a_card_that_asks_for_nothing_is_ready() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+CPIN?"), "AT+CPIN?\r\r\n+CPIN: READY\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CPIN=?"), "AT+CPIN=?\r\r\nOK\r\n");
        rig.play(
            r#"
            > AT+CMEE=0;+CPIN="0000"
            < ERROR
            > AT+CMEE=1;+CPIN="0000"
            < +CME ERROR: 3
            > AT+CMEE=2;+CPIN="0000"
            < +CME ERROR: operation not allowed
        "#,
        );
    }

    #[test]
    fn the_right_pin_unlocks_and_the_lines_of_the_card_follow() {
        let mut rig = locked();
        rig.play(
            r#"
            > AT+CPIN?
            < +CPIN: SIM PIN
            < OK
            > AT+CREG=1;+CREG?;+COPS?
            < +CREG: 1,0
            < +COPS: 0
            < OK
            > AT+CIMI
            < +CME ERROR: 11
            > AT+QCCID
            < +QCCID: {iccid}
            < OK
            > AT+QFTPOPEN="host"
            < +CME ERROR: 11
            > AT+CPIN=4711
            < OK
            < +CREG: 2
            < +CPIN: READY
            < +QUSIM: 1
            < +QIND: SMS DONE
            < +QIND: PB DONE
            < +CREG: 1
            > AT+CPIN?
            < +CPIN: READY
            < OK
        "#,
        );
    }

    #[test]
    fn three_wrong_pins_ask_for_the_puk_which_sets_a_new_pin() {
        let mut rig = locked();
        rig.play(
            r#"
            > AT+CPIN="1111"
            < +CME ERROR: 16
            > AT+CPIN="2222"
            < +CME ERROR: 16
            > AT+QPINC="SC"
            < +QPINC: "SC",1,10
            < OK
            > AT+CPIN="3333"
            < +CME ERROR: 16
            > AT+CPIN?
            < +CPIN: SIM PUK
            < OK
            > AT+CPIN="4711"
            < +CME ERROR: 12
            > AT+CIMI
            < +CME ERROR: 12
            > AT+CPIN="87654321","1234"
            < +CME ERROR: 16
            > AT+QPINC="SC"
            < +QPINC: "SC",0,9
            < OK
            > AT+CPIN="12345678","0815"
            < OK
            < +CPIN: READY
            < +QUSIM: 1
            > AT+CLCK="SC",2
            < +CLCK: 1
            < OK
            > AT+CLCK="SC",0,"0815"
            < OK
        "#,
        );
    }

    #[test]
    fn ten_wrong_puks_are_the_end_of_the_card() {
        let mut rig = locked();
        for pin in ["1", "2", "3"] {
            rig.play(&format!("> AT+CPIN=\"{pin}\"\n< +CME ERROR: 16"));
        }
        for _ in 0..9 {
            rig.play("> AT+CPIN=\"0\",\"1\"\n< +CME ERROR: 16");
        }
        rig.play("> AT+CPIN=\"0\",\"1\"\n< +CME ERROR: 13\n> AT+CPIN?\n< +CME ERROR: 13");
    }

    #[test]
    fn a_missing_card_is_10_and_a_lost_one_13() {
        let mut rig = Rig::default();
        for (sim, err) in [(Sim::Absent, 10), (Sim::Lost, 13)] {
            rig.modem.network_mut().sim = sim;
            let answer = format!("AT+CPIN?\r\r\n+CME ERROR: {err}\r\n");
            assert_eq!(rig.ask("AT+CPIN?"), answer);
            assert_eq!(
                rig.modem.registration(crate::modem::network::Domain::Packet),
                Registration::NotRegistered
            );
        }
        rig.play("> AT+CMEE=2\n< OK");
        rig.modem.network_mut().sim = Sim::Absent;
        rig.play("> AT+CPIN?\n< +CME ERROR: SIM not inserted");
    }
}
