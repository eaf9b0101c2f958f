//! What goes wrong in the module, chosen step by step: every verdict and every effect there is.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::at::error::{CmeError, FtpErr};
use crate::modem::command::Refusal;
use crate::modem::intercept::{CommandVerdict, Effect, Flow, Interceptor, Outlook, UrcVerdict};
use crate::modem::network::Registration;
use crate::modem::record::CommandRecord;
use crate::modem::state::ModuleState;
use crate::store::Medium;
use crate::time::ModuleTime;

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// With the next command.
    Command(CommandVerdict),
    /// With the next unsolicited result code.
    Urc(UrcVerdict),
    /// This happens to the module when its cue comes.
    Effect(Cue, Effect),
}

/// When an effect happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    Now,
    /// With the next command.
    Command,
    /// When the module enters a state.
    State,
    /// After so many bytes of a transfer.
    Byte(u64),
    After(Duration),
}

impl Fault {
    /// Any three bytes are a fault.
    pub(super) fn of([kind, what, much]: [u8; 3]) -> Fault {
        let later = Duration::from_millis(100 * u64::from(much));
        match kind % 4 {
            0 => Fault::Command(command_verdict(what, later)),
            1 => Fault::Urc(match what % 4 {
                0 => UrcVerdict::Drop,
                1 => UrcVerdict::Twice,
                2 => UrcVerdict::Late(later),
                _ => UrcVerdict::Replace("+QFTPNONE: 0,0".to_owned()),
            }),
            _ => {
                let cue = match kind / 4 % 5 {
                    0 => Cue::Now,
                    1 => Cue::Command,
                    2 => Cue::State,
                    3 => Cue::Byte(16 * u64::from(much)),
                    _ => Cue::After(later),
                };
                Fault::Effect(cue, effect(what))
            }
        }
    }
}

fn command_verdict(what: u8, later: Duration) -> CommandVerdict {
    match what % 11 {
        0 => CommandVerdict::Refuse(Refusal::Error),
        1 => CommandVerdict::Refuse(Refusal::Cme(CmeError::SIM_BUSY)),
        2 => CommandVerdict::Refuse(Refusal::NoCarrier),
        3 => CommandVerdict::NoResult,
        4 => CommandVerdict::Outcome(FtpErr::OK, 0),
        5 => CommandVerdict::Outcome(FtpErr::TIMEOUT, 0),
        6 => CommandVerdict::Outcome(FtpErr::OPEN_DATA, 425),
        7 => CommandVerdict::Outlook(Outlook::Never),
        8 => CommandVerdict::Outlook(Outlook::Twice),
        9 => CommandVerdict::Outlook(Outlook::Late(later)),
        _ => CommandVerdict::Outlook(Outlook::BeforeResult),
    }
}

fn effect(what: u8) -> Effect {
    let lasts = match what / 13 {
        0 => None,
        some => Some(Duration::from_secs(u64::from(some) * 4)),
    };
    match what % 13 {
        0 => Effect::Urc("+STRAY: 1".to_owned()),
        1 => Effect::Hang(lasts),
        2 => Effect::Restart(lasts),
        3 => Effect::SimRemoved(lasts),
        4 => Effect::SimInserted,
        5 => Effect::Registration(Registration::Denied, lasts),
        6 => Effect::Registration(Registration::Roaming, lasts),
        7 => Effect::Signal(what),
        8 => Effect::PdpDropped(1),
        9 => Effect::StoreFull(Medium::Ram, lasts),
        10 => Effect::StoreError(Medium::Ram, lasts),
        11 => Effect::StoreMended(Medium::Ram),
        _ => Effect::HandleLost(None),
    }
}

/// What the bench has to know of what went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// An FTP operation of this command began, and this becomes of its line.
    Began(String, Outlook),
    /// The line of the command has no final result.
    Muted,
    /// An unsolicited result code was about to be written.
    Urc(String, UrcVerdict),
    /// The module restarts.
    Restart,
}

/// The faults that are to come, and what those did that came. The modem has one hand on it, the
/// bench the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Script(Arc<Mutex<Scenes>>);

#[derive(Debug, Default)]
struct Scenes {
    command: Option<CommandVerdict>,
    urc: Option<UrcVerdict>,
    waiting: Vec<(Cue, Effect)>,
    timed: Vec<(ModuleTime, Effect)>,
    due: VecDeque<Effect>,
    /// The command that is being carried out, and what becomes of the line of its operation.
    current: (String, Outlook),
    deeds: Vec<Deed>,
}

impl Scenes {
    /// What waited for this happens.
    fn cue(&mut self, is_it: impl Fn(Cue) -> bool) {
        let (due, waiting): (Vec<_>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(cue, _)| is_it(*cue));
        self.waiting = waiting;
        self.due.extend(due.into_iter().map(|(_, effect)| effect));
    }
}

impl Script {
    fn scenes(&self) -> MutexGuard<'_, Scenes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This goes wrong when its moment comes; what happens now is given back.
    pub(super) fn expect(&self, now: ModuleTime, fault: Fault) -> Option<Effect> {
        let mut scenes = self.scenes();
        match fault {
            Fault::Command(verdict) => scenes.command = Some(verdict),
            Fault::Urc(verdict) => scenes.urc = Some(verdict),
            Fault::Effect(Cue::Now, effect) => return Some(effect),
            Fault::Effect(Cue::After(wait), effect) => scenes.timed.push((now + wait, effect)),
            Fault::Effect(cue, effect) => scenes.waiting.push((cue, effect)),
        }
        None
    }

    /// Nothing more goes wrong.
    pub(super) fn clear(&self) {
        let mut scenes = self.scenes();
        *scenes = Scenes {
            deeds: std::mem::take(&mut scenes.deeds),
            current: std::mem::take(&mut scenes.current),
            ..Scenes::default()
        };
    }

    /// What was done since the last time.
    pub(super) fn deeds(&self) -> Vec<Deed> {
        std::mem::take(&mut self.scenes().deeds)
    }
}

impl Interceptor for Script {
    fn on_command(&mut self, _: ModuleTime, command: &CommandRecord) -> CommandVerdict {
        let mut scenes = self.scenes();
        scenes.cue(|cue| cue == Cue::Command);
        let verdict = scenes.command.take().unwrap_or(CommandVerdict::Pass);
        let outlook = match verdict {
            CommandVerdict::Outlook(outlook) => outlook,
            _ => Outlook::Told,
        };
        scenes.current = (command.name.clone(), outlook);
        if verdict == CommandVerdict::NoResult {
            scenes.deeds.push(Deed::Muted);
        }
        verdict
    }

    fn on_operation(&mut self, _: ModuleTime) {
        let mut scenes = self.scenes();
        let (name, outlook) = scenes.current.clone();
        scenes.deeds.push(Deed::Began(name, outlook));
    }

    fn on_urc(&mut self, _: ModuleTime, text: &str) -> UrcVerdict {
        let mut scenes = self.scenes();
        let verdict = scenes.urc.take().unwrap_or(UrcVerdict::Pass);
        scenes.deeds.push(Deed::Urc(text.to_owned(), verdict.clone()));
        verdict
    }

    fn on_state(&mut self, _: ModuleTime, _: ModuleState) {
        self.scenes().cue(|cue| cue == Cue::State);
    }

    fn on_data(&mut self, _: ModuleTime, _: Flow, moved: u64, coming: u64) -> u64 {
        let mut scenes = self.scenes();
        scenes.cue(|cue| matches!(cue, Cue::Byte(byte) if byte <= moved));
        let ahead = scenes.waiting.iter().filter_map(|(cue, _)| match cue {
            Cue::Byte(byte) => Some(byte - moved),
            _ => None,
        });
        ahead.fold(coming, u64::min)
    }

    fn next_deadline(&self) -> Option<ModuleTime> {
        self.scenes().timed.iter().map(|(at, _)| *at).min()
    }

    fn on_time(&mut self, now: ModuleTime) {
        let mut scenes = self.scenes();
        let (due, timed): (Vec<_>, _) =
            std::mem::take(&mut scenes.timed).into_iter().partition(|(at, _)| *at <= now);
        scenes.timed = timed;
        scenes.due.extend(due.into_iter().map(|(_, effect)| effect));
    }

    fn next_effect(&mut self) -> Option<Effect> {
        let mut scenes = self.scenes();
        let effect = scenes.due.pop_front()?;
        if matches!(effect, Effect::Restart(_)) {
            scenes.deeds.push(Deed::Restart);
        }
        Some(effect)
    }
}
