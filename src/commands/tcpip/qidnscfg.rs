//! `AT+QIDNSCFG`: the name servers of a context.

use std::net::Ipv4Addr;

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, Refusal, TestForm};

use super::lookup::{CONTEXT, need_active};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QIDNSCFG",
    Group::TcpIp,
    "Set or query the name servers of an active context",
    "TCP/IP note; captures",
)
.test(TestForm::Flat)
.write(
    &[
        CONTEXT,
        Param::text("<pridnsaddr>", 39).optional("a query"),
        Param::text("<secdnsaddr>", 39).optional("the previous one"),
    ],
    configure,
);

fn configure(modem: &mut Modem, values: &Values<'_>) -> Handled {
    let id = values.get(0).unwrap_or(1);
    need_active(modem, id)?;
    let context = modem.network.contexts.get_mut(id);
    let [first, second] = context.name_servers();
    let address = |at: usize, before: Ipv4Addr| match values.opt_text(at) {
        Some(text) => text.parse().map_err(|_| Refusal::Error),
        None => Ok(before),
    };
    if values.given() > 1 {
        context.name_servers = Some([address(1, first)?, address(2, second)?]);
    } else {
        modem.info(format_args!("+QIDNSCFG: {id},\"{first}\",\"{second}\""));
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn an_active_context_has_name_servers_that_can_be_changed() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+QIDNSCFG=?
            < +QIDNSCFG: (1-16),<pridnsaddr>,<secdnsaddr>
            < OK
            > AT+QIDNSCFG=1
            < +QIDNSCFG: 1,"10.7.0.1","10.7.0.2"
            < OK
            > AT+QIDNSCFG=1,"8.8.8.8"
            < OK
            > AT+QIDNSCFG=1
            < +QIDNSCFG: 1,"8.8.8.8","10.7.0.2"
            < OK
            > AT+QIDNSCFG=1,"1.1.1.1","8.8.4.4"
            < OK
            > AT+QIDNSCFG=1
            < +QIDNSCFG: 1,"1.1.1.1","8.8.4.4"
            < OK
            > AT+QIDNSCFG=1,"dns"
            < ERROR
        "#,
        );
    }

    /// Capture `bg770a-gl-ar01a05-labwired`.
    #[test]
    fn without_the_context_it_is_an_error() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+QIDNSCFG=1"), "AT+QIDNSCFG=1\r\r\nERROR\r\n");
        rig.play("> AT+QIGETERROR\n< +QIGETERROR: 561,open PDP context failed\n< OK");
    }
}
