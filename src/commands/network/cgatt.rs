//! `AT+CGATT`: attached to the packet domain or not.

use crate::at::error::CmeError;
use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::Sim;

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
    if attach && modem.network.sim != Sim::Ready {
        return Err(CmeError::SIM_NOT_INSERTED.into());
    }
    if attach && !modem.network.registration.is_registered() {
        return Err(CmeError::NO_NETWORK_SERVICE.into());
    }
    modem.network.attached = attach;
    if !attach {
        modem.deactivate_all_contexts();
    }
    Ok(Flow::Done)
});
