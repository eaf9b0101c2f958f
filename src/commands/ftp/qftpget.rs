//! `AT+QFTPGET`: download a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::ftp::GetRequest;
use crate::modem::link::Transfer;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPGET",
    Group::Ftp,
    "Download to COM: or to a local file",
    "FTP note §2.6",
)
.test(TestForm::Flat)
.write(
    &[
        Param::file("<file_name>", 255),
        Param::file("<local_name>", 60),
        Param::number("<startpos>", &[(0, i64::MAX)]).optional("0").by_name(),
        Param::number("<downloadlen>", &[(1, i64::MAX)]).optional("to the end").by_name(),
    ],
    |modem, values| {
        modem.ftp_get(GetRequest {
            prefix: "+QFTPGET",
            transfer: Transfer::Retrieve {
                path: values.text(0).to_owned(),
                offset: values.get(2).unwrap_or(0),
            },
            local: values.text(1),
            length: values.get(3),
        })
    },
)
.reject_with(610);
