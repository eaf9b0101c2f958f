//! `AT+GSN`: the IMEI.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+GSN", Group::General, "The IMEI", "V.250 §6.1.7; AT manual §2")
        .test(TestForm::Bare)
        .execute(|modem, _| {
            let imei = modem.network.imei.clone();
            modem.info(format_args!("{imei}"));
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_number_stands_alone() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+GSN"), "AT+GSN\r\r\n001017000000010\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+GSN=?"), "AT+GSN=?\r\r\nOK\r\n");
    }
}
