//! What goes wrong between the FTP client and the server.

use std::time::Duration;

use super::rule::{Bound, Standing};
use super::{Conditions, Engine, Rules};
use crate::modem::intercept::Flow;
use crate::scenario::command::{Command, Verb};
use crate::scenario::faults::{ControlEnd, Deed, WireDeed};
use crate::scenario::trigger::{At, Event};
use crate::time::ModuleTime;

/// A moment on the wire at which something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The control connection is about to be opened.
    Opening,
    /// A TLS handshake is done.
    Handshake(Channel),
    /// The server is about to greet.
    Greeting,
    /// The client is about to say this.
    Said(Verb),
    /// The server's last word on a transfer is about to be read.
    FinalReply,
    /// The server has said where it listens for data.
    Announced,
    /// A data connection is about to be made.
    DataOpening,
}

/// A connection between client and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The control connection.
    Control,
    /// A data connection.
    Data,
}

impl Rules {
    /// What goes wrong at this moment.
    pub fn moment(&self, now: ModuleTime, moment: Moment) -> Option<WireDeed> {
        self.engine().moment(now, moment)
    }

    /// `passed` bytes of a data connection have passed this way: what goes wrong now, and until
    /// which byte that is all. Asked for each way as soon as the connection is open.
    pub fn data(&self, now: ModuleTime, flow: Flow, passed: u64) -> (u64, Option<WireDeed>) {
        self.engine().data(now, flow, passed)
    }

    /// How the control connection ends, if it does now whatever is being said.
    pub fn control_end(&self) -> Option<ControlEnd> {
        self.engine().control_end.take()
    }

    /// What the network is like now.
    pub fn network(&self, now: ModuleTime) -> Conditions {
        self.engine().network.at(now)
    }

    /// From a packet to its answer, this time.
    pub fn round_trip(&self, now: ModuleTime) -> Duration {
        self.engine().network.round_trip(now)
    }

    /// Whether nothing can ever go wrong on the wire as things are.
    pub fn leaves_wire_alone(&self) -> bool {
        let engine = self.engine();
        !engine.expects_more && engine.rules.is_empty() && engine.network.is_plain()
    }
}

impl Engine {
    fn moment(&mut self, now: ModuleTime, moment: Moment) -> Option<WireDeed> {
        if moment == Moment::Opening {
            // What was to end was another session.
            self.control_end = None;
        }
        if let Some(verb) = moment.verb() {
            self.said(now, verb, moment == Moment::Opening);
        }
        for at in 0..self.rules.len() {
            let rule = &self.rules[at];
            let byte_to_come = rule.fault.at.is_some_and(At::is_in_transfer)
                && rule.reached != Some(self.operation);
            if rule.armed.is_none() || byte_to_come {
                continue;
            }
            let Some(cause) = rule.cause_in(self.operation) else { continue };
            if let Deed::Wire(deed) = rule.fault.action.get().deed()
                && deed.has_its_moment(moment, rule.event())
            {
                self.fire(at, cause);
                return Some(deed);
            }
        }
        None
    }

    /// The client says `verb`: triggers the rules that wait for it.
    fn said(&mut self, now: ModuleTime, verb: Verb, opening: bool) {
        let cause = verb.word().to_owned();
        for at in 0..self.rules.len() {
            let rule = &self.rules[at];
            let Some(Event::Verb(wanted, on_behalf_of)) = rule.event() else { continue };
            let early =
                matches!(rule.fault.action.get().deed(), Deed::Wire(deed) if deed.is_early());
            if *wanted != verb || (verb == Verb::Greeting && early != opening) {
                continue;
            }
            if let Some(wanted) = on_behalf_of {
                let Some(command) = self.on_behalf.clone() else { continue };
                match wanted.matches(&command) {
                    Ok(()) => {}
                    Err(why) => {
                        let why = why.unwrap_or_else(|| format!("not AT{}", wanted.command.name()));
                        self.rules[at].nearly_matched(&command, &why);
                        continue;
                    }
                }
            }
            // PROT is about all data connections to come.
            let bound = if verb == Verb::Prot { Bound::Free } else { self.bound() };
            self.occurs_to(at, now, &cause, bound);
        }
    }

    fn bound(&self) -> Bound {
        Bound::Operation(self.operation)
    }

    fn data(&mut self, now: ModuleTime, flow: Flow, passed: u64) -> (u64, Option<WireDeed>) {
        if !self.flows(flow) {
            return (u64::MAX, None);
        }
        // The next part of an upload is a transfer of its own on the same connection.
        let (operation, before) = &mut self.before;
        if *operation != self.operation {
            (*operation, *before) = (self.operation, passed);
        }
        let before = *before;
        let mut until = u64::MAX;
        for at in 0..self.rules.len() {
            if let Some(deed) = self.standing(at, flow, passed) {
                return (passed, Some(deed));
            }
            let Some(byte) = self.byte_on_wire(at, flow) else { continue };
            let byte = before.saturating_add(byte);
            if passed < byte {
                until = until.min(byte);
                continue;
            }
            if self.is_modules(at) {
                // What happens to the module happens when it hears that so many have passed.
                return (passed, Some(WireDeed::DataStalls(None)));
            }
            let Some(cause) = self.reaches(at, byte - before) else { continue };
            match self.rules[at].fault.action.get().deed() {
                Deed::Wire(WireDeed::FinalReply(_)) => {
                    let bound = self.bound();
                    self.rules[at].arm(cause, bound, self.passed);
                    self.rules[at].reached = Some(self.operation);
                }
                Deed::Wire(deed) => {
                    self.fire(at, cause);
                    let (operation, until) = (self.operation, deed.stands_until(passed));
                    self.rules[at].standing =
                        until.map(|until| Standing { operation, flow, until });
                    return (passed, Some(deed));
                }
                deed => self.act(at, now, deed, cause),
            }
        }
        (until, None)
    }

    /// What rule `at` does to this data connection since an earlier byte.
    fn standing(&self, at: usize, flow: Flow, passed: u64) -> Option<WireDeed> {
        let rule = &self.rules[at];
        let standing = rule.standing.filter(|standing| {
            let here = (standing.operation, standing.flow) == (self.operation, flow);
            here && passed < standing.until
        })?;
        match rule.fault.action.get().deed() {
            Deed::Wire(WireDeed::DataInverted(_)) => {
                Some(WireDeed::DataInverted(standing.until - passed))
            }
            Deed::Wire(deed) => Some(deed),
            _ => None,
        }
    }

    /// The byte of this data connection at which rule `at` has something to do on the wire.
    fn byte_on_wire(&self, at: usize, flow: Flow) -> Option<u64> {
        let rule = &self.rules[at];
        match rule.fault.at {
            // A download that reaches its byte in the module is none of the wire's business.
            Some(At::Downloaded(_)) if self.is_modules(at) => None,
            Some(_) => self.byte_of(at, flow),
            None => {
                let data = matches!(rule.fault.action.get().deed(), Deed::Wire(deed) if deed.is_about_data());
                let now = rule.armed.is_some() && rule.cause_in(self.operation).is_some();
                (data && now).then_some(0)
            }
        }
    }

    /// Whether the transfer under way goes this way.
    fn flows(&self, flow: Flow) -> bool {
        let up = self.on_behalf.as_ref().is_some_and(|command| command.name == "+QFTPPUT");
        up == (flow == Flow::Upload)
    }
}

impl Moment {
    /// The verb that is said, or about to be.
    fn verb(self) -> Option<Verb> {
        match self {
            Moment::Opening | Moment::Greeting => Some(Verb::Greeting),
            Moment::Said(verb) => Some(verb),
            _ => None,
        }
    }
}

impl WireDeed {
    /// Whether it happens before there is a connection.
    fn is_early(&self) -> bool {
        matches!(self, WireDeed::Unresolvable | WireDeed::Unreachable | WireDeed::Refused)
    }

    /// Whether it happens to the bytes of a data connection.
    fn is_about_data(&self) -> bool {
        matches!(
            self,
            WireDeed::DataEnds(_)
                | WireDeed::DataStalls(_)
                | WireDeed::DataSwallowed
                | WireDeed::DataInverted(_)
        )
    }

    /// If it goes on with the bytes that follow: up to which one.
    fn stands_until(&self, passed: u64) -> Option<u64> {
        match self {
            WireDeed::DataStalls(None) | WireDeed::DataSwallowed | WireDeed::ControlEnds(_) => {
                Some(u64::MAX)
            }
            WireDeed::DataInverted(bytes) => Some(passed + bytes),
            _ => None,
        }
    }

    /// Whether this is its moment, given what has triggered it.
    fn has_its_moment(&self, moment: Moment, trigger: Option<&Event>) -> bool {
        match self {
            WireDeed::Unresolvable | WireDeed::Unreachable | WireDeed::Refused => {
                moment == Moment::Opening
            }
            WireDeed::Reply(_) | WireDeed::ControlEnds(_) => match (trigger, moment) {
                (Some(Event::Verb(Verb::Greeting, _)), moment) => moment == Moment::Greeting,
                (Some(Event::Verb(verb, _)), moment) => moment == Moment::Said(*verb),
                (Some(Event::Command(wanted)), Moment::Said(verb)) => {
                    wanted.command.says_mainly(verb)
                }
                (_, Moment::Said(verb)) => verb.is_transfer(),
                _ => false,
            },
            WireDeed::FinalReply(_) => moment == Moment::FinalReply,
            WireDeed::PassiveAddress(_) => moment == Moment::Announced,
            WireDeed::DataRefused | WireDeed::DataSilent => moment == Moment::DataOpening,
            WireDeed::TlsFails(_) => match trigger {
                Some(Event::Verb(Verb::Auth, _)) => moment == Moment::Handshake(Channel::Control),
                Some(Event::Command(wanted)) if !wanted.command.is_transfer() => {
                    moment == Moment::Handshake(Channel::Control)
                }
                _ => moment == Moment::Handshake(Channel::Data),
            },
            WireDeed::DataEnds(_)
            | WireDeed::DataStalls(_)
            | WireDeed::DataSwallowed
            | WireDeed::DataInverted(_) => false,
        }
    }
}

impl Command {
    /// Whether `verb` is what the command is about, of all that is said for it: the login of
    /// `AT+QFTPOPEN`, the transfer itself, the second half of a renaming.
    fn says_mainly(self, verb: Verb) -> bool {
        match self.name() {
            "+QFTPOPEN" => verb == Verb::Pass,
            "+QFTPRENAME" => verb == Verb::Rnto,
            _ if self.is_transfer() => verb.is_transfer(),
            _ => self.verbs().contains(&verb),
        }
    }
}
