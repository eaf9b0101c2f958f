//! `AT+QFTPNLST`: the names in a directory.

use crate::modem::command::CommandSpec;
use crate::modem::link::ListVerb;

use super::listing::listing;

pub(super) static COMMAND: CommandSpec =
    listing("+QFTPNLST", "List the names in a directory", "FTP note §2.12", |modem, values| {
        super::listing::run(modem, values, "+QFTPNLST", ListVerb::Nlst)
    });
