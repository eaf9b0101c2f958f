//! The FTP(S) commands, in the order of the note.

#[cfg(test)]
mod knob_tests;
mod listing;
mod qftpcfg;
mod qftpclose;
mod qftpcwd;
mod qftpdel;
mod qftpget;
mod qftplen;
mod qftplist;
mod qftpmdtm;
mod qftpmkdir;
mod qftpmlsd;
mod qftpnlst;
mod qftpopen;
mod qftpput;
mod qftppwd;
mod qftprename;
mod qftprmdir;
mod qftpsize;
mod qftpstat;
#[cfg(test)]
mod tests;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &qftpcfg::COMMAND,
    &qftpopen::COMMAND,
    &qftpcwd::COMMAND,
    &qftppwd::COMMAND,
    &qftpput::COMMAND,
    &qftpget::COMMAND,
    &qftpsize::COMMAND,
    &qftpdel::COMMAND,
    &qftpmkdir::COMMAND,
    &qftprmdir::COMMAND,
    &qftplist::COMMAND,
    &qftpnlst::COMMAND,
    &qftpmlsd::COMMAND,
    &qftpmdtm::COMMAND,
    &qftprename::COMMAND,
    &qftplen::COMMAND,
    &qftpstat::COMMAND,
    &qftpclose::COMMAND,
];
