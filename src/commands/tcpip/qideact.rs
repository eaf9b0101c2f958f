//! `AT+QIDEACT`: deactivate a PDP context.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QIDEACT",
    Group::TcpIp,
    "Deactivate a PDP context; an FTP session on it is gone",
    "TCP/IP note",
)
.test(TestForm::Flat)
.write(&[Param::number("<contextID>", &[(1, 16)])], |modem, values| {
    modem.deactivate_context(values.get(0).unwrap_or(1));
    modem.tcpip_result(Ok(()))
});

#[cfg(test)]
mod tests {
    use crate::modem::link::{LinkEvent, LinkRequest};
    use crate::rig::Rig;

    #[test]
    fn an_idle_session_on_it_is_closed() {
        let mut rig = Rig::logged_in();
        rig.play(
            "> AT+QIDEACT=?\n< +QIDEACT: (1-16)\n< OK\n> AT+QIDEACT=1\n< OK\n> AT+QIACT?\n< OK",
        );
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
        rig.play(
            "> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4\n> AT+QIDEACT=1\n< OK\n> AT+QIDEACT=17\n< ERROR",
        );
    }

    #[test]
    fn a_transfer_on_it_fails_with_605() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        rig.play("> AT+QIDEACT=1\n< OK\n< +QFTPGET: 605,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }

    #[test]
    fn an_outcome_that_waits_to_be_told_stays_what_it_is() {
        let mut rig = Rig::logged_in();
        rig.ask("AT+QFTPPWD");
        rig.play("> AT+QIDEACT=1\n< OK\n< +QFTPPWD: 0,/\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }

    #[test]
    fn a_held_upload_is_gone_with_it() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\",0,4,0\n< CONNECT\n>> 4\n< OK\n< +QFTPPUT: 0,4");
        rig.play("> AT+QIDEACT=1\n< OK");
        rig.event(LinkEvent::Lost);
        assert_eq!(rig.text(), "", "the host knows");
        rig.log_in();
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\",4,4,1\n< CONNECT");
        assert!(matches!(rig.server.requests.last(), Some(LinkRequest::Transfer(..))));
    }

    #[test]
    fn the_session_is_on_the_context_it_was_opened_on() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QICSGP=2,1,\"apn\"\n< OK\n> AT+QIACT=2\n< OK");
        rig.play("> AT+QFTPCFG=\"contextid\",2\n< OK\n> AT+QIDEACT=2\n< OK");
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1\n> AT+QIDEACT=1\n< OK");
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }
}
