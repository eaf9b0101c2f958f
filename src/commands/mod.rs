//! The AT commands, one file each: what it is called, which forms and parameters it has, and what
//! it does. Adding one is a file in the room of its manual, and its name in that room's list.

#[cfg(test)]
mod clients;
mod file;
mod ftp;
mod general;
mod network;
mod ssl;
mod tcpip;

use std::sync::LazyLock;

use crate::modem::command::CommandTable;

/// Every command, in the order of the manuals.
pub static TABLE: LazyLock<CommandTable> = LazyLock::new(|| {
    CommandTable::new(
        &[
            general::COMMANDS,
            network::COMMANDS,
            tcpip::COMMANDS,
            ssl::COMMANDS,
            file::COMMANDS,
            ftp::COMMANDS,
        ]
        .concat(),
    )
});
