//! `AT+QPING`: whether a host answers.

use std::time::Duration;

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::modem::network::{Reach, TcpIpError};

use super::lookup::{CONTEXT, activate};

/// Bytes of a ping, and the hops that its answer may still go.
const SIZE_AND_HOPS: (u32, u32) = (32, 255);

/// From one ping to the next (our choice).
const INTERVAL: Duration = Duration::from_secs(1);

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QPING", Group::TcpIp, "Ping a host; the answers follow", "captures")
        .test(TestForm::Text("(1-16),<host>,(1-255),(1-10)"))
        .write(
            &[
                CONTEXT,
                Param::text("<host>", 255),
                Param::number("<timeout>", &[(1, 255)]).optional("4"),
                Param::number("<pingnum>", &[(1, 10)]).optional("4"),
            ],
            ping,
        );

fn ping(modem: &mut Modem, values: &Values<'_>) -> Handled {
    let host = values.text(1);
    let timeout = Duration::from_secs(values.get(2).unwrap_or(4));
    let count: u32 = values.get(3).unwrap_or(4);
    activate(modem, values.get(0).unwrap_or(1))?;
    let address = match modem.network.names.resolve(host) {
        Ok(address) => address,
        Err(error) => {
            modem.network.last_error = error;
            modem.urc_after_result(format!("+QPING: {error}"));
            return Ok(Flow::Done);
        }
    };
    let trip = modem.knobs.ping_time;
    let answers = modem.network.names.reach(host) == Reach::Answers && trip <= timeout;
    let (wait, each) = if answers { (trip, INTERVAL) } else { (timeout, timeout) };
    let (size, hops) = SIZE_AND_HOPS;
    let time = trip.as_millis();
    let mut due = modem.knobs.urc_gap + wait;
    for at in 0..count {
        let line = if answers {
            format!("+QPING: 0,\"{address}\",{size},{time},{hops}")
        } else {
            format!("+QPING: {}", TcpIpError::TIMEOUT)
        };
        modem.urc_after(due, line);
        if at + 1 < count {
            due += each;
        }
    }
    let (got, lost, time) = if answers { (count, 0, time) } else { (0, count, 0) };
    modem.urc_after(due, format!("+QPING: 0,{count},{got},{lost},{time},{time},{time}"));
    modem.network.last_error = if answers { TcpIpError::OK } else { TcpIpError::TIMEOUT };
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::network::Reach;
    use crate::rig::Rig;

    /// Capture `ec2x-linux-fc20-gateway`: the context was not active.
    #[test]
    fn four_pings_are_answered_and_counted() {
        let mut rig = Rig::default();
        rig.play("> AT+CGDCONT=1,\"IP\",\"internet\"\n< OK\n> AT+QPING=1,\"8.8.8.8\"\n< OK");
        assert_eq!(rig.text(), "");
        for _ in 0..4 {
            rig.play("< +QPING: 0,\"8.8.8.8\",32,40,255");
        }
        rig.play("< +QPING: 0,4,4,0,40,40,40\n> AT+QIACT?\n< +QIACT: 1,1,1,\"10.7.157.1\"\n< OK");
        rig.play("> AT+QPING=?\n< +QPING: (1-16),<host>,(1-255),(1-10)\n< OK");
    }

    #[test]
    fn a_silent_host_times_out_each_time() {
        let mut rig = Rig::logged_in();
        let names = &mut rig.modem.network_mut().names;
        names.hosts.insert("silent.example".to_owned(), Reach::Unreachable);
        names.hosts.insert("nowhere.example".to_owned(), Reach::Unresolvable);
        let before = rig.now();
        rig.play(
            r#"
            > AT+QPING=1,"silent.example",2,3
            < OK
            < +QPING: 569
            < +QPING: 569
            < +QPING: 569
            < +QPING: 0,3,0,3,0,0,0
        "#,
        );
        assert_eq!(rig.now() - before, Duration::from_millis(6050));
        rig.play("> AT+QPING=1,\"nowhere.example\"\n< OK\n< +QPING: 565");
    }

    #[test]
    fn other_lines_come_between() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+QPING=1,"8.8.8.8",4,2
            < OK
            < +QPING: 0,"8.8.8.8",32,40,255
            > AT+QFTPPWD
            < OK
            < +QFTPPWD: 0,/
            < +QPING: 0,"8.8.8.8",32,40,255
            < +QPING: 0,2,2,0,40,40,40
        "#,
        );
    }

    #[test]
    fn what_does_not_fit_is_plain_error() {
        let mut rig = Rig::default();
        rig.play("> AT+QPING=\"8.8.8.8\",1,1\n< ERROR\n> AT+QPING=1,\"8.8.8.8\",0\n< ERROR");
        rig.play("> AT+QPING=1,\"8.8.8.8\"\n< ERROR\n> AT+QIACT?\n< OK");
    }
}
