//! `AT+CPIN`: whether the card is ready.

use crate::at::error::CmeError;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::Sim;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+CPIN", Group::Network, "Whether the card is ready", "27.007 §8.3")
        .test(TestForm::Bare)
        .read(|modem, _| match modem.network.sim {
            Sim::Ready => {
                modem.info(format_args!("+CPIN: READY"));
                Ok(Flow::Done)
            }
            Sim::Absent => Err(CmeError::SIM_NOT_INSERTED.into()),
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_card_is_ready_or_missing() {
        let mut rig = Rig::default();
        rig.play("> AT+CPIN?\n< +CPIN: READY\n< OK\n> AT+CPIN=?\n< OK\n> AT+CPIN\n< ERROR");
        rig.modem.network_mut().sim = super::Sim::Absent;
        rig.play("> AT+CPIN?\n< +CME ERROR: 10");
    }
}
