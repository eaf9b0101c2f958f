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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Setup;
    use crate::modem::knobs::{Knobs, Outcome};
    use crate::modem::network::{Registration, Sim};
    use crate::rig::Rig;

    fn with_apns(knobs: Knobs) -> Rig {
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        for id in 1..=16 {
            rig.play(&format!("> AT+QICSGP={id},1,\"apn\"\n< OK"));
        }
        rig
    }

    #[test]
    fn active_contexts_are_listed_with_their_addresses() {
        let mut rig = with_apns(Knobs::default());
        rig.play("> AT+QIACT=?\n< +QIACT: (1-16)\n< OK");
        assert_eq!(rig.ask("AT+QIACT?"), "AT+QIACT?\r\r\nOK\r\n");
        rig.play("> AT+QIACT=16\n< OK\n> AT+QIACT=2\n< OK");
        let expected = "AT+QIACT?\r\r\n+QIACT: 2,1,1,\"10.7.157.2\"\r\n+QIACT: 16,1,1,\"10.7.157.16\"\r\n\r\nOK\r\n";
        assert_eq!(rig.ask("AT+QIACT?"), expected);
    }

    #[test]
    fn the_fourth_context_is_an_error() {
        let mut rig = with_apns(Knobs::default());
        rig.play(
            "> AT+QIACT=1\n< OK\n> AT+QIACT=2\n< OK\n> AT+QIACT=3\n< OK\n> AT+QIACT=4\n< ERROR",
        );
        rig.play("> AT+QIDEACT=2\n< OK\n> AT+QIACT=4\n< OK");
    }

    #[test]
    fn each_precondition_is_needed_and_the_error_is_plain() {
        Rig::default().play("> AT+CMEE=2\n< OK\n> AT+QIACT=1\n< ERROR");
        let mut rig = with_apns(Knobs::default());
        rig.play(
            "> AT+CGATT=0\n< OK\n> AT+QIACT=1\n< ERROR\n> AT+CGATT=1\n< OK\n> AT+QIACT=1\n< OK",
        );
        for registration in [Registration::NotRegistered, Registration::Searching] {
            let mut rig = with_apns(Knobs::default());
            rig.modem.network_mut().registration = registration;
            rig.play("> AT+QIACT=1\n< ERROR");
        }
        let mut rig = with_apns(Knobs::default());
        rig.modem.network_mut().registration = Registration::Roaming;
        rig.play("> AT+QIACT=1\n< OK");
        rig.modem.network_mut().sim = Sim::Absent;
        rig.play("> AT+QIACT=2\n< ERROR");
    }

    #[test]
    fn ids_are_1_to_16() {
        let mut rig = with_apns(Knobs::default());
        for id in ["0", "17", "\"1\"", "x", "", "1,1"] {
            rig.play(&format!("> AT+QIACT={id}\n< ERROR"));
        }
    }

    #[test]
    fn knobs_decide_on_an_active_context_and_a_missing_apn() {
        let mut rig = with_apns(Knobs::default());
        rig.play("> AT+QIACT=1\n< OK\n> AT+QIACT=1\n< ERROR");
        let mut rig = with_apns(Knobs { qiact_when_active: Outcome::Ok, ..Knobs::default() });
        rig.play("> AT+QIACT=1\n< OK\n> AT+QIACT=1\n< OK");
        let knobs = Knobs { qiact_needs_apn: false, ..Knobs::default() };
        Rig::new(Setup { knobs, ..Setup::default() }).play("> AT+QIACT=1\n< OK");
    }

    #[test]
    fn while_the_network_takes_its_time_nothing_else_is_dealt_with() {
        let mut rig = with_apns(Knobs { qiact_time: Duration::from_secs(20), ..Knobs::default() });
        assert_eq!(rig.ask("AT+QIACT=1;+CSQ\rAT"), "AT+QIACT=1;+CSQ\r");
        rig.modem.network_mut().registration = Registration::Roaming;
        rig.pass(Duration::from_millis(19_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+CSQ: 24,99\r\n\r\nOK\r\nAT\r\r\nOK\r\n");
    }

    #[test]
    fn a_network_that_is_lost_meanwhile_or_takes_over_150_s_is_an_error() {
        let mut rig = with_apns(Knobs { qiact_time: Duration::from_secs(20), ..Knobs::default() });
        rig.ask("AT+QIACT=1");
        rig.modem.network_mut().registration = Registration::Denied;
        rig.play("< ERROR\n> AT+QIGETERROR\n< +QIGETERROR: 561,{text}\n< OK");
        let mut rig = with_apns(Knobs { qiact_time: Duration::from_secs(151), ..Knobs::default() });
        rig.ask("AT+QIACT=1");
        rig.pass(Duration::from_millis(149_999));
        assert_eq!(rig.text(), "");
        rig.play("< ERROR\n> AT+QIGETERROR\n< +QIGETERROR: 569,{text}\n< OK");
        assert_eq!(rig.now(), crate::time::ModuleTime::ZERO + Duration::from_secs(150));
    }
}
