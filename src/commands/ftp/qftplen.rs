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
