//! How a command is declared. From one declaration come the parser's checks, the `=?` answer and
//! the table of `qftpsim commands`.

use rustc_hash::FxHashMap;

use crate::at::error::{CmeError, FtpErr};
use crate::at::param::{Param, ParamError, Values, flat, nested};
use crate::store::FileError;

use super::Modem;
use super::knobs::Knobs;
use super::record::CallForm;

/// What carries out one form of a command. It may write information lines
/// ([`Modem::info`]) and says how the command goes on.
pub type Handler = for<'a> fn(&mut Modem, &Values<'a>) -> Handled;

/// How a form of a command went.
pub type Handled = Result<Flow, Refusal>;

/// How a command that was accepted goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It is done: the next of the line, or `OK`.
    Done,
    /// Its result comes later; the modem was left in a state that sees to it.
    Wait,
}

/// How a command was refused; the rest of the line is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Plain `ERROR`, whatever CMEE says.
    Error,
    /// `+CME ERROR: <err>`, as CMEE says.
    Cme(CmeError),
    /// `NO CARRIER`.
    NoCarrier,
}

impl From<CmeError> for Refusal {
    fn from(error: CmeError) -> Refusal {
        Refusal::Cme(error)
    }
}

impl From<FtpErr> for Refusal {
    fn from(error: FtpErr) -> Refusal {
        Refusal::Cme(error.into())
    }
}

impl From<FileError> for Refusal {
    fn from(error: FileError) -> Refusal {
        Refusal::Cme(CmeError(error.code()))
    }
}

/// The document a command belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// V.250 and 27.007 commands around the others.
    General,
    /// SIM, network, packet domain (27.007).
    Network,
    /// TCP/IP contexts.
    TcpIp,
    /// SSL contexts.
    Ssl,
    /// Files in RAM, UFS and SD.
    File,
    /// FTP(S).
    Ftp,
}

impl Group {
    /// The heading of the group in tables.
    pub fn title(self) -> &'static str {
        match self {
            Group::General => "General",
            Group::Network => "SIM, network, packet domain",
            Group::TcpIp => "TCP/IP contexts",
            Group::Ssl => "SSL contexts",
            Group::File => "Files",
            Group::Ftp => "FTP(S)",
        }
    }
}

/// What `=?` answers.
#[derive(Clone, Copy, Debug)]
pub enum TestForm {
    /// `ERROR`: the command has no test form.
    None,
    /// `OK` alone.
    Bare,
    /// `+CMD: ` and the ranges or names of the write form, parted by commas.
    Flat,
    /// The same with optional parts in brackets.
    Nested,
    /// [`TestForm::Nested`] or [`TestForm::Bare`], as the knob `inferred_tests` says.
    Inferred,
    /// `+CMD: ` and this text.
    Text(&'static str),
    /// One line for each text, each after `+CMD: `; models differ.
    Lines(fn(&Modem) -> Vec<String>),
}

/// The write form.
#[derive(Clone, Copy, Debug)]
pub enum WriteForm {
    /// `ERROR`: the command has none.
    None,
    /// A list of parameters.
    Params(&'static [Param], Handler),
    /// A key in quotes, the number of a context if the command has several (`AT+QSSLCFG`), then
    /// what that key takes (`AT+QFTPCFG`).
    Keyed(Option<&'static Param>, &'static [Item]),
}

/// One key of a keyed command. With nothing after the key, and the context if there are several,
/// the command queries it.
#[derive(Debug)]
pub struct Item {
    /// The key, without quotes.
    pub key: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Whether this model knows it.
    pub available: fn(&Modem) -> bool,
    /// What follows when it is set.
    pub params: &'static [Param],
    /// The value in the answer to a query, after `+CMD: "<key>",`. The number is that of the
    /// context; 0 for a command without contexts.
    pub get: fn(&Modem, u8) -> String,
    /// Sets it.
    pub set: fn(&mut Modem, u8, &Values<'_>) -> Handled,
}

/// A second name of a command.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// Upper case, without `AT`.
    pub name: &'static str,
    /// Whether this model knows it.
    pub known: fn(&Knobs) -> bool,
}

/// What a command answers to parameters that do not fit its declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// Plain `ERROR`.
    Error,
    /// `+CME ERROR:` with this code.
    Cme(CmeError),
}

/// The declaration of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// `+QFTPOPEN`, `E`, `&D`, `S3`: upper case, without `AT`.
    pub name: &'static str,
    /// A second name.
    pub alias: Option<Alias>,
    /// The document it belongs to.
    pub group: Group,
    /// One line for people.
    pub summary: &'static str,
    /// Where its behaviour is written down.
    pub source: &'static str,
    /// `=?`
    pub test: TestForm,
    /// `?`
    pub read: Option<Handler>,
    /// `=…`
    pub write: WriteForm,
    /// Nothing after the name.
    pub execute: Option<Handler>,
    /// The answer to parameters that do not fit.
    pub reject: Reject,
}

impl CommandSpec {
    /// A command without any form yet.
    pub const fn new(
        name: &'static str,
        group: Group,
        summary: &'static str,
        source: &'static str,
    ) -> CommandSpec {
        CommandSpec {
            name,
            alias: None,
            group,
            summary,
            source,
            test: TestForm::None,
            read: None,
            write: WriteForm::None,
            execute: None,
            reject: Reject::Error,
        }
    }

    /// Adds the test form.
    pub const fn test(mut self, test: TestForm) -> Self {
        self.test = test;
        self
    }

    /// Adds the read form.
    pub const fn read(mut self, handler: Handler) -> Self {
        self.read = Some(handler);
        self
    }

    /// Adds the write form.
    pub const fn write(mut self, params: &'static [Param], handler: Handler) -> Self {
        self.write = WriteForm::Params(params, handler);
        self
    }

    /// Adds the write form with keys.
    pub const fn keyed(mut self, items: &'static [Item]) -> Self {
        self.write = WriteForm::Keyed(None, items);
        self
    }

    /// Adds the write form with keys for one of several contexts.
    pub const fn keyed_by(mut self, context: &'static Param, items: &'static [Item]) -> Self {
        self.write = WriteForm::Keyed(Some(context), items);
        self
    }

    /// Adds a second name, for the models that know it.
    pub const fn alias(mut self, name: &'static str, known: fn(&Knobs) -> bool) -> Self {
        self.alias = Some(Alias { name, known });
        self
    }

    /// Adds the execute form.
    pub const fn execute(mut self, handler: Handler) -> Self {
        self.execute = Some(handler);
        self
    }

    /// Answers parameters that do not fit with `+CME ERROR: <code>` instead of `ERROR`.
    pub const fn reject_with(mut self, code: u16) -> Self {
        self.reject = Reject::Cme(CmeError(code));
        self
    }

    /// The refusal for parameters that do not fit.
    pub fn refusal(&self, error: ParamError) -> Refusal {
        match (error, self.reject) {
            // Malformed lines are ERROR at any CMEE (captures, INDEX point 29).
            (ParamError::Syntax(_), _) | (_, Reject::Error) => Refusal::Error,
            (_, Reject::Cme(error)) => Refusal::Cme(error),
        }
    }

    /// The lines of the test form, without the framing; `None` when there is no such form.
    pub fn test_lines(&self, modem: &Modem) -> Option<Vec<String>> {
        let params = match self.write {
            WriteForm::Params(params, _) => params,
            _ => &[],
        };
        let own = modem.model.test_answers.iter().find(|own| own.command == self.name);
        let texts = match (self.test, own) {
            (TestForm::None, _) => return None,
            (_, Some(own)) => own.lines.iter().map(|&line| line.to_owned()).collect(),
            (TestForm::Bare, _) => Vec::new(),
            (TestForm::Flat, _) => vec![flat(params)],
            (TestForm::Inferred, _) if !modem.knobs.inferred_tests => Vec::new(),
            (TestForm::Nested | TestForm::Inferred, _) => vec![nested(params, Param::test_text)],
            (TestForm::Text(text), _) => vec![text.to_owned()],
            (TestForm::Lines(lines), _) => lines(modem),
        };
        Some(texts.into_iter().map(|text| format!("{}: {text}", self.name)).collect())
    }

    /// Whether it has this form.
    pub fn has(&self, form: CallForm) -> bool {
        match form {
            CallForm::Test => !matches!(self.test, TestForm::None),
            CallForm::Read => self.read.is_some(),
            CallForm::Write => !matches!(self.write, WriteForm::None),
            CallForm::Execute => self.execute.is_some(),
        }
    }

    /// Every form as a host would type it: `AT+QFTPCWD=<path_name>`.
    pub fn usages(&self) -> Vec<String> {
        let mut usages = Vec::new();
        let name = self.name;
        if !matches!(self.test, TestForm::None) {
            usages.push(format!("AT{name}=?"));
        }
        if self.read.is_some() {
            usages.push(format!("AT{name}?"));
        }
        let equals = if is_basic(name) { "" } else { "=" };
        match self.write {
            WriteForm::None => {}
            WriteForm::Params(params, _) => {
                usages.push(format!("AT{name}{equals}{}", nested(params, |p| p.name.to_owned())));
            }
            WriteForm::Keyed(context, items) => usages.extend(items.iter().map(|item| {
                let context = context.map_or(String::new(), |param| format!(",{}", param.name));
                let params = nested(item.params, |p| p.name.to_owned());
                format!("AT{name}=\"{}\"{context}[,{params}]", item.key)
            })),
        }
        if self.execute.is_some() {
            usages.push(format!("AT{name}"));
        }
        usages
    }
}

/// Basic commands take their number without `=`; S registers do not count as such.
fn is_basic(name: &str) -> bool {
    !name.starts_with('+') && !name.starts_with('S')
}

/// The longest name that a command can have, in bytes.
const LONGEST_NAME: usize = 16;

/// `name` in capitals as one number, which is found in no time. `None` for one that is too long.
fn key(name: &str) -> Option<u128> {
    let mut key = [0; LONGEST_NAME];
    key.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
    key.make_ascii_uppercase();
    Some(u128::from_be_bytes(key))
}

/// The commands a modem knows: in the order of the manuals, and by name.
#[derive(Debug)]
pub struct CommandTable {
    in_order: Vec<&'static CommandSpec>,
    by_name: FxHashMap<u128, (&'static str, &'static CommandSpec)>,
}

impl CommandTable {
    /// A table of `specs`, in this order.
    ///
    /// # Panics
    /// If two commands have one name, or one is too long: that is a slip in the list.
    pub fn new(specs: &[&'static CommandSpec]) -> CommandTable {
        let mut by_name = FxHashMap::default();
        for &spec in specs {
            for name in [Some(spec.name), spec.alias.map(|alias| alias.name)].into_iter().flatten()
            {
                let key = key(name).expect("a name is too long");
                let other = by_name.insert(key, (name, spec));
                assert!(other.is_none(), "two commands have the name {name}");
            }
        }
        CommandTable { in_order: specs.to_vec(), by_name }
    }

    /// The commands in the order of the manuals.
    pub fn iter(&self) -> impl Iterator<Item = &'static CommandSpec> {
        self.in_order.iter().copied()
    }

    /// The command that a model with these `knobs` knows by `name`, in any case.
    pub fn find(&self, name: &str, knobs: &Knobs) -> Option<&'static CommandSpec> {
        let &(found, spec) = self.by_name.get(&key(name)?)?;
        let known = found == spec.name || spec.alias.is_some_and(|alias| (alias.known)(knobs));
        known.then_some(spec)
    }
}
