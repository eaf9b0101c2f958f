//! `AT+GMI`, `AT+CGMI`: the manufacturer.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static GMI: CommandSpec = manufacturer("+GMI", "V.250 §6.1.4");
pub(super) static CGMI: CommandSpec = manufacturer("+CGMI", "27.007 §5.1");

const fn manufacturer(name: &'static str, source: &'static str) -> CommandSpec {
    CommandSpec::new(name, Group::General, "The manufacturer", source).test(TestForm::Bare).execute(
        |modem, _| {
            modem.info(format_args!("Quectel"));
            Ok(Flow::Done)
        },
    )
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn both_tell_the_manufacturer() {
        let mut rig = Rig::default();
        for name in ["GMI", "CGMI"] {
            let line = format!("AT+{name}");
            assert_eq!(rig.ask(&line), format!("{line}\r\r\nQuectel\r\n\r\nOK\r\n"));
            let line = format!("AT+{name}=?");
            assert_eq!(rig.ask(&line), format!("{line}\r\r\nOK\r\n"));
        }
    }
}
