//! `AT+QFTPLIST`: a directory as the server prints it.

use crate::modem::command::CommandSpec;
use crate::modem::link::ListVerb;

use super::listing::listing;

pub(super) static COMMAND: CommandSpec = listing(
    "+QFTPLIST",
    "List a directory as the server prints it",
    "FTP note §2.11",
    |modem, values| super::listing::run(modem, values, "+QFTPLIST", ListVerb::List),
);
