//! `ATD`: dial. A packet call (`*99#`) enters data mode, where nobody speaks PPP: what the host
//! sends is lost. A voice call is not answered.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, Refusal};

/// Digits in the longest dial string (our choice).
const DIAL_STRING: usize = 64;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "D",
    Group::General,
    "Dial: a packet call (*99#) enters data mode, others find no carrier",
    "V.250 §6.3.1; captures",
)
.write(&[Param::file("<dial_string>", DIAL_STRING)], |modem, values| {
    let number = values.text(0);
    if number.ends_with(';') {
        modem.card()?;
        modem.urc_after_result("NO CARRIER".to_owned());
        return Ok(Flow::Done);
    }
    match packet_context(number) {
        Some(context) => modem.start_call(context),
        None => Err(Refusal::NoCarrier),
    }
});

/// The PDP context of `*99#`, `*99***1#` and the like (27.007 §10.2.1.1).
fn packet_context(number: &str) -> Option<u8> {
    let rest = number.strip_prefix(['T', 't', 'P', 'p']).unwrap_or(number);
    let parts = rest.strip_prefix("*99")?.strip_suffix('#')?;
    match parts.rsplit('*').next() {
        None | Some("") => Some(1),
        Some(context) => context.parse().ok().filter(|context| (1..=16).contains(context)),
    }
}

#[cfg(test)]
mod tests {
    use super::packet_context;
    use crate::rig::Rig;

    #[test]
    fn a_packet_call_names_its_context() {
        assert_eq!(packet_context("*99#"), Some(1));
        assert_eq!(packet_context("T*99#"), Some(1));
        assert_eq!(packet_context("*99***3#"), Some(3));
        assert_eq!(packet_context("*99**PPP*2#"), Some(2));
        assert_eq!(packet_context("*99***17#"), None);
        assert_eq!(packet_context("12345"), None);
    }

    #[test]
    fn a_packet_call_is_left_by_escape_resumed_by_ato_and_ended_by_ath() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > ATD*99#
            < CONNECT
            >> "~\xff}#\xc0!"
            +++
            < OK
            > AT+CPAS
            < +CPAS: 4
            < OK
            > ATO
            < CONNECT
            +++
            < OK
            > AT+QIACT=1
            < ERROR
            > ATH
            < OK
            > ATO
            < NO CARRIER
            > AT+CPAS
            < +CPAS: 0
            < OK
        "#,
        );
    }

    #[test]
    fn a_voice_call_is_not_answered() {
        let mut rig = Rig::default();
        rig.play("> ATD123456;\n< OK\n< NO CARRIER\n> ATH\n< OK\n> ATD123456\n< NO CARRIER");
    }

    #[test]
    fn dtr_off_ends_a_packet_call_with_d2_and_suspends_it_with_d1() {
        let mut rig = Rig::default();
        rig.play("> ATD*99#\n< CONNECT");
        rig.input(crate::modem::Input::Dtr(false));
        rig.play("< NO CARRIER\n> ATO\n< NO CARRIER\n> AT&D1\n< OK\n> ATD*99#\n< CONNECT");
        rig.input(crate::modem::Input::Dtr(false));
        rig.play("< OK\n> ATO\n< CONNECT");
    }
}
