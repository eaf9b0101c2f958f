//! `AT+QFTPPUT`: upload a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::ftp::{PutRequest, Range};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPPUT",
    Group::Ftp,
    "Upload from COM: or from a local file",
    "FTP note §2.5",
)
.test(TestForm::Flat)
.write(
    &[
        Param::file("<file_name>", 255),
        Param::file("<local_name>", 60),
        Param::number("<startpos>", &[(0, i64::MAX)]).optional("0").by_name(),
        Param::number("<uploadlen>", &[(1, i64::MAX)]).optional("until +++").by_name(),
        Param::number("<beof>", &[(0, 0), (1, 1)]).joined("1").by_name(),
    ],
    |modem, values| {
        modem.ftp_put(&PutRequest {
            remote: values.text(0),
            local: values.text(1),
            range: Range { start: values.get(2).unwrap_or(0), length: values.get(3) },
            last: values.number(4) != Some(0),
        })
    },
)
.reject_with(610);
