//! `AT+QFTPSTAT`: the state of the session.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPSTAT",
    Group::Ftp,
    "Query the state of the session: 0 opening, 1 idle, 2 transferring, 3 closing, 4 closed",
    "FTP note §2.17",
)
.test(TestForm::Bare)
.execute(|modem, _| {
    modem.ftp_need_sim()?;
    let stat = modem.ftp.stat() as u8;
    if modem.knobs.stat_before_ok {
        modem.info(format_args!("+QFTPSTAT: 0,{stat}"));
    } else {
        modem.urc_after_result(format!("+QFTPSTAT: 0,{stat}"));
    }
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    fn stat(rig: &mut Rig, stat: u8) {
        rig.play(&format!("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,{stat}"));
    }

    #[test]
    fn it_answers_in_every_state() {
        let mut rig = Rig::default();
        stat(&mut rig, 4);
        rig.play("> AT+QICSGP=1,1,\"UNINET\"\n< OK\n> AT+QIACT=1\n< OK");
        rig.server.silence(true);
        rig.ask("AT+QFTPOPEN=\"h\"");
        stat(&mut rig, 0);
        let mut rig = Rig::logged_in();
        stat(&mut rig, 1);
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        stat(&mut rig, 2);
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPCLOSE");
        stat(&mut rig, 3);
    }

    #[test]
    fn the_line_comes_after_ok_in_a_write_of_its_own() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+QFTPSTAT"), "AT+QFTPSTAT\r\r\nOK\r\n");
        rig.pass(Duration::from_millis(49));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPSTAT: 0,4\r\n");
    }

    #[test]
    fn or_before_ok_as_in_an_example_of_the_note() {
        let knobs = Knobs { stat_before_ok: true, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        let expected = "AT+QFTPSTAT;\r\r\n+QFTPSTAT: 0,4\r\n\r\nOK\r\n";
        assert_eq!(rig.ask("AT+QFTPSTAT;"), expected);
    }
}
