//! `ATH`: hang up.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("H", Group::General, "Hang up", "V.250 §6.3.6; captures")
        .write(&[Param::number("<value>", &[(0, 0)])], |modem, _| hang_up(modem))
        .execute(|modem, _| hang_up(modem));

fn hang_up(modem: &mut Modem) -> Handled {
    modem.end_call();
    Ok(Flow::Done)
}
