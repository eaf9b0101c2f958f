//! `AT+QIACT`: activate a PDP context.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, Refusal, TestForm};

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
        .active()
        .map(|(id, context, address)| (id, context.config.kind, address))
        .collect();
    for (id, kind, address) in active {
        modem.info(format_args!("+QIACT: {id},1,{kind},\"{address}\""));
    }
    Ok(Flow::Done)
})
.write(&[Param::number("<contextID>", &[(1, 16)])], |modem, values| {
    let id = values.get(0).unwrap_or(1);
    if !modem.network.may_activate(id, &modem.knobs) {
        return Err(Refusal::Error);
    }
    modem.network.activate(id);
    Ok(Flow::Done)
});
