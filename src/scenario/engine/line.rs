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

    /// `passed` bytes have passed this way since the start: what becomes of the next ones, and
    /// until which byte that is all.
    pub fn line(&self, now: ModuleTime, way: LineWay, passed: u64) -> (u64, Option<LineDeed>) {
        self.engine().line(now, way, passed)
    }

    /// The next thing that happens to the line whatever passes.
    pub fn next_line_deed(&self) -> Option<LineDeed> {
        self.engine().line_deeds.pop_front()
    }

    /// Wakes `waker` when there is a [next deed](Self::next_line_deed).
    pub fn wake_line(&self, waker: &Waker) {
        let alarm = &mut self.engine().alarms.line;
        if !alarm.as_ref().is_some_and(|alarm| alarm.will_wake(waker)) {
            *alarm = Some(waker.clone());
        }
    }
}

impl Engine {
    fn line(&mut self, now: ModuleTime, way: LineWay, passed: u64) -> (u64, Option<LineDeed>) {
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
                    return (passed, Some(deed));
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
