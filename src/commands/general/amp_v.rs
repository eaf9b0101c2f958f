//! `AT&V`: the settings of the profile.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};

use super::s::REGISTERS;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("&V", Group::General, "Show the profile", "AT manual §2")
        .write(&[Param::number("<value>", &[(0, 0)])], |modem, _| show(modem))
        .execute(|modem, _| show(modem));

fn show(modem: &mut Modem) -> Handled {
    let profile = modem.profile.clone();
    for (name, value) in [
        ("&C", profile.dcd),
        ("&D", profile.dtr),
        // The number of the one profile there is.
        ("&F", 0),
        ("&W", 0),
        ("E", profile.echo.into()),
        ("Q", profile.quiet.into()),
        ("V", profile.verbose.into()),
        ("X", profile.connect_text),
        ("Z", 0),
    ] {
        modem.info(format_args!("{name}: {value}"));
    }
    for &register in REGISTERS {
        modem.info(format_args!("S{register}: {}", profile.s[register]));
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_factory_profile_is_that_of_the_manual() {
        let mut rig = Rig::default();
        let lines = "&C: 1\r\n&D: 2\r\n&F: 0\r\n&W: 0\r\nE: 1\r\nQ: 0\r\nV: 1\r\nX: 4\r\nZ: 0\r\n\
                     S0: 0\r\nS3: 13\r\nS4: 10\r\nS5: 8\r\nS6: 2\r\nS7: 0\r\nS8: 2\r\nS10: 15\r\n\
                     S12: 50\r\n";
        assert_eq!(rig.ask("AT&V"), format!("AT&V\r\r\n{lines}\r\nOK\r\n"));
        rig.play("> ATE0V1X0S12=20&D1&C0\n< OK\n> AT&F\n< OK");
        assert_eq!(rig.ask("AT&V0"), format!("AT&V0\r\r\n{lines}\r\nOK\r\n"));
    }
}
