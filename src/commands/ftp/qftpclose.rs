//! `AT+QFTPCLOSE`: log out.

use crate::modem::command::{CommandSpec, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFTPCLOSE", Group::Ftp, "Log out", "FTP note §2.18")
        .test(TestForm::Bare)
        .execute(|modem, _| modem.ftp_close());

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::link::{LinkError, LinkRequest};
    use crate::rig::Rig;

    #[test]
    fn the_ok_is_only_an_acknowledgement() {
        let mut rig = Rig::logged_in();
        assert_eq!(rig.ask("AT+QFTPCLOSE"), "AT+QFTPCLOSE\r\r\nOK\r\n");
        rig.play("> AT+QFTPPWD\n< +CME ERROR: 603\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,3");
        rig.play("< +QFTPCLOSE: 0,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
        rig.play("> AT+QFTPCLOSE\n< +CME ERROR: 606");
        rig.play("> AT+QFTPOPEN=\"h\"\n< OK\n< +QFTPOPEN: 0,0");
    }

    #[test]
    fn whatever_the_server_says_the_session_is_closed() {
        let mut rig = Rig::logged_in();
        rig.server.fail_next(LinkError::Reply(500), true);
        rig.play("> AT+QFTPCLOSE\n< OK\n< +QFTPCLOSE: 620,500");
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }

    #[test]
    fn no_answer_in_rsptimeout_is_609_and_closed() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPCLOSE");
        rig.pass(Duration::from_secs(90));
        assert_eq!(rig.text(), "\r\n+QFTPCLOSE: 609,0\r\n");
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }
}
