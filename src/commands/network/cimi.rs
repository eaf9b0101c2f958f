//! `AT+CIMI`: the number of the subscriber.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+CIMI", Group::Network, "The number of the subscriber (IMSI)", "27.007 §5.6")
        .test(TestForm::Bare)
        .execute(|modem, _| {
            modem.card()?;
            let imsi = modem.network.imsi.clone();
            modem.info(format_args!("{imsi}"));
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::modem::network::Sim;
    use crate::rig::Rig;

    #[test]
    fn the_imsi_is_a_line_of_its_own_and_needs_the_card() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+CIMI"), "AT+CIMI\r\r\n001010000000001\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CIMI=?"), "AT+CIMI=?\r\r\nOK\r\n");
        rig.modem.network_mut().sim = Sim::Absent;
        rig.play("> AT+CIMI\n< +CME ERROR: 10");
    }
}
