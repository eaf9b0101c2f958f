//! What goes wrong on the serial line.

use std::task::Waker;

use super::rule::{Armed, Rule};
use super::{Engine, Rules};
use crate::scenario::faults::{Deed, Layer, LineDeed};
use crate::scenario::trigger::At;
use crate::time::ModuleTime;

/// Which way bytes go on the serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineWay {
    /// From the module to the host.
    ToHost,
    /// From the host to the module.
    FromHost,
}

/// What a fault does to the next bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Damage {
    /// The name of the fault.
    pub fault: String,
    /// They are lost, repeated, or flipped.
    pub deed: LineDeed,
}

/// What changes on the serial line, whatever passes.
#[derive(Clone, Debug, PartialEq)]
pub enum LineChange {
    /// The fault of this name does something.
    Begins(String, LineDeed),
    /// What the fault of this name did is over.
    Ends(String),
    /// What any fault did is over.
    AllEnd,
}

impl Rules {
    /// Whether they never have anything to do with the serial line.
    pub fn leaves_line_alone(&self) -> bool {
        let engine = self.engine();
        !engine.expects_more
            && engine.rules.iter().all(|Rule { fault, .. }| {
                let on_line = matches!(fault.at, Some(At::ToHost(_) | At::FromHost(_)));
                !on_line && fault.action.get().layer() != Layer::Line
            })
    }

    /// `passed` bytes have passed this way since the start: what becomes of the next ones, by which
    /// fault, and until which byte that is all.
    pub fn line(&self, now: ModuleTime, way: LineWay, passed: u64) -> (u64, Option<Damage>) {
        self.engine().line(now, way, passed)
    }

    /// The next thing that changes on the line.
    pub fn next_line_change(&self) -> Option<LineChange> {
        self.engine().line_changes.pop_front()
    }

    /// Wakes `waker` when there is a [next change](Self::next_line_change).
    pub fn wake_line(&self, waker: &Waker) {
        let alarm = &mut self.engine().alarms.line;
        if !alarm.as_ref().is_some_and(|alarm| alarm.will_wake(waker)) {
            *alarm = Some(waker.clone());
        }
    }
}

impl Engine {
    /// Something changes on the line, for whoever carries it out.
    pub(super) fn change_line(&mut self, change: LineChange) {
        self.line_changes.push_back(change);
        if let Some(waker) = &self.alarms.line {
            waker.wake_by_ref();
        }
    }

    /// What the fault of this name did to the line is over.
    pub(super) fn end_on_line(&mut self, name: &str) {
        self.line_changes
            .retain(|change| !matches!(change, LineChange::Begins(other, _) if other == name));
        self.change_line(LineChange::Ends(name.to_owned()));
    }

    /// What any fault did to the line is over.
    pub(super) fn end_all_on_line(&mut self) {
        self.line_changes.clear();
        self.change_line(LineChange::AllEnd);
    }

    fn line(&mut self, now: ModuleTime, way: LineWay, passed: u64) -> (u64, Option<Damage>) {
        self.passed[way as usize] = passed;
        let mut until = u64::MAX;
        for at in 0..self.rules.len() {
            let Some((byte, cause)) = self.byte_on_line(at, way) else { continue };
            if passed < byte {
                until = until.min(byte);
                continue;
            }
            let rule = &mut self.rules[at];
            let by_byte = rule.event().is_none();
            if by_byte {
                rule.reached = Some(0);
                if !rule.occurs(&self.state, &cause) {
                    continue;
                }
            }
            match rule.fault.action.get().deed() {
                Deed::Line(
                    deed @ (LineDeed::Lost(_) | LineDeed::Repeated(_) | LineDeed::Flipped { .. }),
                ) => {
                    self.fire(at, cause);
                    let fault = self.rules[at].fault.name.0.clone();
                    return (passed, Some(Damage { fault, deed }));
                }
                deed => self.act(at, now, deed, cause),
            }
        }
        (until, None)
    }

    /// The byte that rule `at` waits for this way, counted from the start, and what makes it fire
    /// there.
    fn byte_on_line(&self, at: usize, way: LineWay) -> Option<(u64, String)> {
        let rule = &self.rules[at];
        let byte = match (rule.fault.at, way) {
            (Some(At::ToHost(byte)), LineWay::ToHost) => byte,
            (Some(At::FromHost(byte)), LineWay::FromHost) => byte,
            _ => return None,
        };
        match (&rule.armed, rule.event()) {
            (Some(Armed { cause, passed, .. }), _) => {
                Some((passed[way as usize] + byte, format!("{cause}, byte {byte}")))
            }
            (None, None) if rule.reached.is_none() => Some((byte, format!("byte {byte}"))),
            _ => None,
        }
    }
}
