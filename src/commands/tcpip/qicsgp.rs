//! `AT+QICSGP`: configure a PDP context.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::modem::network::ContextConfig;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QICSGP",
    Group::TcpIp,
    "Configure a PDP context, or query it",
    "TCP/IP note; captures",
)
.test(TestForm::Text("(1-16),(1-3),<APN>,<username>,<password>,(0-3)"))
.write(
    &[
        Param::number("<contextID>", &[(1, 16)]),
        Param::number("<context_type>", &[(1, 3)]).optional("a query"),
        Param::text("<APN>", 127).joined(""),
        Param::text("<username>", 127).optional(""),
        Param::text("<password>", 127).joined(""),
        Param::number("<authentication>", &[(0, 3)]).optional("0"),
    ],
    configure,
);

fn configure(modem: &mut Modem, values: &Values<'_>) -> Handled {
    let context = modem.network.contexts.get_mut(values.get(0).unwrap_or(1));
    let Some(kind) = values.get(1) else {
        let ContextConfig { kind, apn, username, password, authentication } =
            context.config.clone();
        modem.info(format_args!(
            "+QICSGP: {kind},\"{apn}\",\"{username}\",\"{password}\",{authentication}"
        ));
        return Ok(Flow::Done);
    };
    context.config = ContextConfig {
        kind,
        apn: values.text(2).to_owned(),
        username: values.text(3).to_owned(),
        password: values.text(4).to_owned(),
        authentication: values.get(5).unwrap_or(0),
    };
    Ok(Flow::Done)
}
