//! Which lines the host is owed, and which it was told: by the module's own record.

use std::collections::BTreeMap;

use crate::modem::intercept::{Outlook, UrcVerdict};
use crate::modem::record::Record;

use super::fault::Deed;

/// The operations that have one line each, whatever happens.
const CERTAIN: [&str; 5] = ["+QFTPOPEN", "+QFTPPWD", "+QFTPSIZE", "+QFTPSTAT", "+QFTPLEN"];

/// Those that may also end with the command's own result, or be given up by the host.
const TRANSFERS: [&str; 4] = ["+QFTPPUT", "+QFTPGET", "+QFTPLIST", "+QFTPMLSD"];

/// Answers that come as a line after the `OK`, without an operation.
const ANSWERS: [&str; 2] = ["+QFTPSTAT", "+QFTPLEN"];

/// The lines of one command.
#[derive(Debug, Default)]
struct Account {
    /// So many lines are due.
    owed: i64,
    /// So many of them may be missing.
    excused: i64,
    told: i64,
}

/// The lines that operations end with.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    accounts: BTreeMap<String, Account>,
    /// Those commands of the line under way that have their answer after the `OK`.
    answers: Vec<String>,
    /// The transfers of the line under way.
    transfers: Vec<String>,
    /// The session was lost so often, or may have been.
    pub(super) losses: i64,
    /// The supply was gone, or too much waited: lines may be missing.
    pub(super) disturbed: bool,
}

impl Ledger {
    fn account(&mut self, name: &str) -> &mut Account {
        self.accounts.entry(name.to_owned()).or_default()
    }

    /// The host does something that gives a transfer up.
    pub(super) fn excuse_transfers(&mut self) {
        for name in TRANSFERS {
            self.account(name).excused += 1;
        }
    }

    pub(super) fn deed(&mut self, deed: &Deed) {
        match deed {
            Deed::Began(name, outlook) => {
                if TRANSFERS.contains(&name.as_str()) {
                    self.transfers.push(name.clone());
                }
                let account = self.account(name);
                account.owed += match outlook {
                    Outlook::Never => 0,
                    Outlook::Twice => 2,
                    Outlook::Told | Outlook::Late(_) | Outlook::BeforeResult => 1,
                };
                // A result in place of the line is one, not two.
                account.excused += i64::from(*outlook == Outlook::Twice);
            }
            Deed::Restart => self.disturbed = true,
            // Nobody says whether the command was refused.
            Deed::Muted => {
                for name in ANSWERS {
                    let account = self.account(name);
                    account.owed += 2;
                    account.excused += 2;
                }
            }
            Deed::Urc(text, verdict) => {
                let more = match verdict {
                    UrcVerdict::Drop | UrcVerdict::Replace(_) => -1,
                    UrcVerdict::Twice => 1,
                    UrcVerdict::Pass | UrcVerdict::Late(_) => 0,
                };
                self.account(name_of(text)).owed += more;
            }
        }
    }

    pub(super) fn record(&mut self, record: &Record) {
        match record {
            Record::Command(command) if ANSWERS.contains(&command.name.as_str()) => {
                self.answers.push(command.name.clone());
            }
            Record::Result(text) if text == "CONNECT" => {}
            Record::Result(text) => {
                for name in std::mem::take(&mut self.answers) {
                    self.account(&name).owed += i64::from(text == "OK");
                }
                for name in std::mem::take(&mut self.transfers) {
                    // The result may have told it.
                    self.account(&name).excused += i64::from(text != "OK");
                }
            }
            // An upload that the host left without data is told before its `OK`.
            Record::Urc(text) | Record::Info(text) => self.account(name_of(text)).told += 1,
            _ => {}
        }
    }

    /// The line under way has ended, and nobody has heard how.
    pub(super) fn unheard(&mut self) {
        self.answers.clear();
        for name in std::mem::take(&mut self.transfers) {
            self.account(&name).excused += 1;
        }
    }

    /// Whether everything was told that was due, and nothing else.
    pub(super) fn check(&self) {
        let nothing = Account::default();
        for name in CERTAIN.into_iter().chain(TRANSFERS).chain(["+QFTPCLOSE"]) {
            let account = self.accounts.get(name).unwrap_or(&nothing);
            let Account { owed, excused, told } = *account;
            let unasked = if name == "+QFTPCLOSE" { self.losses } else { 0 };
            assert!(told <= owed + unasked, "{name}: a line too many: {account:?}");
            assert!(
                self.disturbed || owed - excused <= told,
                "{name}: a line is missing: {account:?}"
            );
        }
    }
}

fn name_of(text: &str) -> &str {
    text.split(':').next().unwrap_or("")
}
