//! `AT+QIACT`: activate a PDP context.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::Activation;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QIACT",
    Group::TcpIp,
    "Activate a PDP context, or list the active ones",
    "TCP/IP note; FTP note §4.2",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let active: Vec<_> = modem
        .network
        .contexts
        .iter()
        .filter_map(|(id, context)| match context.activation {
            Activation::TcpIp(address) => Some((id, context.config.kind, address)),
            _ => None,
        })
        .collect();
    for (id, kind, address) in active {
        modem.info(format_args!("+QIACT: {id},1,{kind},\"{address}\""));
    }
    Ok(Flow::Done)
})
.write(&[Param::number("<contextID>", &[(1, 16)])], |modem, values| {
    modem.activate_tcpip(values.get(0).unwrap_or(1))
});
