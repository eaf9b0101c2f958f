//! `AT+GMR`, `AT+CGMR`: the firmware; `AT+QGMR`: the firmware and its release.

use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

pub(super) static GMR: CommandSpec = revision("+GMR", "V.250 §6.1.6");
pub(super) static CGMR: CommandSpec = revision("+CGMR", "27.007 §5.3");

/// A public host program asks with a question mark.
pub(super) static QGMR: CommandSpec =
    CommandSpec::new("+QGMR", Group::General, "The firmware and its release", "captures")
        .test(TestForm::Bare)
        .read(|modem, _| release(modem))
        .execute(|modem, _| release(modem));

const fn revision(name: &'static str, source: &'static str) -> CommandSpec {
    CommandSpec::new(name, Group::General, "The firmware", source).test(TestForm::Bare).execute(
        |modem, _| {
            let revision = modem.knobs.revision.clone();
            modem.info(format_args!("{revision}"));
            Ok(Flow::Done)
        },
    )
}

fn release(modem: &mut Modem) -> Handled {
    let release = modem.knobs.release.clone();
    modem.info(format_args!("{release}"));
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_release_is_longer_than_the_revision() {
        let mut rig = Rig::default();
        for name in ["GMR", "CGMR"] {
            let line = format!("AT+{name}");
            assert_eq!(rig.ask(&line), format!("{line}\r\r\nEC25EFAR06A17M4G\r\n\r\nOK\r\n"));
        }
        for line in ["AT+QGMR", "AT+QGMR?"] {
            let release = "EC25EFAR06A17M4G_20.200.20.200";
            assert_eq!(rig.ask(line), format!("{line}\r\r\n{release}\r\n\r\nOK\r\n"));
        }
    }
}
