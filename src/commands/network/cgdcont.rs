//! `AT+CGDCONT`: define PDP contexts. `AT+QICSGP` works on the same ones.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, Refusal, TestForm};
use crate::modem::network::Definition;

/// By the number of the type, from 1.
const TYPES: [&str; 3] = ["IP", "IPV6", "IPV4V6"];

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CGDCONT",
    Group::Network,
    "Define a PDP context; it outlives a restart",
    "27.007 §10.1.1; captures",
)
.test(TestForm::Lines(|_| {
    let line = |kind: &&str| format!("(1-16),\"{kind}\",,,(0-2),(0-4),(0,1),(0,1)");
    TYPES.iter().map(line).collect()
}))
.read(|modem, _| {
    let defined: Vec<_> = modem
        .network
        .contexts
        .defined()
        .map(|(id, context)| {
            (id, context.config.kind, context.config.apn.clone(), context.options())
        })
        .collect();
    for (id, kind, apn, [d, h, alloc, request]) in defined {
        // No address of its own; what is not IPv4 shows 16 bytes (captures).
        let address = if kind == 1 { "0.0.0.0" } else { "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" };
        let kind = TYPES[usize::from(kind) - 1];
        let fields = [
            id.to_string(),
            format!("\"{kind}\""),
            format!("\"{apn}\""),
            format!("\"{address}\""),
            d.to_string(),
            h.to_string(),
            alloc.to_string(),
            request.to_string(),
        ];
        let count = usize::from(modem.knobs.cgdcont_fields).min(fields.len());
        modem.info(format_args!("+CGDCONT: {}", fields[..count].join(",")));
    }
    Ok(Flow::Done)
})
.write(
    &[
        Param::number("<cid>", &[(1, 16)]),
        Param::text("<PDP_type>", 6).optional("the context is undefined"),
        Param::text("<APN>", 99).optional(""),
        Param::text("<PDP_addr>", 64).optional("given by the network"),
        Param::number("<data_comp>", &[(0, 2)]).optional("0"),
        Param::number("<head_comp>", &[(0, 4)]).optional("0"),
        Param::number("<ipv4_addr_alloc>", &[(0, 0), (1, 1)]).optional("0"),
        Param::number("<request_type>", &[(0, 0), (1, 1)]).optional("0"),
    ],
    define,
);

fn define(modem: &mut Modem, values: &Values<'_>) -> Handled {
    let kind = match values.opt_text(1) {
        None => 0,
        Some(name) => {
            let at = TYPES.iter().position(|kind| kind.eq_ignore_ascii_case(name));
            at.ok_or(Refusal::Error)? as u8 + 1
        }
    };
    modem.network.contexts.get_mut(values.get(0).unwrap_or(1)).define(Definition {
        kind,
        apn: values.text(2).to_owned(),
        options: [4, 5, 6, 7].map(|at| values.get(at).unwrap_or(0)),
    });
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    /// Capture `ec2x-linux-fc20-gateway`.
    #[test]
    fn contexts_are_listed_with_eight_fields() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGDCONT=1,"IP","internet"
            < OK
            > AT+CGDCONT=2,"IP","uninet",,0,0
            < OK
            > AT+CGDCONT=3,"IPV4V6","3gpp","0.0.0.0",0,0,0,1
            < OK
        "#,
        );
        assert_eq!(
            rig.ask("AT+CGDCONT?"),
            "AT+CGDCONT?\r\r\n+CGDCONT: 1,\"IP\",\"internet\",\"0.0.0.0\",0,0,0,0\r\n\
             +CGDCONT: 2,\"IP\",\"uninet\",\"0.0.0.0\",0,0,0,0\r\n\
             +CGDCONT: 3,\"IPV4V6\",\"3gpp\",\"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0\",0,0,0,1\r\n\
             \r\nOK\r\n"
        );
    }

    #[test]
    fn the_context_is_the_one_of_qicsgp() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGDCONT=1,"IP","internet"
            < OK
            > AT+QICSGP=1
            < +QICSGP: 1,"internet","","",0
            < OK
            > AT+QIACT=1
            < OK
            > AT+QICSGP=2,3,"other","u","p",1
            < OK
            > AT+CGDCONT?
            < +CGDCONT: 1,"IP","internet","0.0.0.0",0,0,0,0
            < +CGDCONT: 2,"IPV4V6","other","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0
            < OK
        "#,
        );
    }

    #[test]
    fn a_definition_outlives_a_restart_and_qicsgp_does_not() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGDCONT=1,"IP","internet"
            < OK
            > AT+QICSGP=1,1,"other","u","p",1;+QICSGP=2,1,"second"
            < OK
            > AT+CFUN=1,1
            < OK
            < RDY
            > AT+CGDCONT?;+QICSGP=1
            < +CGDCONT: 1,"IP","internet","0.0.0.0",0,0,0,0
            < +QICSGP: 1,"internet","","",0
            < OK
        "#,
        );
    }

    #[test]
    fn a_cid_alone_undefines() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGDCONT=1
            < OK
            > AT+CGDCONT?
            < OK
            > AT+QICSGP=1
            < +QICSGP: 0,"","","",0
            < OK
            > AT+CGDCONT=17,"IP"
            < ERROR
            > AT+CGDCONT=1,"X25"
            < ERROR
            > AT+CGDCONT=?
            < +CGDCONT: (1-16),"IP",,,(0-2),(0-4),(0,1),(0,1)
            < +CGDCONT: (1-16),"IPV6",,,(0-2),(0-4),(0,1),(0,1)
            < +CGDCONT: (1-16),"IPV4V6",,,(0-2),(0-4),(0,1),(0,1)
            < OK
        "#,
        );
    }
}
