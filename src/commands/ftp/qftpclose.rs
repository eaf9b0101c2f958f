//! `AT+QFTPCLOSE`: log out.

use crate::modem::command::{CommandSpec, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFTPCLOSE", Group::Ftp, "Log out", "FTP note §2.18")
        .test(TestForm::Bare)
        .execute(|modem, _| modem.ftp_close());
