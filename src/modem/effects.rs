//! What happens to the modem from outside, what of it passes again, and the talk with the
//! [`Interceptor`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::command::Refusal;
use super::ftp::{FtpStat, Plan};
use super::intercept::{CommandVerdict, Effect, Flow, Interceptor};
use super::network::{Registration, Sim};
use super::record::{CommandRecord, Fill, Record};
use super::state::{ModuleState, Snapshot};
use super::timer::Timer;
use super::{Modem, Output};
use crate::store::{Disk, Disorder, Medium};
use crate::time::ModuleTime;

/// Effects that will pass, by what they keep from working; a new one takes the place of the last.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// When each is over; `None` is never.
    lasting: BTreeMap<Lasting, Option<ModuleTime>>,
    /// What was in the slot before the card was pulled out.
    card: Option<Sim>,
    /// Where the module was registered before the network gave it up.
    registration: Option<Registration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lasting {
    Hang,
    NoSim,
    Deregistered,
    Disorder(Medium),
}

impl Effects {
    fn begin(&mut self, what: Lasting, now: ModuleTime, lasts: Option<Duration>) {
        self.lasting.insert(what, lasts.map(|lasts| now + lasts));
    }

    /// Whether the module answers nothing.
    pub(super) fn hangs(&self) -> bool {
        self.lasting.contains_key(&Lasting::Hang)
    }

    fn next(&self) -> Option<ModuleTime> {
        self.lasting.values().flatten().min().copied()
    }
}

impl Modem {
    /// Something happens to the modem.
    pub(super) fn apply(&mut self, effect: Effect) {
        let now = self.now;
        match effect {
            // Without supply nothing speaks, and nothing hangs.
            Effect::Urc(_) | Effect::Hang(_) if !self.power.is_on() => {}
            Effect::Urc(text) => self.urc(text),
            Effect::Hang(lasts) => self.effects.begin(Lasting::Hang, now, lasts),
            Effect::Restart(silence) => self.restart_by_force(silence),
            Effect::SimRemoved(lasts) => {
                let card = std::mem::replace(&mut self.network.sim, Sim::Lost);
                self.effects.card.get_or_insert(card);
                self.effects.begin(Lasting::NoSim, now, lasts);
                // Without its card the module is no subscriber, and has no contexts.
                self.drop_all_contexts();
            }
            Effect::SimInserted => self.over(Lasting::NoSim),
            Effect::Registration(registration, lasts) => {
                let before = std::mem::replace(&mut self.network.registration, registration);
                if !registration.is_registered() {
                    self.drop_all_contexts();
                }
                match lasts {
                    Some(_) => {
                        self.effects.registration.get_or_insert(before);
                        self.effects.begin(Lasting::Deregistered, now, lasts);
                    }
                    None => {
                        self.effects.registration = None;
                        self.effects.lasting.remove(&Lasting::Deregistered);
                    }
                }
            }
            Effect::Signal(rssi) => self.network.rssi = rssi,
            Effect::PdpDropped(id) => self.drop_context(id),
            Effect::StoreFull(medium, lasts) => self.disorder(medium, Disorder::Full, lasts),
            Effect::StoreError(medium, lasts) => self.disorder(medium, Disorder::Broken, lasts),
            Effect::StoreMended(medium) => self.over(Lasting::Disorder(medium)),
            Effect::HandleLost(handle) => self.stores.lose_handles(handle),
        }
        self.await_effect();
    }

    fn disorder(&mut self, medium: Medium, disorder: Disorder, lasts: Option<Duration>) {
        self.stores.set_disorder(medium, Some(disorder));
        self.effects.begin(Lasting::Disorder(medium), self.now, lasts);
    }

    fn await_effect(&mut self) {
        match self.effects.next() {
            Some(due) => self.timers.set(Timer::Effect, due),
            None => self.timers.clear(Timer::Effect),
        }
    }

    /// Some effects have lasted long enough.
    pub(super) fn effects_over(&mut self) {
        let now = self.now;
        let due = |end: &Option<ModuleTime>| end.is_some_and(|end| end <= now);
        let lasting = &self.effects.lasting;
        let over: Vec<_> =
            lasting.iter().filter(|(_, end)| due(end)).map(|(what, _)| *what).collect();
        for what in over {
            self.over(what);
        }
        self.await_effect();
    }

    fn over(&mut self, what: Lasting) {
        self.effects.lasting.remove(&what);
        match what {
            Lasting::Hang => {}
            Lasting::NoSim => {
                if let Some(card) = self.effects.card.take() {
                    self.insert_card(card);
                }
            }
            Lasting::Deregistered => {
                if let Some(registration) = self.effects.registration.take() {
                    self.network.registration = registration;
                }
            }
            Lasting::Disorder(medium) => self.stores.set_disorder(medium, None),
        }
    }

    fn restart_by_force(&mut self, silence: Option<Duration>) {
        self.supply(false);
        self.start_up(self.now + silence.unwrap_or(self.knobs.boot_time));
    }

    /// A module that hangs is free when its supply is gone; other effects go on.
    pub(super) fn effects_after_power_loss(&mut self) {
        self.effects.lasting.remove(&Lasting::Hang);
        self.await_effect();
    }

    /// Asks the interceptor, if there is one, and carries out what it wants done besides.
    pub(super) fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut dyn Interceptor, ModuleTime) -> T,
    ) -> Option<T> {
        let interceptor = self.interceptor.as_deref_mut()?;
        Some(question(interceptor, self.now))
    }

    /// Carries out what the interceptor wants done.
    pub(super) fn intercepted(&mut self) {
        while let Some(effect) = self.ask(|interceptor, _| interceptor.next_effect()).flatten() {
            self.apply(effect);
        }
        match self.interceptor.as_ref().and_then(|interceptor| interceptor.next_deadline()) {
            Some(due) => self.timers.set(Timer::Interceptor, due),
            None => self.timers.clear(Timer::Interceptor),
        }
    }

    /// What goes wrong with a command that is about to be carried out.
    pub(super) fn plan_command(&mut self, command: &CommandRecord) -> Result<(), Refusal> {
        self.ftp.plan = Plan::default();
        let verdict = self.ask(|interceptor, now| interceptor.on_command(now, command));
        self.intercepted();
        match verdict.unwrap_or(CommandVerdict::Pass) {
            CommandVerdict::Pass => {}
            CommandVerdict::Refuse(refusal) => return Err(refusal),
            CommandVerdict::NoResult => self.host.muted = true,
            CommandVerdict::Outcome(err, reply) => self.ftp.plan.decided = Some((err, reply)),
            CommandVerdict::Outlook(outlook) => self.ftp.plan.outlook = outlook,
        }
        Ok(())
    }

    pub(super) fn tell_interceptor_the_time(&mut self) {
        self.ask(|interceptor, now| interceptor.on_time(now));
    }

    /// Of `coming` bytes of a transfer, as many as pass before something happens. What happens
    /// after the `moved` ones has happened then.
    pub(super) fn passing(&mut self, flow: Flow, moved: u64, coming: u64) -> u64 {
        let passing = self.ask(|interceptor, now| interceptor.on_data(now, flow, moved, coming));
        match passing {
            Some(passing) => {
                self.intercepted();
                passing.min(coming)
            }
            None => coming,
        }
    }

    /// So many bytes of a transfer pass in one piece.
    pub(super) fn data_passes(&mut self, flow: Flow, mut moved: u64, count: u64) {
        let end = moved + count;
        while self.interceptor.is_some() {
            let passing = self.passing(flow, moved, end - moved);
            if moved == end || passing == 0 {
                break;
            }
            moved += passing;
        }
    }

    /// Takes note of something, if anybody wants to know.
    pub(super) fn note(&mut self, record: impl FnOnce() -> Record) {
        if self.recording {
            self.outputs.push_back(Output::Record(record()));
        }
    }

    /// Tells which states were entered, until nothing changes any more by what that triggers.
    pub(super) fn tell_state(&mut self) {
        while let Some(before) = self.seen {
            let now = Snapshot::of(self);
            self.seen = Some(now);
            for state in now.entered_since(before) {
                self.entered(state);
            }
            self.intercepted();
            if Snapshot::of(self) == now {
                break;
            }
        }
    }

    /// Records how full the media are, if that has changed. What is told while data flows would
    /// depend on how the system cut it.
    pub(super) fn tell_fill(&mut self) {
        if !self.recording || self.ftp.stat() == FtpStat::Transferring {
            return;
        }
        let fill = |(medium, Disk { used: now, total, .. })| {
            let before = self.told.get(&medium).copied().unwrap_or(0);
            (now != before).then_some(Fill { medium, before, now, total })
        };
        let news: Vec<_> = self.stores.disks().filter_map(fill).collect();
        for fill in news {
            self.told.insert(fill.medium, fill.now);
            self.note(|| Record::Store(fill));
        }
    }

    fn entered(&mut self, state: ModuleState) {
        self.note(|| Record::Entered(state));
        self.ask(|interceptor, now| interceptor.on_state(now, state));
    }
}

#[cfg(test)]
mod tests {
    use crate::modem::Input;
    use crate::modem::intercept::Effect;
    use crate::modem::record::Record;
    use crate::rig::Rig;
    use crate::store::Medium;

    /// How UFS filled, every time it was recorded: before, and then.
    fn told(rig: &Rig) -> Vec<(u64, u64)> {
        let fills = rig.records.iter().filter_map(|record| match record {
            Record::Store(fill) if fill.medium == Medium::Ufs => Some((fill.before, fill.now)),
            _ => None,
        });
        fills.collect()
    }

    #[test]
    fn how_full_a_medium_is_is_recorded_when_it_changes() {
        let mut rig = Rig::default();
        rig.modem.record();
        rig.ask("AT+QFUPL=\"f\",4");
        rig.send("ab");
        assert_eq!(told(&rig), [], "data flows");
        rig.send("cd");
        rig.ask("AT");
        assert_eq!(told(&rig), [(0, 4)]);
        rig.ask("AT+QFDEL=\"f\"");
        assert_eq!(told(&rig), [(0, 4), (4, 0)]);
    }

    #[test]
    fn a_module_without_supply_neither_speaks_nor_hangs() {
        let mut rig = Rig::default();
        rig.input(Input::Power(false));
        rig.input(Input::Effect(Effect::Urc("+STRAY: 1".to_owned())));
        rig.input(Input::Effect(Effect::Hang(None)));
        rig.send("AT\r");
        assert_eq!(rig.text(), "");
        rig.input(Input::Power(true));
        rig.pass(std::time::Duration::from_secs(60));
        rig.play("> AT\n< OK");
    }

    #[test]
    fn a_download_fills_its_medium_with_its_outcome() {
        let mut rig = Rig::logged_in();
        rig.server.put("/f", "12345");
        rig.modem.record();
        rig.ask("AT+QFTPGET=\"f\",\"UFS:f\"");
        rig.pass(std::time::Duration::from_secs(1));
        assert!(rig.text().contains("+QFTPGET: 0,5"));
        assert_eq!(told(&rig), [(0, 5)]);
    }
}
