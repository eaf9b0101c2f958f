//! A scenario's faults and plan of the serial line: the [`LineRules`] that carry out what the
//! [`Rules`] say.

use std::num::NonZeroU64;
use std::task::Waker;
use std::time::Duration;

use super::{Condition, Handling, LineRules, Passage, Passed, Slices, Wiring};
use crate::clock::Clock;
use crate::scenario::LinePlan;
use crate::scenario::engine::{Damage, LineChange, LineWay, Rules};
use crate::scenario::faults::LineDeed;
use crate::time::ModuleTime;

/// Puts `rules` between a modem and its ports, on a line like `plan`; nothing, if they leave it
/// alone. Garbage is drawn from `seed`.
pub fn wiring(rules: &Rules, plan: &LinePlan, clock: Clock, seed: u64) -> Option<Wiring> {
    if *plan == LinePlan::default() && rules.leaves_line_alone() {
        return None;
    }
    Some(Wiring::new(clock, seed, Box::new(Faults::new(rules.clone(), plan))))
}

/// The faults of one line.
#[derive(Debug)]
struct Faults {
    rules: Rules,
    /// The line as long as nothing goes wrong on it.
    plan: Condition,
    wrong: Wrong,
    garbage: u64,
}

/// What is wrong with the line, until the fault that did it is over.
#[derive(Debug, Default)]
struct Wrong {
    /// What is being done to bytes to the host, and from it, and by which fault.
    damage: [Option<(String, Passage)>; 2],
    baud: Lasting<NonZeroU64>,
    slices: Lasting<Slices>,
    dtr: Lasting<bool>,
    dcd: Lasting<bool>,
    gone: Lasting<bool>,
}

impl Wrong {
    /// What the fault did is over.
    fn end(&mut self, fault: &str) {
        for damage in &mut self.damage {
            damage.take_if(|(by, _)| by == fault);
        }
        self.baud.end(fault);
        self.slices.end(fault);
        self.dtr.end(fault);
        self.dcd.end(fault);
        self.gone.end(fault);
    }
}

/// What is otherwise for a while, or for good, and by which fault.
#[derive(Debug)]
struct Lasting<T>(Option<(String, T, Option<ModuleTime>)>);

impl<T: Copy> Lasting<T> {
    fn begin(&mut self, fault: String, value: T, end: Option<ModuleTime>) {
        self.0 = Some((fault, value, end));
    }

    /// What the fault did is over.
    fn end(&mut self, fault: &str) {
        self.0.take_if(|(by, ..)| by == fault);
    }

    /// What it is now, if otherwise; the earlier of `until` and its own end is noted there.
    fn at(&self, now: ModuleTime, until: &mut Option<ModuleTime>) -> Option<T> {
        let (_, value, end) =
            self.0.as_ref().filter(|(.., end)| end.is_none_or(|end| now < end))?;
        *until = [*until, *end].into_iter().flatten().min();
        Some(*value)
    }
}

impl<T> Default for Lasting<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl Faults {
    fn new(rules: Rules, plan: &LinePlan) -> Self {
        Self { rules, plan: planned(plan), wrong: Wrong::default(), garbage: 0 }
    }

    /// What becomes of the next bytes this way.
    fn passage(&mut self, now: ModuleTime, way: LineWay, passed: u64) -> Passage {
        let damage = &mut self.wrong.damage[way as usize];
        if let Some((_, damage)) = damage.as_ref().filter(|(_, damage)| passed < damage.until) {
            return *damage;
        }
        let (until, deed) = self.rules.line(now, way, passed);
        *damage = deed.and_then(|Damage { fault, deed }| {
            let (handling, bytes) = match deed {
                LineDeed::Lost(bytes) => (Handling::Lost, bytes),
                LineDeed::Repeated(bytes) => (Handling::Repeated, bytes),
                LineDeed::Flipped { bytes, mask } => (Handling::Flipped(mask), bytes),
                _ => return None,
            };
            Some((fault, Passage { handling, until: passed + bytes }))
        });
        let intact = Passage { until, ..Passage::default() };
        damage.as_ref().map_or(intact, |(_, damage)| *damage)
    }

    /// Carries out what has changed.
    fn follow(&mut self, now: ModuleTime) {
        while let Some(change) = self.rules.next_line_change() {
            match change {
                LineChange::Begins(fault, deed) => self.begin(now, fault, deed),
                // Garbage that was ordered still comes: it has happened.
                LineChange::Ends(fault) => self.wrong.end(&fault),
                LineChange::AllEnd => self.wrong = Wrong::default(),
            }
        }
    }

    fn begin(&mut self, now: ModuleTime, fault: String, deed: LineDeed) {
        let end = |lasts: Option<Duration>| lasts.map(|lasts| now + lasts);
        match deed {
            LineDeed::Pace(baud, lasts) => {
                if let Some(baud) = NonZeroU64::new(baud.get()) {
                    self.wrong.baud.begin(fault, baud, end(lasts));
                }
            }
            LineDeed::Slices { bytes, gap, lasts } => {
                if let Some(bytes) = NonZeroU64::new(bytes as u64) {
                    self.wrong.slices.begin(fault, Slices { bytes, gap }, end(lasts));
                }
            }
            LineDeed::Garbage(bytes) => self.garbage += bytes,
            LineDeed::Dtr(level, lasts) => self.wrong.dtr.begin(fault, level, end(lasts)),
            LineDeed::Dcd(level, lasts) => self.wrong.dcd.begin(fault, level, end(lasts)),
            LineDeed::PortVanishes(lasts) => self.wrong.gone.begin(fault, true, end(Some(lasts))),
            // These are of one byte, and come with it.
            LineDeed::Lost(_) | LineDeed::Repeated(_) | LineDeed::Flipped { .. } => {}
        }
    }
}

impl LineRules for Faults {
    fn condition(&mut self, now: ModuleTime, passed: Passed, listener: &Waker) -> Condition {
        self.rules.wake_line(listener);
        self.follow(now);
        let to_host = self.passage(now, LineWay::ToHost, passed.to_host);
        let from_host = self.passage(now, LineWay::FromHost, passed.from_host);
        // A byte may have been what a fault waited for.
        self.follow(now);
        let mut until = None;
        Condition {
            to_host,
            from_host,
            baud: self.wrong.baud.at(now, &mut until).or(self.plan.baud),
            slices: self.wrong.slices.at(now, &mut until).or(self.plan.slices),
            garbage: self.garbage,
            dtr: self.wrong.dtr.at(now, &mut until),
            dcd: self.wrong.dcd.at(now, &mut until),
            ri: None,
            gone: self.wrong.gone.at(now, &mut until).is_some(),
            until,
        }
    }
}

/// How the line is as long as nothing goes wrong on it.
fn planned(plan: &LinePlan) -> Condition {
    let gap = plan.slice_gap.map(|gap| gap.0).unwrap_or_default();
    Condition {
        baud: plan.baud.and_then(|baud| NonZeroU64::new(baud.get())),
        slices: plan
            .slice
            .and_then(|slice| NonZeroU64::new(slice.get()))
            .map(|bytes| Slices { bytes, gap }),
        ..Condition::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn faults(text: &str) -> Faults {
        let text = format!("scenario: a\n{text}\n");
        let scenario = Scenario::parse("a.yaml", text.as_bytes(), None).expect("valid");
        Faults::new(Rules::of(&scenario, 7), &scenario.line)
    }

    /// How the line is at this second, when so many bytes have passed.
    fn ask(faults: &mut Faults, second: u64, to_host: u64, from_host: u64) -> Condition {
        let now = ModuleTime::ZERO + Duration::from_secs(second);
        faults.condition(now, Passed { to_host, from_host }, Waker::noop())
    }

    #[test]
    fn a_plan_is_a_line_that_is_always_like_this() {
        let condition = |line: &str| ask(&mut faults(&format!("line: {line}")), 0, 0, 0);
        assert_eq!(condition("{}"), Condition::default());
        let bytes = NonZeroU64::new(3).expect("a piece");
        let (slices, gap) = (Slices { bytes, gap: Duration::ZERO }, Duration::from_millis(20));
        assert_eq!(
            condition("{slice: 3}"),
            Condition { slices: Some(slices), ..Condition::default() }
        );
        let (baud, slices) = (NonZeroU64::new(9600), Some(Slices { gap, ..slices }));
        assert_eq!(
            condition("{baud: 9600, slice: 3, slice_gap: 20ms}"),
            Condition { baud, slices, ..Condition::default() }
        );
    }

    #[test]
    fn damage_begins_at_its_byte_and_takes_as_many_as_it_says() {
        for (fault, handling) in [
            ("{lost: 2}", Handling::Lost),
            ("{repeated: 2}", Handling::Repeated),
            ("{flipped: {bytes: 2, mask: 128}}", Handling::Flipped(128)),
        ] {
            let text = format!("faults: [{{name: a, at: {{to_host: 100}}, do: {fault}}}]");
            let mut faults = faults(&text);
            let mut passage = |passed| ask(&mut faults, 0, passed, 100).to_host;
            let intact = Passage { until: 100, ..Passage::default() };
            let damaged = Passage { handling, until: 102 };
            assert_eq!([passage(0), passage(99), passage(100)], [intact, intact, damaged]);
            assert_eq!([passage(100), passage(101)], [damaged; 2]);
            assert_eq!(passage(102), Passage::default());
        }
    }

    #[test]
    fn what_a_fault_does_to_the_line_lasts_as_long_as_it_says() {
        let baud = NonZeroU64::new(9600);
        let fresh = Condition::default();
        for (fault, otherwise) in [
            ("pace: {baud: 9600, for: 5s}", Condition { baud, ..fresh }),
            ("dtr: {level: off, for: 5s}", Condition { dtr: Some(false), ..fresh }),
            ("dcd: {level: on, for: 5s}", Condition { dcd: Some(true), ..fresh }),
            ("port_vanishes: 5s", Condition { gone: true, ..fresh }),
        ] {
            let text = format!("faults: [{{name: a, at: {{from_host: 3}}, do: {{{fault}}}}}]");
            let mut faults = faults(&text);
            let mut at = |second, passed| ask(&mut faults, second, 0, passed);
            assert_eq!(at(1, 2).from_host.until, 3, "{fault}");
            let until = Some(ModuleTime::ZERO + Duration::from_secs(7));
            assert_eq!(at(2, 3), Condition { until, ..otherwise }, "{fault}");
            assert_eq!(at(6, 9), Condition { until, ..otherwise }, "{fault}");
            assert_eq!(at(7, 9), fresh, "{fault}");
        }
    }

    #[test]
    fn what_a_fault_does_to_the_line_ends_with_the_fault() {
        let text = "line: {baud: 9600}
faults:
  - {name: a, at: {from_host: 3}, do: {pace: {baud: 300}}}
  - {name: b, at: {from_host: 3}, do: {dtr: off}}
  - {name: c, at: {to_host: 3}, do: {lost: 100}}
  - {name: d, at: {from_host: 3}, do: {port_vanishes: 1h}}";
        let planned = Condition { baud: NonZeroU64::new(9600), ..Condition::default() };
        let mut faults = faults(text);
        ask(&mut faults, 0, 3, 3);
        let all = ask(&mut faults, 1, 4, 3);
        assert_eq!((all.baud, all.dtr, all.gone), (NonZeroU64::new(300), Some(false), true));
        assert_eq!(all.to_host.handling, Handling::Lost);
        for (name, dtr, handling) in [
            ("a", Some(false), Handling::Lost),
            ("b", None, Handling::Lost),
            ("c", None, Handling::Intact),
        ] {
            faults.rules.remove(name).expect("it is there");
            let left = ask(&mut faults, 2, 5, 3);
            assert_eq!((left.baud, left.dtr, left.gone), (planned.baud, dtr, true), "{name}");
            assert_eq!(left.to_host.handling, handling, "{name}");
        }
        faults.rules.replace(Vec::new());
        assert_eq!(ask(&mut faults, 3, 5, 3), planned);
    }

    #[test]
    fn some_things_last_for_good() {
        let mut faults = faults(
            "line: {baud: 9600, slice: 8}
faults:
  - {name: a, at: {to_host: 3}, do: {slices: {bytes: 1, gap: 1s}}}
  - {name: b, at: {to_host: 3}, do: {garbage: 12}}
  - {name: c, at: {to_host: 5}, do: {garbage: 3}}",
        );
        let (bytes, gap) = (NonZeroU64::new(1).expect("a piece"), Duration::from_secs(1));
        ask(&mut faults, 0, 3, 0);
        let condition = ask(&mut faults, 1000, 5, 0);
        assert_eq!(condition.slices, Some(Slices { bytes, gap }));
        assert_eq!((condition.baud, condition.garbage), (NonZeroU64::new(9600), 15));
        assert_eq!(condition.until, None);
    }
}
