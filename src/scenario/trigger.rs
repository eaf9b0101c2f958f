//! When a fault fires: what has to happen, how many times, in which state of the scenario, and at
//! which byte.

use std::time::Duration;

use crate::modem::record::CallForm;
use crate::modem::state::ModuleState;

use super::command::{Command, Verb};
use super::form::{Form, Reader, record};
use super::node::Node;
use super::shape::{Shape, Word};
use super::values::{Count, Probability, Size};

/// The state that a scenario starts in.
pub const START: &str = "start";

impl Form for ModuleState {
    fn shape() -> Shape {
        let word =
            |state: ModuleState| Word { name: state.word().to_owned(), doc: state.summary() };
        Shape::Words(ModuleState::ALL.into_iter().map(word).collect())
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<ModuleState> {
        reader.word(node, &ModuleState::ALL, ModuleState::word)
    }
}

/// A text in which `*` stands for any characters, also none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(pub String);

impl Glob {
    /// The only text it stands for, if there is no `*`.
    pub fn literal(&self) -> Option<&str> {
        (!self.0.contains('*')).then_some(&self.0)
    }
}

impl Form for Glob {
    fn shape() -> Shape {
        Shape::Text
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Glob> {
        reader
            .text(node, "a text, in which * stands for any characters")
            .map(|t| Glob(t.to_owned()))
    }
}

/// A name of the writer's choice: letters, digits, `-` and `_`, at most 64 of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub String);

impl Form for Name {
    fn shape() -> Shape {
        Shape::Like { pattern: "^[A-Za-z0-9_-]{1,64}$", example: "logged-in" }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Name> {
        let what = "a name of letters, digits, - and _";
        let text = reader.text(node, what)?;
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let valid = (1..=64).contains(&text.len()) && text.bytes().all(fits);
        if valid { Some(Name(text.to_owned())) } else { reader.expected(node, what) }
    }
}

/// Which occurrence, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence(pub u64);

impl Form for Occurrence {
    fn shape() -> Shape {
        Count::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Occurrence> {
        match reader.text(node, "a number from 1")? {
            "0" => reader.problem(node.span, "the fault can never fire: the first time is 1"),
            _ => Count::read(node, reader).map(|count| Occurrence(count.get())),
        }
    }
}

record! {
    /// What has to happen for a fault to fire: one of `command` (with `form`, `arguments`, and
    /// `verb` for what is sent on its behalf), `verb`, `enters`, `time` and `urc`; and how often.
    /// Without `nth`, `from`, `every` or `times` it fires each time.
    pub struct WhenForm {
        /// The host gives this command: `+QFTPPUT`.
        command: Option<Command> = None,
        /// Only in this form.
        form: Option<CallForm> = None,
        /// Only with such parameters, in this order and without their quotes; `*` stands for any
        /// characters. Parameters after the last one may be anything.
        arguments: Vec<Glob> = Vec::new(),
        /// The module sends this to the server.
        verb: Option<Verb> = None,
        /// The module enters this state.
        enters: Option<ModuleState> = None,
        /// Module time comes to this; once.
        time: Option<Duration> = None,
        /// Such an unsolicited line is about to go out: `"+QFTPPUT: 0,*"`.
        urc: Option<Glob> = None,
        /// Only this time, from 1.
        nth: Option<Occurrence> = None,
        /// From this time on.
        from: Option<Occurrence> = None,
        /// Every so many times, beginning with the first (or with `from`).
        every: Option<Occurrence> = None,
        /// At most so many times.
        times: Option<Occurrence> = None,
        /// Only with this probability.
        probability: Option<Probability> = None,
        /// Only in this state of the scenario, which begins in `start`.
        in_state: Option<Name> = None,
    }
}

/// What has to happen, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// What has to happen; with `None` the byte alone says when.
    pub event: Option<Event>,
    /// Which of the times.
    pub counting: Counting,
    /// The state of the scenario.
    pub in_state: Option<Name>,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The host gives a command.
    Command(CommandMatch),
    /// The module sends a verb, on behalf of such a command if one is named.
    Verb(Verb, Option<CommandMatch>),
    /// The module enters a state.
    Enters(ModuleState),
    /// Module time comes to this.
    Time(Duration),
    /// Such an unsolicited line is about to go out.
    Urc(Glob),
}

/// A command, perhaps in one form only, perhaps with such parameters only.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandMatch {
    /// The command.
    pub command: Command,
    /// Its form.
    pub form: Option<CallForm>,
    /// Its first parameters, without quotes.
    pub arguments: Vec<Glob>,
}

/// Which of the times that something happens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counting {
    /// Only this one, from 1.
    pub nth: Option<u64>,
    /// From this one on.
    pub from: Option<u64>,
    /// Every so many, beginning with the first (or with `from`).
    pub every: Option<u64>,
    /// At most so many.
    pub times: Option<u64>,
    /// With this probability.
    pub probability: Option<f64>,
}

impl Form for When {
    fn shape() -> Shape {
        WhenForm::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<When> {
        let form = WhenForm::read(node, reader)?;
        let event = event(&form, node, reader)?;
        let value = |occurrence: Option<Occurrence>| occurrence.map(|o| o.0);
        let counting = Counting {
            nth: value(form.nth),
            from: value(form.from),
            every: value(form.every),
            times: value(form.times),
            probability: form.probability.map(|p| p.0),
        };
        counting.check(node, reader);
        if let (Some(Event::Time(_)), Some(2..)) = (&event, counting.nth.or(counting.from)) {
            let message = "the fault can never fire: a point of time comes once";
            reader.problem::<()>(node.span_of("time"), message);
        }
        Some(When { event, counting, in_state: form.in_state })
    }
}

impl Counting {
    fn check(&self, node: &Node, reader: &mut Reader) {
        let Some(nth) = self.nth else { return };
        let from = self.from.unwrap_or(1);
        if nth < from {
            let message = format!("the fault can never fire: time {nth} is before time {from}");
            reader.problem::<()>(node.span_of("nth"), message);
        } else if !(nth - from).is_multiple_of(self.every.unwrap_or(1)) {
            let message =
                format!("the fault can never fire: time {nth} is not among those of `every`");
            reader.problem::<()>(node.span_of("nth"), message);
        }
    }
}

/// The event that a form means: `Some(None)` when it names none.
fn event(form: &WhenForm, node: &Node, reader: &mut Reader) -> Option<Option<Event>> {
    let command = match form.command {
        Some(command) => Some(command_match(command, form, node, reader)?),
        None if form.form.is_some() => {
            return reader.problem(node.span_of("form"), "a form of which command?");
        }
        None if !form.arguments.is_empty() => {
            return reader.problem(node.span_of("arguments"), "arguments of which command?");
        }
        None => None,
    };
    let sources = [
        ("command", command.is_some()),
        ("verb", form.verb.is_some()),
        ("enters", form.enters.is_some()),
        ("time", form.time.is_some()),
        ("urc", form.urc.is_some()),
    ];
    let named: Vec<_> = sources.iter().filter(|(_, named)| *named).map(|(key, _)| *key).collect();
    match (named.as_slice(), command) {
        ([], _) => Some(None),
        (["command"], Some(command)) => Some(Some(Event::Command(command))),
        (["command", "verb"] | ["verb"], command) => {
            let verb = form.verb?;
            if let Some(wanted) = &command {
                check_verb(verb, wanted.command, node, reader)?;
            }
            Some(Some(Event::Verb(verb, command)))
        }
        ([_], _) => Some(
            form.enters
                .map(Event::Enters)
                .or(form.time.map(Event::Time))
                .or(form.urc.clone().map(Event::Urc)),
        ),
        ([first, .., last], _) => {
            let message = format!("`{first}` and `{last}` don't happen at once: one is expected");
            reader.problem(node.span_of(last), message)
        }
    }
}

fn command_match(
    command: Command,
    form: &WhenForm,
    node: &Node,
    reader: &mut Reader,
) -> Option<CommandMatch> {
    let name = command.name();
    if let Some(wanted) = form.form.filter(|&wanted| !command.has(wanted)) {
        let message = format!("the fault can never fire: AT{name} has no {} form", wanted.word());
        return reader.problem(node.span_of("form"), message);
    }
    let most = command.most_parameters();
    if form.arguments.len() > most {
        let message = format!("the fault can never fire: AT{name} has at most {most} parameters");
        return reader.problem(node.span_of("arguments"), message);
    }
    if !form.arguments.is_empty() && form.form.is_some_and(|form| form != CallForm::Write) {
        let message = "the fault can never fire: only the write form has parameters";
        return reader.problem(node.span_of("arguments"), message);
    }
    Some(CommandMatch { command, form: form.form, arguments: form.arguments.clone() })
}

fn check_verb(verb: Verb, command: Command, node: &Node, reader: &mut Reader) -> Option<()> {
    let verbs = command.verbs();
    if verbs.contains(&verb) {
        return Some(());
    }
    let (name, verb) = (command.name(), verb.word());
    let sends = match verbs {
        [] => "it sends nothing to the server".to_owned(),
        verbs => format!(
            "it sends {}",
            verbs.iter().map(|verb| verb.word()).collect::<Vec<_>>().join(", ")
        ),
    };
    let message = format!("the fault can never fire: AT{name} never sends {verb}; {sends}");
    reader.problem(node.span_of("verb"), message)
}

impl When {
    /// The command that it is about.
    pub fn command(&self) -> Option<&CommandMatch> {
        match &self.event {
            Some(Event::Command(command) | Event::Verb(_, Some(command))) => Some(command),
            _ => None,
        }
    }
}

record! {
    /// At which byte a fault fires: one of these. In a transfer they are counted from its start;
    /// on the serial line from the start of the simulation, or with `when` from that moment.
    pub struct AtForm {
        /// Bytes that an upload has brought to the server.
        uploaded: Option<Size> = None,
        /// Bytes that a download or listing has brought from the server.
        downloaded: Option<Size> = None,
        /// Bytes that the host has received on the serial line.
        to_host: Option<Size> = None,
        /// Bytes that the host has sent on the serial line.
        from_host: Option<Size> = None,
    }
}

/// At which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// So many bytes of an upload have been passed on.
    Uploaded(u64),
    /// So many bytes of a download or listing have been passed on.
    Downloaded(u64),
    /// So many bytes went to the host.
    ToHost(u64),
    /// So many bytes came from the host.
    FromHost(u64),
}

impl Form for At {
    fn shape() -> Shape {
        AtForm::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<At> {
        let AtForm { uploaded, downloaded, to_host, from_host } = AtForm::read(node, reader)?;
        match (uploaded, downloaded, to_host, from_host) {
            (Some(Size(at)), None, None, None) => Some(At::Uploaded(at)),
            (None, Some(Size(at)), None, None) => Some(At::Downloaded(at)),
            (None, None, Some(Size(at)), None) => Some(At::ToHost(at)),
            (None, None, None, Some(Size(at))) => Some(At::FromHost(at)),
            _ => reader
                .problem(node.span, "one of uploaded, downloaded, to_host, from_host is expected"),
        }
    }
}

impl At {
    /// Whether it counts the bytes of a transfer.
    pub fn is_in_transfer(self) -> bool {
        matches!(self, At::Uploaded(_) | At::Downloaded(_))
    }

    /// Why such a byte never comes after `event`.
    pub(super) fn contradiction(self, event: &Event) -> Option<String> {
        let moves = match self {
            At::Uploaded(_) => "uploads",
            At::Downloaded(_) => "downloads",
            At::ToHost(_) | At::FromHost(_) => return None,
        };
        let up = matches!(self, At::Uploaded(_));
        match event {
            Event::Verb(verb, _) => {
                let fits = if up { verb.is_upload() } else { verb.is_download() };
                (!fits).then(|| format!("{} {moves} nothing", verb.word()))
            }
            Event::Command(CommandMatch { command, .. }) => {
                let fits = if up { command.is_upload() } else { command.is_download() };
                (!fits).then(|| format!("AT{} {moves} nothing", command.name()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn a_trigger_is_one_event_and_which_of_its_times() {
        let when: When =
            read("{command: +qftpput, arguments: ['*.bin', 'COM:'], nth: 2, in_state: a}")
                .expect("valid");
        let Some(Event::Command(found)) = &when.event else { panic!("{when:?}") };
        assert_eq!((found.command.name(), found.arguments.len()), ("+QFTPPUT", 2));
        assert_eq!(when.counting, Counting { nth: Some(2), ..Counting::default() });
        assert_eq!(when.in_state, Some(Name("a".to_owned())));

        let event = |text| read::<When>(text).and_then(|when| when.event);
        assert_eq!(event("verb: STOR"), Some(Event::Verb(Verb::Stor, None)));
        assert_eq!(event("enters: idle"), Some(Event::Enters(ModuleState::Idle)));
        assert_eq!(event("time: 2s"), Some(Event::Time(Duration::from_secs(2))));
        assert_eq!(event("urc: '+QIURC*'"), Some(Event::Urc(Glob("+QIURC*".to_owned()))));
        assert_eq!(event("nth: 2"), None);
        assert!(matches!(
            event("{command: +QFTPPUT, verb: STOR}"),
            Some(Event::Verb(Verb::Stor, Some(_)))
        ));
    }

    #[test]
    fn what_can_never_happen_is_told() {
        for (text, expected) in [
            ("{verb: STOR, nth: 0}", "1:19: the fault can never fire: the first time is 1"),
            (
                "{verb: STOR, nth: 2, from: 3}",
                "1:19: the fault can never fire: time 2 is before time 3",
            ),
            (
                "{verb: STOR, nth: 2, every: 2}",
                "1:19: the fault can never fire: time 2 is not among those of `every`",
            ),
            ("{time: 1s, nth: 2}", "1:8: the fault can never fire: a point of time comes once"),
            (
                "{command: +QFTPSIZE, form: read}",
                "1:28: the fault can never fire: AT+QFTPSIZE has no read form",
            ),
            (
                "{command: +QFTPSIZE, arguments: [a, b]}",
                "1:33: the fault can never fire: AT+QFTPSIZE has at most 1 parameters",
            ),
            (
                "{command: +QFTPSIZE, form: test, arguments: [a]}",
                "1:45: the fault can never fire: only the write form has parameters",
            ),
            (
                "{command: +QFTPSIZE, verb: RETR}",
                "1:28: the fault can never fire: AT+QFTPSIZE never sends RETR; it sends SIZE",
            ),
            (
                "{command: +CSQ, verb: RETR}",
                "1:23: the fault can never fire: AT+CSQ never sends RETR; it sends nothing to the \
                 server",
            ),
            (
                "{command: +QFTPSIZE, time: 1s}",
                "1:28: `command` and `time` don't happen at once: one is expected",
            ),
            ("{form: read}", "1:8: a form of which command?"),
            ("{arguments: [a]}", "1:13: arguments of which command?"),
            ("{command: +QFTPUT}", "1:11: unknown command `+QFTPUT`: did you mean `+QFTPPUT`?"),
            (
                "{command: AT+QFTPPUT}",
                "1:11: unknown command `AT+QFTPPUT`: did you mean `+QFTPPUT`?",
            ),
            (
                "{command: +NOSUCH}",
                "1:11: unknown command `+NOSUCH`: `qftpsim commands` lists them",
            ),
            ("{verb: stor}", "1:8: unknown word `stor`: did you mean `STOR`?"),
            ("{in_state: 'a b'}", "1:12: expected a name of letters, digits, - and _, found `a b`"),
        ] {
            assert_eq!(problems::<When>(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_place_is_one_number_of_bytes() {
        assert_eq!(read("uploaded: 32KiB"), Some(At::Uploaded(32 * 1024)));
        assert_eq!(read("to_host: 7"), Some(At::ToHost(7)));
        for text in ["{}", "{uploaded: 1, downloaded: 1}"] {
            assert_eq!(
                problems::<At>(text),
                ["1:1: one of uploaded, downloaded, to_host, from_host is expected"]
            );
        }
    }
}
