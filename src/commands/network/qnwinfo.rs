//! `AT+QNWINFO`: access technology, operator, band and channel.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QNWINFO",
    Group::Network,
    "Access technology, operator, band and channel",
    "AT manual §6; captures",
)
.test(TestForm::Bare)
.execute(|modem, _| {
    if modem.is_registered() {
        let plmn = modem.network.plmn.clone();
        let (technology, band, channel) = match modem.network.access {
            0 => ("GSM", "GSM 900", 62),
            2 => ("WCDMA", "WCDMA 2100", 10663),
            _ => ("FDD LTE", "LTE BAND 3", 1650),
        };
        modem.info(format_args!("+QNWINFO: \"{technology}\",\"{plmn}\",\"{band}\",{channel}"));
    } else {
        // Without quotes (capture `ec21-aufar02a02m4g-forum3693`).
        modem.info(format_args!("+QNWINFO: No Service"));
    }
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn the_cell_is_told_or_that_there_is_none() {
        let mut rig = Rig::default();
        rig.play("> AT+QNWINFO\n< +QNWINFO: \"FDD LTE\",\"00101\",\"LTE BAND 3\",1650\n< OK");
        rig.modem.network_mut().access = 2;
        rig.play("> AT+QNWINFO\n< +QNWINFO: \"WCDMA\",\"00101\",\"WCDMA 2100\",10663\n< OK");
        rig.modem.network_mut().registration = Registration::Denied;
        rig.play("> AT+QNWINFO\n< +QNWINFO: No Service\n< OK\n> AT+QNWINFO=?\n< OK");
    }
}
