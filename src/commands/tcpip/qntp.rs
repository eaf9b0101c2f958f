//! `AT+QNTP`: ask a time server.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::modem::network::{Reach, TcpIpError};

use super::lookup::{CONTEXT, need_active};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QNTP", Group::TcpIp, "Set the clock by a time server", "captures")
        .test(TestForm::Text("(1-16),<server>,(1-65535),(0,1)"))
        .write(
            &[
                CONTEXT,
                Param::text("<server>", 255),
                Param::number("<port>", &[(1, 65535)]).optional("123"),
                Param::number("<autosettime>", &[(0, 0), (1, 1)]).optional("1"),
            ],
            synchronise,
        );

fn synchronise(modem: &mut Modem, values: &Values<'_>) -> Handled {
    need_active(modem, values.get(0).unwrap_or(1))?;
    let names = &modem.network.names;
    let error = match names.resolve(values.text(1)) {
        Err(error) => error,
        Ok(_) if names.reach(values.text(1)) != Reach::Answers => TcpIpError::TIMEOUT,
        Ok(_) => TcpIpError::OK,
    };
    modem.network.last_error = error;
    if error != TcpIpError::OK {
        modem.urc_after_result(format!("+QNTP: {error}"));
        return Ok(Flow::Done);
    }
    let time = modem.network.time;
    modem.urc_after_result(format!("+QNTP: 0,\"{:#}\"", time.at(modem.now())));
    if values.number(3) != Some(0) {
        modem.clock = time;
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_time_server_tells_and_sets_the_time() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+QNTP=?
            < +QNTP: (1-16),<server>,(1-65535),(0,1)
            < OK
            > AT+CCLK="20/01/01,00:00:00+00"
            < OK
            > AT+QNTP=1,"time.example.com",123,0
            < OK
            < +QNTP: 0,"2026/01/01,00:00:00+00"
            > AT+CCLK?
            < +CCLK: "20/01/01,00:00:{seconds}+00"
            < OK
            > AT+QNTP=1,"time.example.com"
            < OK
            < +QNTP: 0,"2026/01/01,00:00:00+00"
            > AT+CCLK?
            < +CCLK: "26/01/01,00:00:{seconds}+00"
            < OK
            > AT+QNTP=1,"no name"
            < OK
            < +QNTP: 565
            > AT+QNTP=2,"time.example.com"
            < ERROR
        "#,
        );
    }
}
