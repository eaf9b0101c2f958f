//! What a host has met: commands and their forms, errors, the server's replies, faults.

use std::collections::BTreeMap;

use crate::modem::record::CallForm;

/// What a host has met, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Commands that the module knows, by name and form.
    pub commands: BTreeMap<(String, CallForm), u64>,
    /// Commands that it does not know, as they were written.
    pub unknown: BTreeMap<String, u64>,
    /// `<err>` of the FTP commands, 0 and 601 to 631, in outcomes and `+CME ERROR`.
    pub errs: BTreeMap<u16, u64>,
    /// `<protocol_error>`: replies of the server that came through to the host.
    pub protocol: BTreeMap<u16, u64>,
    /// Faults of the scenario that fired, by name; those that did not stand here with 0.
    pub faults: BTreeMap<String, u64>,
}
