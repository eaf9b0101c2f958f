//! Scenarios: what a modem, its network and its server are like, and what goes wrong exactly when.
//!
//! A scenario is a YAML file:
//!
//! ```
//! use qftpsim::scenario::Scenario;
//!
//! let text = "
//! scenario: no-room
//! faults:
//!   - name: quota
//!     when: { command: +QFTPPUT, nth: 2 }
//!     at: { uploaded: 32KiB }
//!     do: { reply: 452 }
//! ";
//! let scenario = Scenario::parse("no-room.yaml", text.as_bytes(), None).expect("no mistakes");
//! assert_eq!(scenario.faults[0].name.0, "quota");
//! ```
//!
//! Everything wrong with a file is told at once, each with file, line, column and what was
//! expected ([`ScenarioError`]). From one declaration come the reader and the JSON Schema of
//! `qftpsim schema` ([`form`]).

mod command;
mod content;
mod diagnostic;
pub mod engine;
pub mod expect;
pub mod faults;
pub mod form;
mod hosts;
#[cfg(any(test, fuzzing))]
pub mod inputs;
#[cfg(feature = "host")]
pub mod json_schema;
mod link;
mod modem;
pub mod node;
mod server;
mod setup;
pub mod shape;
mod trigger;
pub mod values;
pub mod verdict;
mod yaml;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::store::{FileName, Medium};

use diagnostic::{Problem, diagnostics};
use expect::Expectation;
use faults::{Action, Fault};
use form::{Form, Reader, record};
use node::{Node, Span};
use values::{Int, TimeScale};

pub use command::{Command, Verb};
pub use content::{Content, ContentForm, FilePath, Pattern};
pub use diagnostic::{Diagnostic, ScenarioError};
pub use hosts::{Destination, DestinationError, HostName, is_host_name};
pub use link::{Baud, LinePlan, LinkPlan, Outage};
pub use modem::{
    ContextId, KnobSettings, ModelName, ModemPlan, Pin, RegistrationState, Signal, SimState,
    StoreFileName, StorePlan, StoreSpec,
};
pub use server::{Certificate, ServerFiles, ServerPath, ServerPlan, TlsPlan, TlsVersion};
pub use setup::{FillCause, FillError};
pub use trigger::{
    At, AtForm, CommandMatch, Counting, Event, Glob, Name, Occurrence, When, WhenForm,
};

/// A scenario file is at most so large, in bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;

record! {
    /// A scenario: what a modem, its network and its server are like, and what goes wrong.
    pub struct Scenario {
        /// Its name: letters, digits, `-` and `_`.
        name as "scenario": Name,
        /// What it is for: what the author of a driver should know.
        description: String = String::new(),
        /// What everything random is drawn from; drawn anew for each run unless told.
        seed: Option<Int<0, 9_223_372_036_854_775_807>> = None,
        /// The module to stand for; `ec25` unless told.
        model: ModelName = ModelName::default(),
        /// Settings where firmware differs.
        knobs: KnobSettings = KnobSettings::default(),
        /// How many times as fast as wall time module time runs; 1 unless told.
        time_scale: TimeScale = TimeScale(1.0),
        /// The card, the network and how the module boots.
        modem: ModemPlan = ModemPlan::default(),
        /// The media of the module: `UFS`, `RAM` and `SD`.
        stores: BTreeMap<Medium, StorePlan> = BTreeMap::new(),
        /// The embedded FTP server.
        server: ServerPlan = ServerPlan::default(),
        /// Where host names lead; `"*"` stands for all that aren't named, and leads to the
        /// embedded server unless told.
        hosts: BTreeMap<HostName, Destination> = BTreeMap::new(),
        /// The radio link between module and server.
        link: LinkPlan = LinkPlan::default(),
        /// The serial line between host and module.
        line: LinePlan = LinePlan::default(),
        /// What goes wrong. Where several could at once, the first does.
        faults: Vec<Fault> = Vec::new(),
        /// What has to be true at the end.
        expect: Vec<Expectation> = Vec::new(),
    }
    check Scenario::check
}

impl Scenario {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It can't be read, is larger than [`MAX_BYTES`], or says something that makes no sense.
    pub fn load(path: &Path) -> Result<Scenario, ScenarioError> {
        let file = path.display().to_string();
        let unreadable = |error| ScenarioError::Unreadable { file: file.clone(), error };
        let mut bytes = Vec::new();
        let opened = File::open(path).map_err(unreadable)?;
        opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let folder = folder.canonicalize().map_err(unreadable)?;
        Scenario::parse(&file, &bytes, Some(folder))
    }

    /// Reads a scenario from `bytes`, which messages call `file`. Files that it names are below
    /// `folder`, which must be canonical; without one it must not name any.
    ///
    /// # Errors
    /// There are more than [`MAX_BYTES`], or they say something that makes no sense.
    pub fn parse(
        file: &str,
        bytes: &[u8],
        folder: Option<PathBuf>,
    ) -> Result<Scenario, ScenarioError> {
        read_by(file, bytes, folder, |node, reader| {
            if let Some(faults) = node.get("faults") {
                faults::check_names(faults, reader);
                faults::check_states(faults, reader);
            }
            Scenario::read(node, reader)
        })
    }

    /// What only shows when everything was read.
    fn check(&self, node: &Node, reader: &mut Reader) {
        let Some(faults) = node.get("faults") else { return };
        for (fault, place) in self.faults.iter().zip(faults.items()) {
            if let Some((size, at)) = self.size_of_transfer(fault).zip(fault.at)
                && let At::Uploaded(byte) | At::Downloaded(byte) = at
                && byte > size
            {
                let message = format!("the fault can never fire: that file has {size} bytes");
                reader.problem::<()>(place.span_of("at"), message);
            }
            if let Action::StoreFull(faults::StoreFull { medium, .. })
            | Action::StoreError(faults::StoreError { medium, .. }) = fault.action
                && self.stores.get(&medium) == Some(&StorePlan::Absent)
            {
                let message = format!("there is no {medium} in this scenario");
                reader.problem::<()>(place.span_of("do"), message);
            }
        }
    }

    /// The size of the one file that a fault waits for, where the scenario says what is in it.
    fn size_of_transfer(&self, fault: &Fault) -> Option<u64> {
        let found = fault.when.as_ref()?.command()?;
        let argument = |at: usize| found.arguments.get(at)?.literal();
        match found.command.0.name {
            "+QFTPGET" => {
                let path = format!("/{}", argument(0)?.trim_start_matches('/'));
                self.server.files.0.get(&ServerPath(path))?.as_ref().map(Content::size)
            }
            "+QFTPPUT" => {
                let name = FileName::parse(argument(1)?).ok()?;
                match self.stores.get(&name.medium())? {
                    StorePlan::Present(store) => {
                        store.files.get(&StoreFileName(name.bare().to_owned())).map(Content::size)
                    }
                    StorePlan::Absent => None,
                }
            }
            _ => None,
        }
    }
}

/// Reads a part of a scenario by itself, such as one fault, from YAML or JSON that messages call
/// `file`.
///
/// # Errors
/// As for [`Scenario::parse`].
pub fn read<T: Form>(file: &str, bytes: &[u8]) -> Result<T, ScenarioError> {
    read_by(file, bytes, None, T::read)
}

fn read_by<T>(
    file: &str,
    bytes: &[u8],
    folder: Option<PathBuf>,
    read: impl FnOnce(&Node, &mut Reader) -> Option<T>,
) -> Result<T, ScenarioError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ScenarioError::TooLarge(file.to_owned()));
    }
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(problem) => {
            let text = String::from_utf8_lossy(bytes);
            return Err(diagnostics(file, &text, vec![problem]));
        }
    };
    let mut reader = Reader::new(folder);
    let (node, problems) = yaml::parse(text);
    reader.problems = problems;
    match node.and_then(|node| read(&node, &mut reader)) {
        Some(value) if reader.problems.is_empty() => Ok(value),
        _ => Err(diagnostics(file, text, reader.problems)),
    }
}

/// The text that `bytes` are, without a byte order mark; or the first place where they are none.
fn text_of(bytes: &[u8]) -> Result<&str, Problem> {
    let (valid, bad) = match str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            // Just found to be valid.
            (str::from_utf8(valid).unwrap_or_default(), rest.first())
        }
    };
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    if let Some((at, c)) = valid.char_indices().find(|&(_, c)| control(c)) {
        let message = format!("this is not text: it contains the control character {c:?}");
        return Err(Problem::new(end_of(&valid[..at]), message));
    }
    if let Some(byte) = bad {
        let message = format!("this is not UTF-8: byte 0x{byte:02x}");
        return Err(Problem::new(end_of(valid), message));
    }
    Ok(valid.trim_start_matches('\u{feff}'))
}

/// The place right after `text`.
fn end_of(text: &str) -> Span {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Span { line, column, width: 1 }
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests;
