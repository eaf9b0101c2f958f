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
