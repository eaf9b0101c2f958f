//! `ATZ`: back to the stored profile.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("Z", Group::General, "Back to the stored profile", "V.250 §6.1.1")
        .write(&[Param::number("<value>", &[(0, 0)])], |modem, _| restore(modem))
        .execute(|modem, _| restore(modem));

fn restore(modem: &mut Modem) -> Handled {
    modem.profile.take_storable(&modem.stored_profile);
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_settings_go_back_but_not_those_of_ftp() {
        let mut rig = Rig::default();
        rig.play("> ATE0\n< OK\n> AT+CMEE=2\n< OK\n> AT+QFTPCFG=\"filetype\",1\n< OK");
        assert_eq!(rig.ask("ATZ"), "\r\nOK\r\n");
        // AT&W does not store it, so ATZ does not bring it back.
        rig.play("> AT+CMEE?\n< +CMEE: 2\n< OK");
        rig.play("> AT+QFTPCFG=\"filetype\"\n< +QFTPCFG: \"filetype\",1\n< OK");
        assert_eq!(rig.ask("ATZ0"), "ATZ0\r\r\nOK\r\n");
        assert_eq!(rig.ask("ATZ1"), "ATZ1\r\r\nERROR\r\n");
    }
}
