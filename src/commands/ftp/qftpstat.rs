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
