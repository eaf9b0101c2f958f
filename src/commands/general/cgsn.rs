//! `AT+CGSN`: the IMEI or the serial number.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

/// The write form prints the IMEI as 27.007 does, in quotes after the name (our choice).
pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CGSN",
    Group::General,
    "The IMEI, or by number the serial number (0) or the IMEI (1)",
    "27.007 §5.4; AT manual §2",
)
.test(TestForm::Flat)
.write(&[Param::number("<snt>", &[(0, 0), (1, 1)])], |modem, values| {
    if values.number(0) == Some(0) {
        let serial = modem.network.serial_number.clone();
        modem.info(format_args!("{serial}"));
    } else {
        let imei = modem.network.imei.clone();
        modem.info(format_args!("+CGSN: \"{imei}\""));
    }
    Ok(Flow::Done)
})
.execute(|modem, _| {
    let imei = modem.network.imei.clone();
    modem.info(format_args!("{imei}"));
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_imei_is_a_line_of_its_own() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+CGSN"), "AT+CGSN\r\r\n001017000000010\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CGSN=?"), "AT+CGSN=?\r\r\n+CGSN: (0,1)\r\n\r\nOK\r\n");
        rig.play("> AT+CGSN=0\n< D1Q25A1000001\n< OK");
        rig.play("> AT+CGSN=1\n< +CGSN: \"001017000000010\"\n< OK\n> AT+CGSN=2\n< ERROR");
    }
}
