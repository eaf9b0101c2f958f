//! `AT+QFTPLEN`: how much was transferred.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPLEN",
    Group::Ftp,
    "Query the bytes moved by the transfer under way, or by the last one",
    "FTP note §2.16",
)
.test(TestForm::Bare)
.execute(|modem, _| {
    modem.ftp_need_sim()?;
    modem.urc_after_result(format!("+QFTPLEN: 0,{}", modem.ftp.moved()));
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::link::LinkEvent;
    use crate::rig::Rig;

    fn len(rig: &mut Rig, len: u64) {
        rig.play(&format!("> AT+QFTPLEN\n< OK\n< +QFTPLEN: 0,{len}"));
    }

    #[test]
    fn it_follows_the_transfer_and_keeps_the_last_one() {
        let mut rig = Rig::default();
        len(&mut rig, 0);
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        let id = rig.server.last_id();
        len(&mut rig, 0);
        rig.event(LinkEvent::Data(id, "12345".into()));
        len(&mut rig, 5);
        rig.event(LinkEvent::Data(id, "678".into()));
        rig.event(LinkEvent::Finished(id));
        rig.play("< +QFTPGET: 0,8");
        len(&mut rig, 8);
        rig.server.silence(false);
        rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/\n> AT+QFTPCLOSE\n< OK\n< +QFTPCLOSE: 0,0");
        len(&mut rig, 8);
    }
}
