//! `AT&W`: store the profile.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "&W",
    Group::General,
    "Store the profile for ATZ and the next start",
    "AT manual §2, §15",
)
.write(&[Param::number("<value>", &[(0, 0)])], |modem, _| store(modem))
.execute(|modem, _| store(modem));

fn store(modem: &mut Modem) -> Handled {
    modem.stored_profile.take_storable(&modem.profile);
    modem.stored_baud = modem.settings.baud;
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn what_is_stored_comes_back_with_atz() {
        let mut rig = Rig::default();
        rig.play(
            "
            > ATE0Q0V1X3&C0&D1S0=2S7=30S10=20S12=25
            < OK
            > AT+CREG=2;+CGREG=1;+CEREG=2
            < OK
            > AT&W
            < OK
            > ATE1X0&C1&D2S0=0S7=0S10=15S12=50;+CREG=0;+CGREG=0;+CEREG=0
            < OK
            > ATZ
            < OK
            > ATS0?S7?S10?S12?;+CREG?;+CGREG?;+CEREG?
            < 002
            < 030
            < 020
            < 025
            < +CREG: 2,1,{place}
            < +CGREG: 1,1
            < +CEREG: 2,1,{place}
            < OK
        ",
        );
        assert_eq!(rig.ask("AT"), "\r\nOK\r\n", "no echo");
    }

    #[test]
    fn error_texts_and_special_characters_are_not_stored() {
        let mut rig = Rig::default();
        rig.play(
            "
            > AT+CMEE=2;&W;+CMEE=0
            < OK
            > ATZ;+CMEE?
            < +CMEE: 0
            < OK
        ",
        );
    }

    #[test]
    fn there_is_one_profile() {
        assert_eq!(Rig::default().ask("AT&W1"), "AT&W1\r\r\nERROR\r\n");
        assert_eq!(Rig::default().ask("AT&W0"), "AT&W0\r\r\nOK\r\n");
    }
}
