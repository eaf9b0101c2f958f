//! `AT+QICSGP`: configure a PDP context.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, Refusal, TestForm};
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
        Param::text_or_number("<password>", 127, AUTHENTICATION).joined(""),
        Param::number("<authentication>", AUTHENTICATION).optional("0"),
    ],
    configure,
);

const AUTHENTICATION: &[(i64, i64)] = &[(0, 3)];

fn configure(modem: &mut Modem, values: &Values<'_>) -> Handled {
    // The note's own examples (§3.1, §3.2) leave the password out before <authentication>.
    let slip = values.number(4).is_some();
    if slip && (values.given() > 5 || !modem.knobs.lenient) {
        return Err(Refusal::Error);
    }
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
        authentication: values.get(5).or(values.get(4)).unwrap_or(0),
    };
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    #[test]
    fn a_query_tells_five_fields_without_the_context() {
        let mut rig = Rig::default();
        rig.play("> AT+QICSGP=?\n< +QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3)\n< OK");
        rig.play("> AT+QICSGP=1\n< +QICSGP: 1,\"\",\"\",\"\",0\n< OK");
        rig.play("> AT+QICSGP=16,3,\"apn\",\"user\",\"pass\",2\n< OK");
        rig.play("> AT+QICSGP=16\n< +QICSGP: 3,\"apn\",\"user\",\"pass\",2\n< OK");
        rig.play("> AT+QICSGP=16,1,\"other\"\n< OK");
        rig.play("> AT+QICSGP=16\n< +QICSGP: 1,\"other\",\"\",\"\",0\n< OK");
    }

    #[test]
    fn what_does_not_fit_is_plain_error_and_changes_nothing() {
        let mut rig = Rig::default();
        rig.play("> AT+QICSGP=1,1,\"apn\"\n< OK");
        let long = "x".repeat(128);
        for args in [
            "0,1,\"a\"",
            "17,1,\"a\"",
            "1,0,\"a\"",
            "1,4,\"a\"",
            "1,1,a",
            "1,1,\"a\",\"\",\"\",4",
            "1,1,\"a\",\"\",\"\",1,1",
            "1,1,\"a\",\"\",4",
            "1,1,\"a\",\"\",1,1",
            "\"1\",1,\"a\"",
            &format!("1,1,\"{long}\""),
        ] {
            rig.play(&format!("> AT+QICSGP={args}\n< ERROR"));
        }
        rig.play("> AT+QICSGP=1\n< +QICSGP: 1,\"apn\",\"\",\"\",0\n< OK");
    }

    #[test]
    fn the_slip_of_the_note_is_taken_unless_strict() {
        let mut rig = Rig::default();
        rig.play("> AT+QICSGP=1,1,\"UNINET\",\"\",1\n< OK");
        rig.play("> AT+QICSGP=1\n< +QICSGP: 1,\"UNINET\",\"\",\"\",1\n< OK");
        let knobs = Knobs { lenient: false, ..Knobs::default() };
        let mut strict = Rig::new(Setup { knobs, ..Setup::default() });
        strict.play("> AT+QICSGP=1,1,\"UNINET\",\"\",1\n< ERROR");
    }
}
