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
    modem.profile = Profile::factory(modem.knobs.cmee);
    Ok(Flow::Done)
}
