//! `AT+QIDNSGIP`: resolve a name.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::TcpIpError;

use super::lookup::{CONTEXT, need_active};

/// How long an answer of a name server stays valid, in seconds.
const TIME_TO_LIVE: u32 = 600;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QIDNSGIP",
    Group::TcpIp,
    "Resolve a name; the addresses follow",
    "TCP/IP note; captures",
)
.test(TestForm::Flat)
.write(&[CONTEXT, Param::text("<hostname>", 255)], |modem, values| {
    need_active(modem, values.get(0).unwrap_or(1))?;
    match modem.network.names.resolve(values.text(1)) {
        Ok(address) => {
            modem.urc_after_result(format!("+QIURC: \"dnsgip\",0,1,{TIME_TO_LIVE}"));
            modem.urc_after_result(format!("+QIURC: \"dnsgip\",\"{address}\""));
            modem.network.last_error = TcpIpError::OK;
        }
        Err(error) => {
            modem.urc_after_result(format!("+QIURC: \"dnsgip\",{error}"));
            modem.network.last_error = error;
        }
    }
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::network::Reach;
    use crate::rig::Rig;

    #[test]
    fn a_name_has_an_address_and_an_unknown_one_is_565() {
        let mut rig = Rig::logged_in();
        let names = &mut rig.modem.network_mut().names;
        names.hosts.insert("nowhere.example".to_owned(), Reach::Unresolvable);
        rig.play(
            r#"
            > AT+QIDNSGIP=?
            < +QIDNSGIP: (1-16),<hostname>
            < OK
            > AT+QIDNSGIP=1,"ftp.example.com"
            < OK
            < +QIURC: "dnsgip",0,1,600
            < +QIURC: "dnsgip","{address}"
            > AT+QIDNSGIP=1,"192.0.2.7"
            < OK
            < +QIURC: "dnsgip",0,1,600
            < +QIURC: "dnsgip","192.0.2.7"
            > AT+QIDNSGIP=1,"nowhere.example"
            < OK
            < +QIURC: "dnsgip",565
            > AT+QIGETERROR
            < +QIGETERROR: 565,DNS parse failed
            < OK
            > AT+QIDNSGIP=2,"ftp.example.com"
            < ERROR
        "#,
        );
    }
}
