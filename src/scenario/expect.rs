//! What has to be true at the end of a run.

use crate::modem::record::CallForm;
use crate::modem::state::ModuleState;
use crate::store::FileName;

use super::command::Command;
use super::form::{Form, Reader, choice, record};
use super::modem::ContextId;
use super::node::Node;
use super::server::ServerPath;
use super::shape::Shape;
use super::trigger::Glob;
use super::values::{Int, Size};

choice! {
    /// Something that has to be true at the end of a run.
    pub enum Expectation {
        CommandCount = "command",
        CommandOrder = "order",
        OutcomeAwaited = "awaits",
        ServerFile = "server_file",
        StoreFile = "store_file",
        SessionState = "session",
        ContextState = "context",
        NoUnknownCommands = "no_unknown_commands",
    }
}

/// How often: 0 or more.
pub type Times = Int<0, 1_000_000_000>;

record! {
    /// How often the host gives a command; at least once unless told.
    pub struct CommandCount short "name" {
        /// The command.
        name: Command,
        /// Only in this form.
        form: Option<CallForm> = None,
        /// Only with such parameters.
        arguments: Vec<Glob> = Vec::new(),
        /// So often or more.
        at_least: Option<Times> = None,
        /// So often or less.
        at_most: Option<Times> = None,
        /// Neither more nor less often.
        exactly: Option<Times> = None,
    }
    check CommandCount::check
}

impl CommandCount {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.exactly.is_some() && (self.at_least.is_some() || self.at_most.is_some()) {
            let message = "`exactly` says it all: at_least and at_most are not expected with it";
            reader.problem::<()>(node.span_of("exactly"), message);
        }
        if let (Some(least), Some(most)) = (self.at_least, self.at_most)
            && least > most
        {
            let message = format!("can never be met: at_most is {}", most.get());
            reader.problem::<()>(node.span_of("at_least"), message);
        }
    }
}

record! {
    /// The host gives these commands in this order, perhaps with others between.
    pub struct CommandOrder short "commands" {
        /// The commands.
        commands: Vec<Command>,
    }
    check CommandOrder::check
}

impl CommandOrder {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.commands.len() < 2 {
            let message = "an order is one of at least two commands";
            reader.problem::<()>(node.span_of("commands"), message);
        }
    }
}

record! {
    /// The host waits for the line that tells the outcome of this command before it gives the
    /// next FTP command.
    pub struct OutcomeAwaited short "command" {
        /// The command.
        command: Command,
    }
    check OutcomeAwaited::check
}

impl OutcomeAwaited {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if !self.command.has_outcome() {
            let name = self.command.name();
            let message = format!("the outcome of AT{name} is told by its answer: none follows");
            reader.problem::<()>(node.span_of("command"), message);
        }
    }
}

record! {
    /// A file on the server.
    pub struct ServerFile short "path" {
        /// Its path.
        path: ServerPath,
        /// Its size in bytes.
        size: Option<Size> = None,
        /// What is in it.
        text: Option<String> = None,
        /// Its checksum as `AT+QFUPL` prints it: four hexadecimal digits.
        checksum: Option<ChecksumText> = None,
        /// It must not be there; `false` unless told.
        absent: bool = false,
    }
    check ServerFile::check
}

impl ServerFile {
    fn check(&self, node: &Node, reader: &mut Reader) {
        let more = self.size.is_some() || self.text.is_some() || self.checksum.is_some();
        check_absent(self.absent && more, node, reader);
    }
}

record! {
    /// A file in a store of the module.
    pub struct StoreFile short "name" {
        /// Its name: `UFS:log.bin`.
        name: FileName,
        /// Its size in bytes.
        size: Option<Size> = None,
        /// What is in it.
        text: Option<String> = None,
        /// Its checksum as `AT+QFUPL` prints it: four hexadecimal digits.
        checksum: Option<ChecksumText> = None,
        /// It must not be there; `false` unless told.
        absent: bool = false,
    }
    check StoreFile::check
}

impl StoreFile {
    fn check(&self, node: &Node, reader: &mut Reader) {
        let more = self.size.is_some() || self.text.is_some() || self.checksum.is_some();
        check_absent(self.absent && more, node, reader);
    }
}

fn check_absent(contradiction: bool, node: &Node, reader: &mut Reader) {
    if contradiction {
        let message = "can never be met: a file that is absent has neither size nor content";
        reader.problem::<()>(node.span_of("absent"), message);
    }
}

/// A checksum as `AT+QFUPL` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChecksumText(pub u16);

impl Form for ChecksumText {
    fn shape() -> Shape {
        Shape::Like { pattern: "^[0-9A-Fa-f]{1,4}$", example: "1a2b" }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<ChecksumText> {
        let what = "a checksum of one to four hexadecimal digits, in quotes";
        let text = reader.text(node, what)?;
        match u16::from_str_radix(text, 16) {
            Ok(sum) if !text.starts_with('+') => Some(ChecksumText(sum)),
            _ => reader.expected(node, what),
        }
    }
}

record! {
    /// The state of the FTP session at the end.
    pub struct SessionState short "state" {
        /// One of opening, idle, transferring, closing, closed.
        state: ModuleState,
    }
    check SessionState::check
}

impl SessionState {
    fn check(&self, node: &Node, reader: &mut Reader) {
        use ModuleState::{Closed, Closing, Idle, Opening, Transferring};
        if !matches!(self.state, Opening | Idle | Transferring | Closing | Closed) {
            let message = "a session is opening, idle, transferring, closing or closed";
            reader.problem::<()>(node.span_of("state"), message);
        }
    }
}

record! {
    /// Whether a PDP context is active at the end.
    pub struct ContextState {
        /// The context, 1 to 16; 1 unless told.
        id: ContextId = ContextId::of(1),
        /// Whether it is active.
        active: bool,
    }
}

record! {
    /// The host gives no command that the module doesn't know.
    pub struct NoUnknownCommands {}
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn expectations_are_short_to_write() {
        for (text, key) in [
            ("{command: +QFTPPUT}", "command"),
            ("command: {name: +QFTPPUT, at_least: 3}", "command"),
            ("order: [+QFTPOPEN, +QFTPCLOSE]", "order"),
            ("awaits: +QFTPCLOSE", "awaits"),
            ("server_file: {path: /inbox/log.bin, size: 64KiB, checksum: '1a2b'}", "server_file"),
            ("store_file: {name: 'UFS:x', absent: true}", "store_file"),
            ("session: closed", "session"),
            ("context: {active: false}", "context"),
            ("no_unknown_commands", "no_unknown_commands"),
        ] {
            assert_eq!(problems::<Expectation>(text), [] as [String; 0], "{text}");
            assert_eq!(read::<Expectation>(text).map(|e| e.key()), Some(key), "{text}");
        }
    }

    #[test]
    fn what_can_never_be_met_is_told() {
        for (text, expected) in [
            (
                "command: {name: +CSQ, at_least: 2, at_most: 1}",
                "1:33: can never be met: at_most is 1",
            ),
            (
                "command: {name: +CSQ, exactly: 2, at_most: 1}",
                "1:32: `exactly` says it all: at_least and at_most are not expected with it",
            ),
            (
                "awaits: +QFTPSTAT",
                "1:9: the outcome of AT+QFTPSTAT is told by its answer: none follows",
            ),
            ("order: [+CSQ]", "1:8: an order is one of at least two commands"),
            (
                "server_file: {path: /a, size: 1, absent: true}",
                "1:42: can never be met: a file that is absent has neither size nor content",
            ),
            (
                "store_file: {name: a, checksum: xyz}",
                "1:33: expected a checksum of one to four hexadecimal digits, in quotes, found \
                 `xyz`",
            ),
            (
                "session: data_mode",
                "1:10: a session is opening, idle, transferring, closing or closed",
            ),
        ] {
            assert_eq!(problems::<Expectation>(text), [expected], "{text}");
        }
    }
}
