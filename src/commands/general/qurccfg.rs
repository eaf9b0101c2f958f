//! `AT+QURCCFG`: the port of unsolicited result codes.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Item, Refusal, TestForm};

const PORTS: &[&str] = &["usbat", "usbmodem", "uart1", "uart2", "all"];

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QURCCFG",
    Group::General,
    "The port of unsolicited result codes; kept: the one port gets them",
    "AT manual §2; captures",
)
.test(TestForm::Text("\"urcport\",(\"usbat\",\"usbmodem\",\"uart1\",\"uart2\",\"all\")"))
.keyed(&[Item {
    key: "urcport",
    summary: "usbat (default), usbmodem, uart1, uart2 or all",
    available: |_: &Modem| true,
    params: &[Param::text("<urcport>", 8)],
    get: |modem, _| format!("\"{}\"", modem.settings.urc_port),
    set: |modem, _, values| {
        let port = PORTS.iter().find(|port| port.eq_ignore_ascii_case(values.text(0)));
        modem.settings.urc_port = port.ok_or(Refusal::Error)?;
        Ok(Flow::Done)
    },
}]);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_known_port_is_kept() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QURCCFG=?
            < +QURCCFG: "urcport",("usbat","usbmodem","uart1","uart2","all")
            < OK
            > AT+QURCCFG="urcport"
            < +QURCCFG: "urcport","usbat"
            < OK
            > AT+QURCCFG="urcport","all"
            < OK
            > AT+QURCCFG="urcport"
            < +QURCCFG: "urcport","all"
            < OK
            > AT+QURCCFG="urcport","com1"
            < ERROR
            > AT+QURCCFG="speed"
            < ERROR
        "#,
        );
    }
}
