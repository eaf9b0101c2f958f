//! What goes wrong in the module.

use super::rule::Bound;
use super::{Engine, Rules};
use crate::modem::intercept::{CommandVerdict, Effect, Flow, Interceptor, Outlook, UrcVerdict};
use crate::modem::record::CommandRecord;
use crate::modem::state::ModuleState;
use crate::scenario::faults::{Deed, Layer};
use crate::scenario::trigger::{At, Event};
use crate::time::ModuleTime;
use crate::transcript::secrets;

impl Interceptor for Rules {
    fn on_command(&mut self, now: ModuleTime, command: &CommandRecord) -> CommandVerdict {
        self.engine().on_command(now, command)
    }

    fn on_operation(&mut self, now: ModuleTime) {
        self.engine().on_operation(now);
    }

    fn on_urc(&mut self, now: ModuleTime, text: &str) -> UrcVerdict {
        self.engine().on_urc(now, text)
    }

    fn on_state(&mut self, now: ModuleTime, state: ModuleState) {
        let mut engine = self.engine();
        match state {
            ModuleState::Opening => engine.session = true,
            ModuleState::Closed => engine.session = false,
            _ => {}
        }
        let operation = Bound::Operation(engine.operation);
        let cause = format!("the module entered `{}`", state.word());
        let bound = if state == ModuleState::Transferring { operation } else { Bound::Free };
        engine.happens(now, &cause, bound, |event| *event == Event::Enters(state));
    }

    fn on_data(&mut self, now: ModuleTime, flow: Flow, moved: u64, coming: u64) -> u64 {
        self.engine().on_data(now, flow, moved, coming)
    }

    fn next_deadline(&self) -> Option<ModuleTime> {
        self.engine().next_point_of_time()
    }

    fn on_time(&mut self, now: ModuleTime) {
        let mut engine = self.engine();
        let passed = now - ModuleTime::ZERO;
        let due = |event: &Event| matches!(event, Event::Time(time) if *time <= passed);
        let cause = format!("it was {passed:?}");
        for at in 0..engine.rules.len() {
            // A point of time comes once.
            let rule = &mut engine.rules[at];
            if rule.event().is_some_and(due) && rule.reached.replace(0).is_none() {
                engine.occurs_to(at, now, &cause, Bound::Free);
            }
        }
    }

    fn next_effect(&mut self) -> Option<Effect> {
        let mut engine = self.engine();
        engine.stale = false;
        engine.effects.pop_front()
    }
}

impl Engine {
    fn on_command(&mut self, now: ModuleTime, command: &CommandRecord) -> CommandVerdict {
        self.rules.iter_mut().for_each(|rule| rule.disarm_pending());
        self.command = Some(command.clone());
        let mut verdict = CommandVerdict::Pass;
        for at in 0..self.rules.len() {
            let Some(Event::Command(wanted)) = self.rules[at].event() else { continue };
            match wanted.matches(command) {
                Err(None) => continue,
                Err(Some(why)) => {
                    self.rules[at].nearly_matched(command, &why);
                    continue;
                }
                Ok(()) => {}
            }
            let cause = secrets::hide_in_command(command);
            let Some(deed) = self.occurs_to(at, now, &cause, Bound::Pending) else { continue };
            if verdict != CommandVerdict::Pass {
                self.rules[at].nearly_matched(command, "another fault was first");
                continue;
            }
            match deed {
                Deed::Command(this) => {
                    verdict = this;
                    self.fire(at, cause);
                }
                Deed::Outcome(err, reply) => {
                    verdict = CommandVerdict::Outcome(err, reply);
                    self.rules[at].arm(cause, Bound::Pending, self.passed);
                }
                Deed::Outlook(outlook) => {
                    verdict = CommandVerdict::Outlook(outlook);
                    self.rules[at].arm(cause, Bound::Pending, self.passed);
                }
                _ => {}
            }
        }
        verdict
    }

    /// The command was not refused. What is about its outcome is done now; what is about the wire
    /// waits for its moment.
    fn on_operation(&mut self, _: ModuleTime) {
        self.operation += 1;
        // What was said about the connection was about the operation before.
        self.ring();
        self.on_behalf = self.command.take();
        for at in 0..self.rules.len() {
            let rule = &mut self.rules[at];
            let own =
                matches!(rule.fault.action.get().deed(), Deed::Outcome(..) | Deed::Outlook(_));
            match &mut rule.armed {
                Some(armed) if armed.bound == Bound::Pending => {
                    armed.bound = Bound::Operation(self.operation);
                    if own {
                        let cause = armed.cause.clone();
                        self.fire(at, cause);
                    }
                }
                // Another operation was meant.
                Some(armed) if armed.bound != Bound::Free => rule.armed = None,
                _ => {}
            }
        }
    }

    fn on_urc(&mut self, now: ModuleTime, text: &str) -> UrcVerdict {
        let cause = format!("`{text}` was about to go out");
        let mut verdict = UrcVerdict::Pass;
        for at in 0..self.rules.len() {
            let Some(Event::Urc(wanted)) = self.rules[at].event() else { continue };
            if !wanted.matches(text) {
                continue;
            }
            let Some(deed) = self.occurs_to(at, now, &cause, Bound::Free) else { continue };
            if verdict != UrcVerdict::Pass {
                continue;
            }
            verdict = match deed {
                Deed::Outlook(Outlook::Never) => UrcVerdict::Drop,
                Deed::Outlook(Outlook::Twice) => UrcVerdict::Twice,
                Deed::Outlook(Outlook::Late(by)) => UrcVerdict::Late(by),
                Deed::Outcome(err, reply) => {
                    let (prefix, _) = text.split_once(':').unwrap_or((text, ""));
                    UrcVerdict::Replace(format!("{prefix}: {},{reply}", err.code()))
                }
                _ => continue,
            };
            self.fire(at, cause.clone());
        }
        verdict
    }

    /// Something happened that is not a command: every rule that waits for it is told.
    pub(super) fn happens(
        &mut self,
        now: ModuleTime,
        cause: &str,
        bound: Bound,
        is_it: impl Fn(&Event) -> bool,
    ) {
        for at in 0..self.rules.len() {
            if self.rules[at].event().is_some_and(&is_it) {
                self.occurs_to(at, now, cause, bound);
            }
        }
    }

    /// What rule `at` waits for happens once more.
    pub(super) fn occurs_to(
        &mut self,
        at: usize,
        now: ModuleTime,
        cause: &str,
        bound: Bound,
    ) -> Option<Deed> {
        let counts = self.rules[at].occurs(&self.state, cause);
        counts.then(|| self.trigger(at, now, cause, bound)).flatten()
    }

    fn next_point_of_time(&self) -> Option<ModuleTime> {
        let times = self.rules.iter().filter(|rule| rule.reached.is_none());
        let times = times.filter_map(|rule| match rule.event() {
            Some(Event::Time(time)) => Some(ModuleTime::ZERO + *time),
            _ => None,
        });
        times.min()
    }

    /// Faults of the module and of the serial line at a byte of a transfer.
    fn on_data(&mut self, now: ModuleTime, flow: Flow, moved: u64, coming: u64) -> u64 {
        let mut passing = coming;
        for at in 0..self.rules.len() {
            if !self.is_modules(at) {
                continue;
            }
            let Some(byte) = self.byte_of(at, flow) else { continue };
            if moved < byte {
                passing = passing.min(byte - moved);
                continue;
            }
            // A barrier on the wire may have waited for this.
            self.ring();
            if let Some(cause) = self.reaches(at, byte) {
                let deed = self.rules[at].fault.action.get().deed();
                self.act(at, now, deed, cause);
            }
        }
        passing
    }

    /// Whether rule `at` is one that the modem itself asks about at a byte of a transfer.
    pub(super) fn is_modules(&self, at: usize) -> bool {
        matches!(self.rules[at].fault.action.get().layer(), Layer::Module | Layer::Line)
    }

    /// The byte of the transfer under way that rule `at` still waits for.
    pub(super) fn byte_of(&self, at: usize, flow: Flow) -> Option<u64> {
        let rule = &self.rules[at];
        let byte = match (rule.fault.at, flow) {
            (Some(At::Uploaded(byte)), Flow::Upload) => byte,
            (Some(At::Downloaded(byte)), Flow::Download) => byte,
            _ => return None,
        };
        let open = rule.reached != Some(self.operation);
        (open && rule.cause_in(self.operation).is_some()).then_some(byte)
    }

    /// The byte of rule `at` is reached: the cause, if it fires now. One that waits for nothing
    /// but the byte counts these.
    pub(super) fn reaches(&mut self, at: usize, byte: u64) -> Option<String> {
        let operation = self.operation;
        let rule = &mut self.rules[at];
        rule.reached = Some(operation);
        let trigger = rule.cause_in(operation)?;
        let by_byte = rule.event().is_none();
        let cause =
            if by_byte { format!("byte {byte}") } else { format!("{trigger}, byte {byte}") };
        (!by_byte || rule.occurs(&self.state, &cause)).then_some(cause)
    }
}
