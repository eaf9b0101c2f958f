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

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn information_and_result_are_framed_apart_in_one_write() {
        let mut rig = Rig::default();
        rig.send("AT+CSQ\r");
        assert_eq!(rig.writes(), ["AT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n"]);
        rig.received();
        rig.play("> AT+CSQ=?\n< +CSQ: (0-31,99),(0-7,99)\n< OK");
        rig.play("> AT+CSQ?\n< ERROR\n> AT+CSQ=1\n< ERROR");
    }
}
