//! `AT+QCCID`, and `AT+CCID` which a public driver sends: the number of the card.

use crate::at::error::CmeError;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QCCID", Group::Network, "The number of the card (ICCID)", "AT manual §5")
        .alias("+CCID", |_| true)
        .test(TestForm::Bare)
        .execute(|modem, _| tell(modem));

fn tell(modem: &mut Modem) -> Handled {
    // A locked card tells its number, too.
    match modem.card() {
        Ok(()) | Err(CmeError::SIM_PIN_REQUIRED | CmeError::SIM_PUK_REQUIRED) => {}
        Err(error) => return Err(error.into()),
    }
    let iccid = modem.network.iccid.clone();
    modem.info(format_args!("+QCCID: {iccid}"));
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn both_names_have_the_same_answer() {
        let mut rig = Rig::default();
        rig.play("> AT+QCCID\n< +QCCID: 89001012012341234012\n< OK\n> AT+QCCID=?\n< OK");
        rig.play("> AT+CCID\n< +QCCID: 89001012012341234012\n< OK");
        rig.modem.network_mut().sim = crate::modem::network::Sim::Absent;
        rig.play("> AT+CCID\n< +CME ERROR: 10");
    }
}
