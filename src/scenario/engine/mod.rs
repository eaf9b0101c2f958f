//! The faults of a scenario at work: what happens is held against every rule, and where one
//! matches, it says what goes wrong.
//!
//! There is one [`Rules`] for each modem, shared by all the places where something can go wrong:
//!
//! | place | how it asks | file |
//! | --- | --- | --- |
//! | the module | as its [`Interceptor`](crate::modem::intercept::Interceptor) | `module.rs` |
//! | between FTP client and server, and the network | [`Rules::moment`], [`Rules::data`], [`Rules::network`] | `wire.rs` |
//! | the serial line | [`Rules::line`], [`Rules::next_line_change`] | `line.rs` |
//!
//! A fault is *triggered* when its `when` has happened as often as it says, and *fires* when it
//! does its work: at once, or at its byte, or at its moment on the wire. What a command triggers
//! for the wire holds for the operation of that command, and for no other. Everything random is
//! drawn from one seeded generator a rule.

mod line;
mod module;
mod network;
mod rule;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::Scenario;
use super::faults::{Condition, ControlEnd, Deed, Fault, WireDeed};
use super::link::LinkPlan;
use super::trigger::START;
use crate::modem::intercept::Effect;
use crate::modem::record::CommandRecord;
use crate::time::ModuleTime;
use crate::transcript::event::FaultFired;
use network::Network;
use rule::{Bound, Rule};

pub use line::{Damage, LineChange, LineWay};
pub use network::Conditions;
pub use wire::{Channel, Moment};

/// So many news are kept for somebody who asks; older ones are dropped first.
const KEPT_NEWS: usize = 1024;

/// The faults of one modem, and how far they are.
#[derive(Clone, Debug)]
pub struct Rules(Arc<Mutex<Engine>>);

/// Something that the rules have to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A fault did its work.
    Fired(FaultFired),
    /// The scenario has entered a state.
    State(String),
}

/// How far a fault is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultStatus {
    /// Its name.
    pub name: String,
    /// What it does, by its key: `data_cut`.
    pub action: &'static str,
    /// Whether a run in which it never fired has failed.
    pub must_fire: bool,
    /// How often it did its work.
    pub fired: u64,
    /// It is triggered, and waits for its byte or its moment.
    pub waits: bool,
    /// If it never fired: what came closest, and what did not match.
    pub nearest: Option<String>,
}

/// A name that is taken, or that no fault has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A fault has this name already.
    #[error("there is a fault called {0} already")]
    Taken(String),
    /// No fault has this name.
    #[error("there is no fault called {0}")]
    Unknown(String),
}

/// Who is told when there is something to do that nobody asked about.
#[derive(Default)]
struct Alarms {
    modem: Option<Waker>,
    line: Option<Waker>,
    wire: Option<Box<dyn Fn() + Send>>,
}

impl fmt::Debug for Alarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alarms")
    }
}

#[derive(Debug)]
struct Engine {
    seed: u64,
    rules: Vec<Rule>,
    /// There may be more rules later.
    expects_more: bool,
    state: String,
    /// The command that is being carried out.
    command: Option<CommandRecord>,
    /// The FTP operation under way, or the last one: its number, and its command.
    operation: u64,
    on_behalf: Option<CommandRecord>,
    /// An operation, and how many bytes of its data connection had passed before it.
    before: (u64, u64),
    network: Network,
    /// Whether a session is open, or about to be.
    session: bool,
    /// Whether the modem has not been told yet that there are other faults.
    stale: bool,
    /// Bytes that have passed on the serial line, to the host and from it.
    passed: [u64; 2],
    effects: VecDeque<Effect>,
    line_changes: VecDeque<LineChange>,
    control_end: Option<ControlEnd>,
    news: VecDeque<News>,
    alarms: Alarms,
}

impl Rules {
    /// The faults of `scenario`; everything random is drawn from `seed`.
    pub fn of(scenario: &Scenario, seed: u64) -> Rules {
        Rules::new(scenario.faults.clone(), scenario.link.clone(), seed)
    }

    /// These faults, in a network like this.
    pub fn new(faults: Vec<Fault>, link: LinkPlan, seed: u64) -> Rules {
        Rules(Arc::new(Mutex::new(Engine {
            seed,
            rules: faults.into_iter().map(|fault| Rule::new(fault, seed)).collect(),
            expects_more: false,
            state: START.to_owned(),
            command: None,
            operation: 0,
            on_behalf: None,
            before: (0, 0),
            network: Network::new(link, seed),
            session: false,
            stale: false,
            passed: [0; 2],
            effects: VecDeque::new(),
            line_changes: VecDeque::new(),
            control_end: None,
            news: VecDeque::new(),
            alarms: Alarms::default(),
        })))
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is to tell since the last time.
    pub fn news(&self) -> Vec<News> {
        self.engine().news.drain(..).collect()
    }

    /// The state of the scenario.
    pub fn state(&self) -> String {
        self.engine().state.clone()
    }

    /// The scenario enters a state.
    pub fn enter(&self, state: &str) {
        self.engine().enter(state);
    }

    /// How far every fault is.
    pub fn status(&self) -> Vec<FaultStatus> {
        self.engine().rules.iter().map(Rule::status).collect()
    }

    /// Faults may come later: the wire and the line are not left alone, whatever there is now.
    pub fn expect_more(&self) {
        self.engine().expects_more = true;
    }

    /// One more fault, behind all others.
    ///
    /// # Errors
    /// Its name is taken.
    pub fn add(&self, fault: Fault) -> Result<(), RulesError> {
        let mut engine = self.engine();
        if engine.rules.iter().any(|rule| rule.fault.name == fault.name) {
            return Err(RulesError::Taken(fault.name.0));
        }
        let rule = Rule::new(fault, engine.seed);
        engine.rules.push(rule);
        engine.change();
        Ok(())
    }

    /// Without the fault of this name; what it did to the network or the line is over.
    ///
    /// # Errors
    /// There is none.
    pub fn remove(&self, name: &str) -> Result<(), RulesError> {
        let mut engine = self.engine();
        let before = engine.rules.len();
        engine.rules.retain(|rule| rule.fault.name.0 != name);
        if engine.rules.len() == before {
            return Err(RulesError::Unknown(name.to_owned()));
        }
        engine.network.forget(name);
        engine.end_on_line(name);
        engine.change();
        Ok(())
    }

    /// These faults instead of all there are, in one step. The scenario begins in its first state
    /// again.
    pub fn replace(&self, faults: Vec<Fault>) {
        self.engine().replace(faults);
    }

    /// The same faults as if nothing had happened yet.
    pub fn reset(&self) {
        let mut engine = self.engine();
        let faults = engine.rules.iter().map(|rule| rule.fault.clone()).collect();
        engine.replace(faults);
    }

    /// Wakes `waker` when something is to happen to the modem that no question of its brought up.
    pub fn wake_modem(&self, waker: &Waker) {
        let alarm = &mut self.engine().alarms.modem;
        if !alarm.as_ref().is_some_and(|alarm| alarm.will_wake(waker)) {
            *alarm = Some(waker.clone());
        }
    }

    /// Whether something is to happen to the modem, or it has to ask anew when something will.
    pub fn has_effects(&self) -> bool {
        let engine = self.engine();
        engine.stale || !engine.effects.is_empty()
    }

    /// Calls `ring` when what was said about the wire does not hold any more.
    pub fn on_wire_change(&self, ring: impl Fn() + Send + 'static) {
        self.engine().alarms.wire = Some(Box::new(ring));
    }
}

impl Engine {
    /// There are other faults than before: everybody is to ask anew.
    fn change(&mut self) {
        self.stale = true;
        if let Some(waker) = &self.alarms.modem {
            waker.wake_by_ref();
        }
        self.ring();
    }

    /// The wire is to ask anew.
    fn ring(&self) {
        if let Some(ring) = &self.alarms.wire {
            ring();
        }
    }

    fn replace(&mut self, faults: Vec<Fault>) {
        self.rules = faults.into_iter().map(|fault| Rule::new(fault, self.seed)).collect();
        self.network.forget_all();
        self.end_all_on_line();
        self.enter(START);
        self.change();
    }

    fn enter(&mut self, state: &str) {
        if self.state != state {
            state.clone_into(&mut self.state);
            self.tell(News::State(state.to_owned()));
        }
    }

    fn tell(&mut self, news: News) {
        if self.news.len() == KEPT_NEWS {
            self.news.pop_front();
        }
        self.news.push_back(news);
    }

    /// Rule `at` does its work.
    fn fire(&mut self, at: usize, cause: String) {
        let rule = &mut self.rules[at];
        rule.fired += 1;
        rule.armed = None;
        let fault = &rule.fault;
        let fired =
            FaultFired { name: fault.name.0.clone(), action: fault.action.key().to_owned(), cause };
        let then = fault.then_state.as_ref().map(|state| state.0.clone());
        self.tell(News::Fired(fired));
        if let Some(state) = then {
            self.enter(&state);
        }
    }

    /// What rule `at` waits for has happened: it does its work, or waits for its byte or moment.
    /// Gives back what becomes of a command or its outcome: that is for who asked.
    fn trigger(&mut self, at: usize, now: ModuleTime, cause: &str, bound: Bound) -> Option<Deed> {
        let rule = &mut self.rules[at];
        let deed = rule.fault.action.get().deed();
        if is_sudden(&deed) && bound == Bound::Free && !self.session && rule.fault.at.is_none() {
            rule.found_nothing(cause, "there was no session to end");
            return None;
        }
        let moment = matches!(deed, Deed::Wire(_)) && (bound != Bound::Free || !is_sudden(&deed));
        if rule.fault.at.is_some() || moment {
            rule.arm(cause.to_owned(), bound, self.passed);
            self.ring();
            return None;
        }
        match deed {
            Deed::Command(_) | Deed::Outcome(..) | Deed::Outlook(_) => return Some(deed),
            _ => self.act(at, now, deed, cause.to_owned()),
        }
        None
    }

    /// Rule `at` does what needs nobody to ask.
    fn act(&mut self, at: usize, now: ModuleTime, deed: Deed, cause: String) {
        self.fire(at, cause);
        match deed {
            Deed::Effect(effect) => {
                self.effects.push_back(effect);
                if let Some(waker) = &self.alarms.modem {
                    waker.wake_by_ref();
                }
            }
            Deed::Line(deed) => {
                let name = self.rules[at].fault.name.0.clone();
                self.change_line(LineChange::Begins(name, deed));
            }
            Deed::Condition(condition, lasts) => {
                let name = self.rules[at].fault.name.0.clone();
                self.network.begin(name, condition, lasts.map(|lasts| now + lasts));
                self.ring();
            }
            Deed::Wire(WireDeed::ControlEnds(end)) => {
                self.control_end = Some(end);
                self.ring();
            }
            // These are asked for.
            Deed::Wire(_) | Deed::Command(_) | Deed::Outcome(..) | Deed::Outlook(_) => {}
        }
    }
}

/// Whether it can happen at any time, whatever is being said.
fn is_sudden(deed: &Deed) -> bool {
    matches!(deed, Deed::Wire(WireDeed::ControlEnds(_)))
}

impl Condition {
    /// Whether another one of the same kind takes its place.
    fn replaces(&self, other: &Condition) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}
