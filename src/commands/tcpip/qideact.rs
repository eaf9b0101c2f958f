//! `AT+QIDEACT`: deactivate a PDP context.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QIDEACT",
    Group::TcpIp,
    "Deactivate a PDP context; an FTP session on it is gone",
    "TCP/IP note",
)
.test(TestForm::Flat)
.write(&[Param::number("<contextID>", &[(1, 16)])], |modem, values| {
    modem.deactivate_context(values.get(0).unwrap_or(1));
    modem.tcpip_result(Ok(()))
});
