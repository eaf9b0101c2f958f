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
