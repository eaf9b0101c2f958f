//! What the modem says of itself, for transcripts, reports and expectations. Nothing is recorded
//! unless [`Modem::record`](super::Modem::record) asks for it.

use bytes::Bytes;

use super::state::ModuleState;
use crate::at::syntax::Form;
use crate::store::Medium;

/// Something that has happened in the modem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// Bytes of the host in command mode, as they are dealt with: up to the end of a line, or as
    /// many as there are of it.
    Line(Bytes),
    /// Bytes of the host in data mode.
    Data(Bytes),
    /// A command of the host is about to be carried out.
    Command(CommandRecord),
    /// The final result of a command line: `OK`, `+CME ERROR: 603`, `CONNECT`.
    Result(String),
    /// An information line of a command's answer: `+CSQ: 24,99`.
    Info(String),
    /// An unsolicited result code, or the line with the outcome of an FTP command.
    Urc(String),
    /// The modem has entered a state.
    Entered(ModuleState),
    /// How full a medium is has changed; told with results and outcomes, not while data flows.
    Store(Fill),
}

/// How full a medium is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The medium.
    pub medium: Medium,
    /// What its files took before.
    pub before: u64,
    /// What they take now.
    pub now: u64,
    /// Its capacity.
    pub total: u64,
}

/// A command as the host gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRecord {
    /// The name as declared (`+QFTPPUT`), or as written if the module does not know it.
    pub name: String,
    /// Its form.
    pub form: CallForm,
    /// What stood behind `=`, as written; empty in the other forms.
    pub arguments: String,
    /// Whether the module knows the command.
    pub known: bool,
}

/// The form of a command, without its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallForm {
    /// `AT+CMD=?`
    Test,
    /// `AT+CMD?`
    Read,
    /// `AT+CMD=…`
    Write,
    /// `AT+CMD`
    Execute,
}

impl CallForm {
    /// How it looks.
    pub fn summary(self) -> &'static str {
        match self {
            CallForm::Test => "`AT+CMD=?`",
            CallForm::Read => "`AT+CMD?`",
            CallForm::Write => "`AT+CMD=…`",
            CallForm::Execute => "`AT+CMD`",
        }
    }

    /// All four.
    pub const ALL: [CallForm; 4] =
        [CallForm::Test, CallForm::Read, CallForm::Write, CallForm::Execute];

    /// How it is written: `write`.
    pub fn word(self) -> &'static str {
        match self {
            CallForm::Test => "test",
            CallForm::Read => "read",
            CallForm::Write => "write",
            CallForm::Execute => "execute",
        }
    }
}

impl From<Form<'_>> for CallForm {
    fn from(form: Form<'_>) -> CallForm {
        match form {
            Form::Test => CallForm::Test,
            Form::Read => CallForm::Read,
            Form::Write(_) => CallForm::Write,
            Form::Execute => CallForm::Execute,
        }
    }
}

impl CommandRecord {
    /// The command as it stands behind `AT`.
    pub fn text(&self) -> String {
        match self.form {
            CallForm::Test => format!("{}=?", self.name),
            CallForm::Read => format!("{}?", self.name),
            // The number of a basic command follows without a `=`.
            CallForm::Write if !self.name.starts_with('+') && !self.name.starts_with('S') => {
                format!("{}{}", self.name, self.arguments)
            }
            CallForm::Write => format!("{}={}", self.name, self.arguments),
            CallForm::Execute => self.name.clone(),
        }
    }
}
