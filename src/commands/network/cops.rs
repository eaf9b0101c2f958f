//! `AT+COPS`: the operator.

use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+COPS", Group::Network, "The operator", "27.007 §7.3").read(|modem, _| {
        if modem.network.registration.is_registered() {
            let operator = modem.network.operator.clone();
            modem.info(format_args!("+COPS: 0,0,\"{operator}\",7"));
        } else {
            modem.info(format_args!("+COPS: 0"));
        }
        Ok(Flow::Done)
    });

#[cfg(test)]
mod tests {
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn the_operator_is_known_while_registered() {
        let mut rig = Rig::default();
        rig.play("> AT+COPS?\n< +COPS: 0,0,\"QFTPSIM\",7\n< OK");
        rig.modem.network_mut().registration = Registration::Denied;
        rig.play("> AT+COPS?\n< +COPS: 0\n< OK");
    }
}
