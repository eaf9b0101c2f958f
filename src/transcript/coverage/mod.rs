//! What a host has met: commands and their forms, errors, the server's replies, faults.

mod requirement;
mod table;

use std::collections::BTreeMap;

use crate::at::error::FtpErr;
use crate::modem::record::{CallForm, CommandRecord, Record};

use super::meaning::{Outcome, cme_error};

pub use requirement::{Requirement, RequirementError};
pub use table::{Row, Table, Topic};

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

/// So many different names of unknown commands are kept: a host that writes noise makes more.
const UNKNOWN: usize = 1000;

impl Coverage {
    /// Takes note of what the host meets.
    pub fn meet(&mut self, record: &Record) {
        match record {
            Record::Command(command) => self.meet_command(command),
            Record::Result(text) => {
                if let Some(err) = cme_error(text).and_then(FtpErr::from_code) {
                    count(&mut self.errs, err.code());
                }
            }
            Record::Urc(text) => {
                if let Some(Outcome { err, reply }) = Outcome::parse(text) {
                    count(&mut self.errs, err.code());
                    if let Some(reply) = reply {
                        count(&mut self.protocol, reply);
                    }
                }
            }
            Record::Line(_) | Record::Data(_) | Record::Info(_) => {}
            Record::Entered(_) | Record::Store(..) => {}
        }
    }

    fn meet_command(&mut self, command: &CommandRecord) {
        if command.known {
            count(&mut self.commands, (command.name.clone(), command.form));
        } else if self.unknown.len() < UNKNOWN || self.unknown.contains_key(&command.name) {
            count(&mut self.unknown, command.name.clone());
        }
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    *counts.entry(key).or_default() += 1;
}
