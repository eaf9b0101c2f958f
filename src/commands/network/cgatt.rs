//! `AT+CGATT`: attached to the packet domain or not.

use crate::at::error::CmeError;
use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::Domain;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CGATT",
    Group::Network,
    "Attach to the packet domain (1) or detach from it (0)",
    "27.007 §10.1.9",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let attached = u8::from(modem.network.attached);
    modem.info(format_args!("+CGATT: {attached}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<state>", &[(0, 0), (1, 1)])], |modem, values| {
    let attach = values.number(0) == Some(1);
    if attach {
        modem.card()?;
        let before = std::mem::replace(&mut modem.network.attached, true);
        if !modem.registration(Domain::Evolved).is_registered() {
            modem.network.attached = before;
            return Err(CmeError::NO_NETWORK_SERVICE.into());
        }
    } else {
        modem.network.attached = false;
        modem.deactivate_all_contexts();
    }
    Ok(Flow::Done)
});
