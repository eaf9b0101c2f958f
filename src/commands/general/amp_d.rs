//! `AT&D`: What DTR off does: 0 nothing, 1 command mode, 2 disconnects.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "&D",
    Group::General,
    "What DTR off does: 0 nothing, 1 command mode, 2 disconnects",
    "V.250 §6.2.9; FTP note §1.4",
)
.write(&[Param::number("<value>", &[(0, 2)]).optional("0")], |modem, values| {
    modem.profile.dtr = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
})
.execute(|modem, _| {
    modem.profile.dtr = 0;
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Input;
    use crate::modem::link::LinkEvent;
    use crate::rig::Rig;

    /// An upload to `COM:` under way with `AT&D<value>`.
    fn uploading(value: u8) -> Rig {
        let mut rig = Rig::logged_in();
        rig.play(&format!("> AT&D{value}\n< OK\n> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n>> 10"));
        rig
    }

    #[test]
    fn with_0_dtr_means_nothing() {
        let mut rig = uploading(0);
        rig.input(Input::Dtr(false));
        rig.input(Input::Dtr(true));
        rig.send("more");
        assert_eq!(rig.text(), "");
        rig.play("+++\n< OK\n< +QFTPPUT: 0,14");
    }

    #[test]
    fn with_1_dtr_off_is_the_escape_sequence() {
        let mut rig = uploading(1);
        rig.input(Input::Dtr(false));
        rig.play("< OK\n< +QFTPPUT: 0,10");
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"COM:\"");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Data(id, "one".into()));
        rig.received();
        rig.input(Input::Dtr(false));
        assert_eq!(rig.text(), "\r\nOK\r\n");
        rig.play("> ATO\n< CONNECT");
        rig.event(LinkEvent::Finished(id));
        rig.play("< OK\n< +QFTPGET: 0,3");
    }

    #[test]
    fn with_2_dtr_off_gives_the_transfer_up() {
        let mut rig = uploading(2);
        rig.input(Input::Dtr(false));
        assert_eq!(rig.text(), "\r\nNO CARRIER\r\n");
        rig.play("< +QFTPPUT: 607,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
        rig.server.silence(true);
        rig.ask("AT+QFTPPUT=\"f\",\"COM:\"");
        rig.input(Input::Dtr(false));
        assert_eq!(rig.text(), "\r\nNO CARRIER\r\n");
        rig.pass(Duration::from_secs(1));
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
    }

    #[test]
    fn local_transfers_and_command_mode_do_not_care() {
        for value in 0..=2 {
            let mut rig = Rig::logged_in();
            rig.play(&format!("> AT&D{value}\n< OK"));
            rig.server.silence(true);
            rig.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
            rig.input(Input::Dtr(false));
            let id = rig.server.last_id();
            rig.event(LinkEvent::Data(id, "one".into()));
            rig.event(LinkEvent::Finished(id));
            rig.play("< +QFTPGET: 0,3");
        }
    }

    #[test]
    fn the_value_is_0_to_2_and_0_when_left_out() {
        let mut rig = uploading(2);
        rig.play("+++\n< OK\n< +QFTPPUT: 0,10\n> AT&D3\n< ERROR\n> AT&D\n< OK");
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT");
        rig.input(Input::Dtr(false));
        assert_eq!(rig.text(), "");
    }
}
