//! `AT+QFTPOPEN`: log in to a server.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFTPOPEN", Group::Ftp, "Log in to a server", "FTP note §2.2")
        .test(TestForm::Flat)
        .write(
            &[
                Param::text("<hostname>", 200),
                Param::number("<port>", &[(1, 65535)]).optional("21").by_name(),
            ],
            |modem, values| modem.ftp_open(values.text(0), values.get(1).unwrap_or(21)),
        )
        .reject_with(610);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::link::{LinkError, LinkEvent, LinkRequest, TlsFailure};
    use crate::rig::Rig;

    /// Context 1 is active.
    fn ready() -> Rig {
        let mut rig = Rig::default();
        rig.play("> AT+QICSGP=1,1,\"UNINET\"\n< OK\n> AT+QIACT=1\n< OK");
        rig
    }

    #[test]
    fn success_is_ok_and_then_0_0() {
        let mut rig = ready();
        let line = "AT+QFTPOPEN=\"ftp.example.com\",2121";
        assert_eq!(rig.ask(line), format!("{line}\r\r\nOK\r\n"));
        rig.pass(Duration::from_millis(50));
        assert_eq!(rig.text(), "\r\n+QFTPOPEN: 0,0\r\n");
        let target = rig.server.opened.as_ref().unwrap();
        assert_eq!((target.host.as_str(), target.port), ("ftp.example.com", 2121));
    }

    #[test]
    fn the_port_is_21_when_left_out_and_1_to_65535_otherwise() {
        for (args, port) in [("\"h\"", 21), ("\"h\",", 21), ("\"h\",1", 1), ("\"h\",65535", 65535)]
        {
            let mut rig = ready();
            rig.play(&format!("> AT+QFTPOPEN={args}\n< OK\n< +QFTPOPEN: 0,0"));
            assert_eq!(rig.server.opened.unwrap().port, port);
        }
    }

    #[test]
    fn a_host_name_of_200_bytes_is_taken() {
        let host = "h".repeat(200);
        ready().play(&format!("> AT+QFTPOPEN=\"{host}\"\n< OK\n< +QFTPOPEN: 0,0"));
    }

    #[test]
    fn each_cause_of_failure_has_its_result_and_leaves_the_session_closed() {
        for (cause, result) in [
            (LinkError::Reply(530), "625,530"),
            (LinkError::Reply(421), "614,421"),
            (LinkError::NameNotResolved, "604,0"),
            (LinkError::Unreachable, "605,0"),
            (LinkError::Refused, "606,0"),
            (LinkError::ControlReset, "608,0"),
            (LinkError::Tls(TlsFailure::Expired), "631,0"),
        ] {
            let mut rig = ready();
            rig.server.fail_next(cause, true);
            rig.play(&format!("> AT+QFTPOPEN=\"h\"\n< OK\n< +QFTPOPEN: {result}"));
            rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
            rig.play("> AT+QFTPOPEN=\"h\"\n< OK\n< +QFTPOPEN: 0,0");
        }
    }

    #[test]
    fn without_its_context_it_is_604_and_nobody_is_asked() {
        let mut rig = Rig::default();
        rig.play("> AT+QFTPOPEN=\"h\"\n< OK\n< +QFTPOPEN: 604,0");
        assert!(rig.server.requests.is_empty());
        let mut rig = ready();
        rig.play("> AT+QFTPCFG=\"contextid\",2\n< OK");
        rig.play("> AT+QFTPOPEN=\"h\"\n< OK\n< +QFTPOPEN: 604,0");
    }

    #[test]
    fn while_open_it_is_603() {
        Rig::logged_in().play("> AT+QFTPOPEN=\"h\"\n< +CME ERROR: 603");
    }

    #[test]
    fn no_answer_in_125_s_is_609() {
        let mut rig = ready();
        rig.server.silence(true);
        rig.ask("AT+QFTPOPEN=\"h\"");
        let late = rig.server.last_id();
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,0");
        rig.pass(Duration::from_millis(124_949));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPOPEN: 609,0\r\n");
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
        rig.event(LinkEvent::Opened(late));
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }
}
