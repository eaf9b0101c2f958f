//! `AT&F`: back to the factory profile.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};
use crate::modem::profile::Profile;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("&F", Group::General, "Back to the factory profile", "V.250 §6.1.2")
        .write(&[Param::number("<value>", &[(0, 0)])], |modem, _| reset(modem))
        .execute(|modem, _| reset(modem));

fn reset(modem: &mut Modem) -> Handled {
    modem.profile = Profile::factory(&modem.knobs);
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn every_setting_is_that_of_the_factory() {
        let mut rig = Rig::default();
        rig.play("> AT&D1\n< OK\n> AT+CMEE=0\n< OK\n> AT+CREG=2\n< OK\n> AT&F\n< OK");
        rig.play("> AT+CMEE?\n< +CMEE: 1\n< OK\n> AT+CREG?\n< +CREG: 0,1\n< OK");
        rig.play("> AT&F0\n< OK\n> AT&F1\n< ERROR");
    }
}
