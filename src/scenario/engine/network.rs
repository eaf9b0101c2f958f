//! What the network is like: as the scenario has it, and what faults make of it.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::scenario::faults::Condition;
use crate::scenario::link::LinkPlan;
use crate::scenario::values::Rate;
use crate::time::ModuleTime;

/// The network of one modem.
#[derive(Debug)]
pub(super) struct Network {
    plan: LinkPlan,
    random: StdRng,
    /// What faults have made of it: by which one, what, and until when.
    faults: Vec<(String, Condition, Option<ModuleTime>)>,
}

/// What the network is like at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conditions {
    /// So much later comes a reply of the server.
    pub reply_delay: Duration,
    /// How fast data passes at most, to the server.
    pub up: Option<Rate>,
    /// From the server.
    pub down: Option<Rate>,
    /// Nothing passes: until then, or with `Some(None)` for good.
    pub lost: Option<Option<ModuleTime>>,
    /// When something of this changes by itself.
    pub until: Option<ModuleTime>,
}

impl Network {
    pub(super) fn new(plan: LinkPlan, seed: u64) -> Network {
        // Another stream of numbers than those of the rules.
        Network { plan, random: StdRng::seed_from_u64(seed ^ 0x6e65_7477), faults: Vec::new() }
    }

    /// A fault changes something, until then; it takes the place of an earlier one of its kind.
    pub(super) fn begin(&mut self, name: String, condition: Condition, until: Option<ModuleTime>) {
        self.faults.retain(|(_, other, _)| !condition.replaces(other));
        self.faults.push((name, condition, until));
    }

    /// What the fault of this name did is over.
    pub(super) fn forget(&mut self, name: &str) {
        self.faults.retain(|(other, ..)| other != name);
    }

    pub(super) fn forget_all(&mut self) {
        self.faults.clear();
    }

    /// Whether it is anything but perfect, or may become so by itself.
    pub(super) fn is_plain(&self) -> bool {
        self.faults.is_empty() && self.plan == LinkPlan::default()
    }

    pub(super) fn at(&mut self, now: ModuleTime) -> Conditions {
        self.faults.retain(|(.., until)| until.is_none_or(|until| until > now));
        let mut now_is =
            Conditions { up: self.plan.up, down: self.plan.down, ..Conditions::default() };
        for outage in &self.plan.outages {
            let from = ModuleTime::ZERO + outage.from;
            let to = outage.to.map(|to| ModuleTime::ZERO + to);
            if from > now {
                now_is.changes_at(Some(from));
            } else if to.is_none_or(|to| to > now) {
                now_is.is_lost(to);
            }
        }
        for (_, condition, until) in &self.faults {
            now_is.changes_at(*until);
            match *condition {
                Condition::SlowServer(by) => now_is.reply_delay = by,
                Condition::Latency { .. } => {}
                Condition::Bandwidth { up, down } => {
                    now_is.up = up.or(now_is.up);
                    now_is.down = down.or(now_is.down);
                }
                Condition::RadioLost => now_is.is_lost(*until),
            }
        }
        now_is
    }

    /// From a packet to its answer, this time.
    pub(super) fn round_trip(&mut self, now: ModuleTime) -> Duration {
        let mut round_trip = self.plan.round_trip.unwrap_or_default();
        let mut jitter = self.plan.jitter.unwrap_or_default();
        for (_, condition, until) in &self.faults {
            if let Condition::Latency { round_trip: time, jitter: by } = *condition
                && until.is_none_or(|until| until > now)
            {
                (round_trip, jitter) = (time, by);
            }
        }
        if jitter.is_zero() {
            return round_trip;
        }
        // By up to so much in both directions.
        let by = jitter.mul_f64(2.0 * self.random.random::<f64>());
        (round_trip + by).saturating_sub(jitter)
    }
}

impl Conditions {
    fn changes_at(&mut self, at: Option<ModuleTime>) {
        self.until = self.until.into_iter().chain(at).min();
    }

    /// The longest outage counts.
    fn is_lost(&mut self, until: Option<ModuleTime>) {
        self.lost = Some(match self.lost {
            None => until,
            Some(other) => other.zip(until).map(|(one, other)| one.max(other)),
        });
        self.changes_at(until);
    }
}
