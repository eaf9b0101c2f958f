//! `AT+QFTPNLST`: the names in a directory.

use crate::modem::command::CommandSpec;
use crate::modem::link::ListVerb;

use super::listing::listing;

pub(super) static COMMAND: CommandSpec =
    listing("+QFTPNLST", "List the names in a directory", "FTP note §2.12", |modem, values| {
        super::listing::run(modem, values, "+QFTPNLST", ListVerb::Nlst)
    })
    // A heading of the note misspells it.
    .alias("+QFTPNLIST", |knobs| knobs.accept_nlist);

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::rig::Rig;

    #[test]
    fn the_misprint_of_a_heading_is_unknown() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPNLIST=\".\"\n< ERROR\n> AT+QFTPNLST=\".\"\n< CONNECT\n< OK");
    }

    #[test]
    fn a_knob_lets_it_be_a_second_name() {
        let mut setup = Setup::default();
        setup.knobs.accept_nlist = true;
        let mut rig = Rig::new(setup);
        rig.log_in();
        rig.play("> AT+QFTPNLIST=\".\"\n< CONNECT\n< OK\n< +QFTPNLST: 0,0");
    }
}
