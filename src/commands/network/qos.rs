//! `AT+CGQMIN`, `AT+CGQREQ`, `AT+CGEQMIN`, `AT+CGEQREQ`: quality of service. The note names them
//! (§1.3); they are kept, without effect.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

/// Release 97 (27.007 §10.1.4): precedence, delay, reliability, peak and mean throughput.
const RELEASE_97: &[Param] = &[
    Param::number("<cid>", &[(1, 16)]),
    Param::number("<precedence>", &[(0, 3)]).optional("the profile is deleted"),
    Param::number("<delay>", &[(0, 4)]).optional("0"),
    Param::number("<reliability>", &[(0, 5)]).optional("0"),
    Param::number("<peak>", &[(0, 9)]).optional("0"),
    Param::number("<mean>", &[(0, 18), (31, 31)]).optional("0"),
];

/// Release 99 (27.007 §10.1.6).
const RELEASE_99: &[Param] = &[
    Param::number("<cid>", &[(1, 16)]),
    Param::number("<traffic_class>", &[(0, 4)]).optional("the profile is deleted"),
    Param::number("<max_bitrate_UL>", &[(0, 11_520)]).optional("0"),
    Param::number("<max_bitrate_DL>", &[(0, 42_200)]).optional("0"),
    Param::number("<guaranteed_bitrate_UL>", &[(0, 11_520)]).optional("0"),
    Param::number("<guaranteed_bitrate_DL>", &[(0, 42_200)]).optional("0"),
    Param::number("<delivery_order>", &[(0, 2)]).optional("0"),
    Param::number("<max_SDU_size>", &[(0, 1520)]).optional("0"),
    Param::text("<SDU_error_ratio>", 8).optional("0E0"),
    Param::text("<residual_bit_error_ratio>", 8).optional("0E0"),
    Param::number("<delivery_of_erroneous_SDUs>", &[(0, 3)]).optional("0"),
    Param::number("<transfer_delay>", &[(0, 4000)]).optional("0"),
    Param::number("<traffic_handling_priority>", &[(0, 3)]).optional("0"),
];

const RANGES_97: &str = "\"IP\",(0-3),(0-4),(0-5),(0-9),(0-18,31)";
const RANGES_99: &str = "\"IP\",(0-4),(0-11520),(0-42200),(0-11520),(0-42200),(0-2),(0-1520),\
    (\"0E0\",\"1E1\",\"1E2\",\"7E3\",\"1E3\",\"1E4\",\"1E5\",\"1E6\"),\
    (\"0E0\",\"5E2\",\"1E2\",\"5E3\",\"4E3\",\"1E3\",\"1E4\",\"1E5\",\"1E6\",\"6E8\"),\
    (0-3),(0,100-4000),(0-3)";

pub(super) static CGQREQ: CommandSpec = quality("+CGQREQ", "Quality of service asked for")
    .test(TestForm::Text(RANGES_97))
    .read(|modem, _| tell(modem, "+CGQREQ"))
    .write(RELEASE_97, |modem, values| set(modem, "+CGQREQ", values));

pub(super) static CGQMIN: CommandSpec = quality("+CGQMIN", "Least quality of service")
    .test(TestForm::Text(RANGES_97))
    .read(|modem, _| tell(modem, "+CGQMIN"))
    .write(RELEASE_97, |modem, values| set(modem, "+CGQMIN", values));

pub(super) static CGEQREQ: CommandSpec =
    quality("+CGEQREQ", "Quality of service asked for, release 99")
        .test(TestForm::Text(RANGES_99))
        .read(|modem, _| tell(modem, "+CGEQREQ"))
        .write(RELEASE_99, |modem, values| set(modem, "+CGEQREQ", values));

pub(super) static CGEQMIN: CommandSpec =
    quality("+CGEQMIN", "Least quality of service, release 99")
        .test(TestForm::Text(RANGES_99))
        .read(|modem, _| tell(modem, "+CGEQMIN"))
        .write(RELEASE_99, |modem, values| set(modem, "+CGEQMIN", values));

const fn quality(name: &'static str, summary: &'static str) -> CommandSpec {
    CommandSpec::new(name, Group::Network, summary, "27.007 §10.1; FTP note §1.3")
}

fn tell(modem: &mut Modem, name: &'static str) -> Handled {
    let profiles = modem.network.qos.range((name, 0)..=(name, u8::MAX));
    for (id, values) in profiles.map(|(&(_, id), values)| (id, values.clone())).collect::<Vec<_>>()
    {
        modem.info(format_args!("{name}: {id},{values}"));
    }
    Ok(Flow::Done)
}

fn set(modem: &mut Modem, name: &'static str, values: &Values<'_>) -> Handled {
    let key = (name, values.get(0).unwrap_or(1));
    if values.given() == 1 {
        modem.network.qos.remove(&key);
        return Ok(Flow::Done);
    }
    let params = if name.starts_with("+CGE") { RELEASE_99 } else { RELEASE_97 };
    let value = |at: usize| match (values.number(at), values.opt_text(at)) {
        (Some(number), _) => number.to_string(),
        (None, Some(text)) => format!("\"{text}\""),
        (None, None) if matches!(params[at].default, "0E0") => "\"0E0\"".to_owned(),
        (None, None) => "0".to_owned(),
    };
    let profile: Vec<_> = (1..params.len()).map(value).collect();
    modem.network.qos.insert(key, profile.join(","));
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn profiles_are_kept_by_command_and_context() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGQREQ=1,2,4,3,6,31
            < OK
            > AT+CGQREQ=2,1
            < OK
            > AT+CGQMIN=1,1,1,1,1,1
            < OK
            > AT+CGEQREQ=1,3,64,64,0,0,2,1500,"1E4","1E5",0,0,3
            < OK
            > AT+CGEQMIN=1,2
            < OK
            > AT+CGQREQ?;+CGQMIN?;+CGEQREQ?;+CGEQMIN?
            < +CGQREQ: 1,2,4,3,6,31
            < +CGQREQ: 2,1,0,0,0,0
            < +CGQMIN: 1,1,1,1,1,1
            < +CGEQREQ: 1,3,64,64,0,0,2,1500,"1E4","1E5",0,0,3
            < +CGEQMIN: 1,2,0,0,0,0,0,0,"0E0","0E0",0,0,0
            < OK
            > AT+CGQREQ=1
            < OK
            > AT+CGQREQ?
            < +CGQREQ: 2,1,0,0,0,0
            < OK
        "#,
        );
    }

    #[test]
    fn ranges_are_told_and_checked() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGQMIN=?
            < +CGQMIN: "IP",(0-3),(0-4),(0-5),(0-9),(0-18,31)
            < OK
            > AT+CGEQMIN=?
            < +CGEQMIN: "IP",(0-4),{rest}
            < OK
            > AT+CGQMIN=1,4
            < ERROR
            > AT+CGQREQ=17,0
            < ERROR
            > AT+CGEQREQ=1,5
            < ERROR
        "#,
        );
    }
}
