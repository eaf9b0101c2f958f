//! `AT+QFTPMLSD`: a directory in standard facts.

use crate::modem::command::CommandSpec;
use crate::modem::link::ListVerb;

use super::listing::listing;

pub(super) static COMMAND: CommandSpec = listing(
    "+QFTPMLSD",
    "List a directory in the facts of RFC 3659",
    "FTP note §2.13",
    |modem, values| super::listing::run(modem, values, "+QFTPMLSD", ListVerb::Mlsd),
);
