//! `AT+QFTPNLST`: the names in a directory.

use crate::modem::command::CommandSpec;
use crate::modem::link::ListVerb;

use super::listing::listing;

pub(super) static COMMAND: CommandSpec =
    listing("+QFTPNLST", "List the names in a directory", "FTP note §2.12", |modem, values| {
        super::listing::run(modem, values, "+QFTPNLST", ListVerb::Nlst)
    });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_misprint_of_a_heading_is_unknown() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPNLIST=\".\"\n< ERROR\n> AT+QFTPNLST=\".\"\n< CONNECT\n< OK");
    }
}
