//! The faults: what goes wrong, when, and how often.
//!
//! Each kind is one file in the folder of its layer: how it is written, what it means, and where
//! it makes sense. Adding one is that file, named in its folder, and one line in the list of
//! [`Action`] below.

mod deed;
mod line;
mod module;
mod network;
mod wire;

use std::collections::{BTreeMap, BTreeSet};

use super::command::Verb;
use super::form::{Form, Reader, choice, record};
use super::node::Node;
use super::shape::Shape;
use super::trigger::{At, Event, Name, START, When};
use crate::modem::state::ModuleState;

pub use deed::*;
pub use line::*;
pub use module::*;
pub use network::*;
pub use wire::*;

/// Where in the chain between host and server a fault does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// In the module itself.
    Module,
    /// Between the module's FTP client and the server.
    Wire,
    /// In the network between them.
    Network,
    /// On the serial line.
    Line,
}

/// What a kind of fault says of itself.
pub trait FaultKind {
    /// Where it does its work.
    fn layer(&self) -> Layer;

    /// What has to trigger it.
    fn needs(&self) -> Needs;

    /// What it does.
    fn deed(&self) -> Deed;
}

/// What has to trigger a fault, so that it has something to work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anything.
    Anything,
    /// A command.
    Command,
    /// A command whose outcome is told by a later line.
    CommandWithOutcome,
    /// Such a command, or such a line.
    Outcome,
    /// Something said to the server.
    Exchange,
    /// The opening of a session.
    Opening,
    /// A transfer.
    Transfer,
    /// A data connection that is about to be made.
    DataConnection,
    /// The opening of a session, or a transfer: each has its handshake.
    Handshake,
    /// A byte on the serial line.
    SerialByte,
}

impl Needs {
    fn describe(self) -> &'static str {
        match self {
            Needs::Anything => "anything",
            Needs::Command => "a `command`, without `at`",
            Needs::CommandWithOutcome => "a `command` that has an outcome, without `at`",
            Needs::Outcome => "a `command` that has an outcome, or a `urc`, without `at`",
            Needs::Exchange => "a `verb`, a `command` that sends one, or a byte of a transfer",
            Needs::Opening => "the `command` +QFTPOPEN or the `verb` GREETING",
            Needs::Transfer => {
                "a byte of a transfer, the `verb` or `command` of one, or `enters: transferring`"
            }
            Needs::DataConnection => {
                "the `command` of a transfer, the `verb` PASV or EPSV, or `enters: transferring`"
            }
            Needs::Handshake => "the `command` +QFTPOPEN, the `verb` AUTH or PROT, or a transfer",
            Needs::SerialByte => "`at` with `to_host` or `from_host`",
        }
    }

    fn are_met(self, event: Option<&Event>, at: Option<At>) -> bool {
        let in_transfer = at.is_some_and(At::is_in_transfer);
        let command = match event {
            Some(Event::Command(found)) => Some(found.command),
            _ => None,
        };
        let verb = match event {
            Some(Event::Verb(verb, _)) => Some(*verb),
            _ => None,
        };
        let opens = command.is_some_and(|command| command.0.name == "+QFTPOPEN");
        let outcome = command.is_some_and(|command| command.has_outcome());
        match self {
            Needs::Anything => true,
            Needs::CommandWithOutcome => outcome && at.is_none(),
            Needs::Command => command.is_some() && at.is_none(),
            Needs::Outcome => (outcome || matches!(event, Some(Event::Urc(_)))) && at.is_none(),
            Needs::Exchange => {
                let sends = command.is_some_and(|command| !command.verbs().is_empty());
                in_transfer || verb.is_some() || sends
            }
            Needs::Opening => opens || verb == Some(Verb::Greeting),
            Needs::Transfer => {
                in_transfer
                    || command.is_some_and(|command| command.is_transfer())
                    || verb.is_some_and(Verb::is_transfer)
                    || event == Some(&Event::Enters(ModuleState::Transferring))
            }
            Needs::DataConnection => {
                // Before it says PORT, the modem listens, or not.
                matches!(verb, Some(Verb::Pasv | Verb::Epsv))
                    || command.is_some_and(|command| command.is_transfer())
                    || event == Some(&Event::Enters(ModuleState::Transferring))
            }
            Needs::Handshake => {
                opens
                    || matches!(verb, Some(Verb::Auth | Verb::Prot))
                    || Needs::Transfer.are_met(event, at)
            }
            Needs::SerialByte => matches!(at, Some(At::ToHost(_) | At::FromHost(_))),
        }
    }
}

choice! {
    /// What a fault does.
    pub enum Action as FaultKind {
        // In the module.
        CmeError = "cme_error",
        PlainError = "error",
        Outcome = "outcome",
        NoResult = "no_result",
        NoUrc = "no_urc",
        Late = "late",
        Doubled = "doubled",
        UrcBeforeOk = "urc_before_ok",
        StrayUrc = "stray_urc",
        Hang = "hang",
        Restart = "restart",
        SimRemoved = "sim_removed",
        Deregistered = "deregistered",
        PdpDropped = "pdp_dropped",
        StoreFull = "store_full",
        StoreError = "store_error",
        HandleLost = "handle_lost",
        // Between FTP client and server.
        Reply = "reply",
        FinalReply = "final_reply",
        Goodbye = "goodbye",
        ControlClosed = "control_closed",
        ControlReset = "control_reset",
        SlowServer = "slow_server",
        PassiveAddress = "passive_address",
        DataRefused = "data_refused",
        DataSilent = "data_silent",
        DataCut = "data_cut",
        DataReset = "data_reset",
        DataStalled = "data_stalled",
        DataTruncated = "data_truncated",
        DataCorrupted = "data_corrupted",
        TlsFailure = "tls_failure",
        // In the network.
        Unresolvable = "unresolvable",
        Unreachable = "unreachable",
        Refused = "refused",
        Latency = "latency",
        Bandwidth = "bandwidth",
        RadioLost = "radio_lost",
        // On the serial line.
        Pace = "pace",
        Slices = "slices",
        Lost = "lost",
        Repeated = "repeated",
        Flipped = "flipped",
        Garbage = "garbage",
        Dtr = "dtr",
        Dcd = "dcd",
        PortVanishes = "port_vanishes",
    }
}

record! {
    /// Something that goes wrong: `when` this happens, or `at` this byte, or at this byte after
    /// that happened, `do` this.
    pub struct Fault {
        /// Its name, by which reports speak of it.
        name: Name,
        /// What has to happen.
        when: Option<When> = None,
        /// At which byte.
        at: Option<At> = None,
        /// What goes wrong.
        action as "do": Action,
        /// The state of the scenario after it fired.
        then_state: Option<Name> = None,
        /// A run in which it never fired has failed; `true` unless told.
        must_fire: bool = true,
    }
    check Fault::check
}

impl Fault {
    fn check(&self, node: &Node, reader: &mut Reader) {
        let event = self.when.as_ref().and_then(|when| when.event.as_ref());
        if event.is_none() && self.at.is_none() {
            let span = self.when.as_ref().map_or(node.span, |_| node.span_of("when"));
            let message = "the fault can never fire: expected `at`, or `when` with one of \
                           command, verb, enters, time, urc";
            return reader.problem::<()>(span, message).unwrap_or(());
        }
        if let (Some(event), Some(at)) = (event, self.at)
            && let Some(why) = at.contradiction(event)
        {
            let message = format!("the fault can never fire: {why}");
            return reader.problem::<()>(node.span_of("at"), message).unwrap_or(());
        }
        if self.at.is_some_and(At::is_in_transfer) && self.is_before_data() {
            let message = format!(
                "the fault can never fire: `{}` is about what comes before the first byte",
                self.action.key()
            );
            return reader.problem::<()>(node.span_of("at"), message).unwrap_or(());
        }
        let needs = self.action.get().needs();
        if !needs.are_met(event, self.at) {
            let message = format!("`{}` is triggered by {}", self.action.key(), needs.describe());
            reader.problem::<()>(node.span_of("do"), message);
        }
    }
}

impl Fault {
    /// Whether all is over with it when the first byte of a transfer passes.
    fn is_before_data(&self) -> bool {
        use WireDeed::{
            DataRefused, DataSilent, PassiveAddress, Refused, TlsFails, Unreachable, Unresolvable,
        };
        matches!(
            self.action.get().deed(),
            Deed::Wire(
                DataRefused
                    | DataSilent
                    | PassiveAddress(_)
                    | Refused
                    | TlsFails(_)
                    | Unreachable
                    | Unresolvable
            )
        )
    }
}

/// Names that are taken, whether each fault by itself can be read or not.
pub(super) fn check_names(faults: &Node, reader: &mut Reader) {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for name in faults.items().iter().filter_map(|fault| fault.get("name")) {
        let Some(text) = name.text() else { continue };
        if let Some(line) = lines.get(text) {
            let message = format!("the name `{text}` is taken: see line {line}");
            reader.problem::<()>(name.span, message);
        } else {
            lines.insert(text, name.span.line);
        }
    }
}

/// States that no fault of the scenario leads to.
pub(super) fn check_states(faults: &Node, reader: &mut Reader) {
    let ways: Vec<Way<'_>> = faults.items().iter().map(Way::of).collect();
    let entered: BTreeSet<_> = ways.iter().filter_map(|way| way.to).collect();
    let reachable = reachable(&ways);
    for from in ways.iter().filter_map(|way| way.from) {
        let Some(state) = from.text().filter(|state| !reachable.contains(state)) else { continue };
        let why = if entered.contains(state) {
            format!("no way leads from `{START}` to the state `{state}`")
        } else {
            format!("no fault has `then_state: {state}`")
        };
        reader.problem::<()>(from.span, format!("the fault can never fire: {why}"));
    }
}

/// All faults of a modem at once. States that none of them leads to are no problem: somebody at
/// the controls may enter them.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultList(pub Vec<Fault>);

impl Form for FaultList {
    fn shape() -> Shape {
        Vec::<Fault>::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<FaultList> {
        check_names(node, reader);
        Vec::<Fault>::read(node, reader).map(FaultList)
    }
}

/// What a fault makes of the states of a scenario.
struct Way<'a> {
    /// Where it can fire; everywhere without.
    from: Option<&'a Node>,
    /// Where it leads; nowhere without.
    to: Option<&'a str>,
}

impl<'a> Way<'a> {
    fn of(fault: &'a Node) -> Way<'a> {
        let from = fault.get("when").and_then(|when| when.get("in_state"));
        Way { from, to: fault.get("then_state").and_then(Node::text) }
    }
}

/// The states that the scenario can come to.
fn reachable<'a>(ways: &[Way<'a>]) -> BTreeSet<&'a str> {
    let mut from: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for way in ways {
        let state = way.from.map_or(Some(START), Node::text);
        if let (Some(state), Some(to)) = (state, way.to) {
            from.entry(state).or_default().push(to);
        }
    }
    let mut states = BTreeSet::new();
    let mut open = vec![START];
    while let Some(state) = open.pop() {
        if states.insert(state) {
            open.extend(from.get(state).into_iter().flatten());
        }
    }
    states
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    /// The kinds with their documentation.
    fn kinds() -> Vec<(&'static str, &'static str)> {
        let Shape::Choice(kinds) = Action::shape() else { panic!("actions are a choice") };
        kinds.fields.iter().map(|field| (field.key, field.doc)).collect()
    }

    #[test]
    fn every_kind_is_documented_with_an_example_that_reads() {
        for (key, doc) in kinds() {
            let (_, from) = doc.split_once("`do: ").unwrap_or_else(|| panic!("{key}: no example"));
            let (example, _) = from.split_once('`').expect("the example ends");
            assert_eq!(problems::<Action>(example), [] as [String; 0], "{key}: {example}");
            assert_eq!(read::<Action>(example).expect("valid").key(), key, "{example}");
        }
    }

    #[test]
    fn there_are_kinds_in_every_layer_and_each_key_once() {
        let keys: BTreeSet<_> = kinds().iter().map(|(key, _)| *key).collect();
        assert_eq!(keys.len(), kinds().len());
        assert_eq!(keys.len(), 47);
    }

    #[test]
    fn a_fault_is_a_trigger_and_an_action() {
        let fault: Fault =
            read("{name: quota, when: {command: +QFTPPUT, nth: 2}, at: {uploaded: 32KiB}, do: {reply: 452}}")
                .expect("valid");
        assert_eq!((fault.name.0.as_str(), fault.must_fire), ("quota", true));
        assert_eq!(fault.at, Some(At::Uploaded(32 * 1024)));
        assert_eq!(fault.action.key(), "reply");
        assert_eq!(fault.action.get().layer(), Layer::Wire);
    }

    #[test]
    fn an_action_needs_something_to_work_on() {
        let fault = |rest: &str| problems::<Fault>(&format!("{{name: a, {rest}}}"));
        for (rest, expected) in [
            (
                "do: hang",
                "1:1: the fault can never fire: expected `at`, or `when` with one of command, \
                 verb, enters, time, urc",
            ),
            (
                "when: {nth: 2}, do: hang",
                "1:17: the fault can never fire: expected `at`, or `when` with one of command, \
                 verb, enters, time, urc",
            ),
            (
                "when: {command: +QFTPGET}, at: {uploaded: 1}, do: data_cut",
                "1:42: the fault can never fire: AT+QFTPGET uploads nothing",
            ),
            (
                "when: {verb: STOR}, at: {downloaded: 1}, do: data_cut",
                "1:35: the fault can never fire: STOR downloads nothing",
            ),
            (
                "when: {time: 1s}, do: {cme_error: 3}",
                "1:33: `cme_error` is triggered by a `command`, without `at`",
            ),
            (
                "when: {command: +QFTPSTAT}, do: no_urc",
                "1:43: `no_urc` is triggered by a `command` that has an outcome, or a `urc`, \
                 without `at`",
            ),
            (
                "when: {command: +CSQ}, do: {reply: 500}",
                "1:38: `reply` is triggered by a `verb`, a `command` that sends one, or a byte of \
                 a transfer",
            ),
            (
                "when: {command: +QFTPSIZE}, do: unresolvable",
                "1:43: `unresolvable` is triggered by the `command` +QFTPOPEN or the `verb` \
                 GREETING",
            ),
            (
                "when: {command: +QFTPSIZE}, do: data_cut",
                "1:43: `data_cut` is triggered by a byte of a transfer, the `verb` or `command` \
                 of one, or `enters: transferring`",
            ),
            (
                "when: {command: +QFTPSIZE}, do: tls_failure",
                "1:43: `tls_failure` is triggered by the `command` +QFTPOPEN, the `verb` AUTH or \
                 PROT, or a transfer",
            ),
            (
                "when: {command: +QFTPSIZE}, do: lost",
                "1:43: `lost` is triggered by `at` with `to_host` or `from_host`",
            ),
        ] {
            assert_eq!(fault(rest), [expected], "{rest}");
        }
        for rest in [
            "when: {enters: transferring}, do: data_cut",
            "when: {urc: '+QFTPPUT*'}, do: doubled",
            "at: {downloaded: 7}, do: restart",
            "at: {to_host: 7}, do: lost",
            "when: {command: +QFTPOPEN}, do: tls_failure",
        ] {
            assert_eq!(fault(rest), [] as [String; 0], "{rest}");
        }
    }
}
