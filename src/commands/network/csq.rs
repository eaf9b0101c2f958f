//! `AT+CSQ`: the signal.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+CSQ", Group::Network, "Signal quality", "27.007 §8.5")
        .test(TestForm::Text("(0-31,99),(0-7,99)"))
        .execute(|modem, _| {
            let (rssi, ber) = (modem.network.rssi, modem.network.ber);
            modem.info(format_args!("+CSQ: {rssi},{ber}"));
            Ok(Flow::Done)
        });
