//! Power: start, restart and switching off, and what the card and the radio do meanwhile.
//!
//! A start is a row of steps, each at its moment of module time. The order and the times are those
//! of the captures: `RDY`, `+CFUN: 1`, `+CPIN: READY` and `+QUSIM: 1` together, `+QIND: SMS DONE`,
//! `+QIND: PB DONE`; a card that waits for its PIN says so before `+CFUN: 1` (INDEX, point 30).

use std::collections::VecDeque;
use std::time::Duration;

use crate::at::error::CmeError;
use crate::time::ModuleTime;

use super::Modem;
use super::command::{Flow, Handled};
use super::interface::Interface;
use super::knobs::Outcome;
use super::network::{Registration, Sim};
use super::profile::{Profile, Settings};
use super::ssl::Ssl;
use super::timer::{Timer, TimerTable};

/// From `RDY` to `+CFUN: 1` (our choice).
const FUNCTIONALITY_TOLD: Duration = Duration::from_secs(1);

/// From `+CPIN: READY` to `+QIND: SMS DONE` (our choice).
const MESSAGES_READY: Duration = Duration::from_secs(2);

/// From `+CPIN: READY` to `+QIND: PB DONE`: a module was registered before it (capture
/// `eg25g-pinephone-nuttx`).
const PHONEBOOK_READY: Duration = Duration::from_secs(4);

/// From the `OK` of `AT+QPOWD` to `POWERED DOWN` (our choice).
const POWER_DOWN: Duration = Duration::from_secs(1);

/// `AT+CFUN`: how much of the module works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Functionality {
    /// 0: neither radio nor card.
    Minimum = 0,
    /// 1: all of it.
    Full = 1,
    /// 4: no radio.
    RadioOff = 4,
    /// 7: taken offline from outside; only a restart helps (capture `ec20-ce-edge-modem-bench`).
    Offline = 7,
}

/// What becomes of the host's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    /// They are dealt with.
    Now,
    /// They are kept until the module has started.
    Later,
    /// They are lost: nobody is there.
    Never,
}

/// Whether the module is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Supply {
    /// Without supply, or switched off.
    Off,
    /// Under way to `RDY`.
    Starting,
    /// It answers.
    On,
    /// Under way to being off.
    Stopping,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CardState {
    /// Without supply.
    Off,
    /// Not looked for yet.
    Unknown,
    /// Starting.
    Busy,
    Up,
}

/// One thing that happens by itself at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Ready,
    TellFunctionality,
    CardUp,
    MessagesReady,
    PhonebookReady,
    NetworkFound,
    /// `AT+QPOWD`.
    PowerDown,
    /// `AT+CFUN=1,1`.
    Restart,
}

/// What is on, and what is still to come.
#[derive(Debug)]
pub(crate) struct Power {
    state: Supply,
    functionality: Functionality,
    card: CardState,
    /// `AT+QINISTAT`: 1 the card, 2 messages, 4 the phonebook.
    initialised: u8,
    searching: bool,
    steps: VecDeque<(ModuleTime, Step)>,
    /// What the host was last told, or would have been.
    pub(super) told: [Registration; 3],
    pub(super) told_card: bool,
}

impl Default for Power {
    /// On for a while.
    fn default() -> Power {
        Power {
            state: Supply::On,
            functionality: Functionality::Full,
            card: CardState::Up,
            initialised: 7,
            searching: false,
            steps: VecDeque::new(),
            told: [Registration::NotRegistered; 3],
            told_card: false,
        }
    }
}

impl Power {
    fn off() -> Power {
        Power { state: Supply::Off, card: CardState::Off, initialised: 0, ..Power::default() }
    }

    /// Whether the start is under way: something is still to come.
    pub(crate) fn is_starting(&self) -> bool {
        self.state != Supply::On || !self.steps.is_empty()
    }

    /// Whether the card has not started yet.
    fn is_card_starting(&self) -> bool {
        matches!(self.card, CardState::Unknown | CardState::Busy)
    }

    pub(crate) fn functionality(&self) -> Functionality {
        self.functionality
    }

    /// `AT+QINISTAT`: the sum of 1 (card), 2 (messages) and 4 (phonebook).
    pub(crate) fn initialised(&self) -> u8 {
        self.initialised
    }

    pub(super) fn supply(&self) -> Supply {
        self.state
    }

    /// Whether there is a supply.
    pub(super) fn is_on(&self) -> bool {
        self.state != Supply::Off
    }

    /// Whether the radio is on.
    pub(super) fn radio(&self) -> bool {
        self.is_on() && self.functionality == Functionality::Full
    }

    pub(super) fn is_searching(&self) -> bool {
        self.searching
    }

    pub(super) fn card_is_up(&self) -> bool {
        self.card == CardState::Up
    }

    /// Why the card can't be used: before the start has found it 10, then 14 (captures, INDEX
    /// point 32), and with `AT+CFUN=0` 13 (our choice).
    pub(super) fn card_error(&self, sim: Sim) -> Option<CmeError> {
        match (self.card, sim) {
            (_, Sim::Absent) | (CardState::Unknown, _) => Some(CmeError::SIM_NOT_INSERTED),
            (CardState::Off, _) | (CardState::Up, Sim::Lost) => Some(CmeError::SIM_FAILURE),
            (CardState::Busy, _) => Some(CmeError::SIM_BUSY),
            (CardState::Up, Sim::PinRequired) => Some(CmeError::SIM_PIN_REQUIRED),
            (CardState::Up, Sim::PukRequired) => Some(CmeError::SIM_PUK_REQUIRED),
            (CardState::Up, Sim::Ready) => None,
        }
    }

    fn plan(&mut self, at: ModuleTime, step: Step) {
        let behind = self.steps.partition_point(|&(due, _)| due <= at);
        self.steps.insert(behind, (at, step));
    }

    fn is_planned(&self, step: Step) -> bool {
        self.steps.iter().any(|&(_, planned)| planned == step)
    }

    fn forget(&mut self, step: Step) {
        self.steps.retain(|&(_, planned)| planned != step);
    }
}

impl Modem {
    /// The supply comes or goes. What is on is lost when it goes.
    pub(super) fn supply(&mut self, on: bool) {
        match (on, self.power.state) {
            (true, Supply::Off) => self.start_up(self.now + self.knobs.boot_time),
            (false, Supply::Starting | Supply::On | Supply::Stopping) => self.switch_off(),
            _ => {}
        }
    }

    /// Starts; `RDY` is due at `ready`.
    pub(super) fn start_up(&mut self, ready: ModuleTime) {
        self.power = Power {
            state: Supply::Starting,
            card: CardState::Unknown,
            searching: true,
            ..Power::off()
        };
        self.plan(ready, Step::Ready);
    }

    /// What becomes of the host's bytes now.
    pub(super) fn attention(&self) -> Attention {
        let holds = self.knobs.boot_holds_input && self.power.is_planned(Step::TellFunctionality);
        match self.power.state {
            _ if self.effects.hangs() => Attention::Never,
            Supply::On if holds => Attention::Later,
            Supply::On => Attention::Now,
            Supply::Off | Supply::Starting | Supply::Stopping => Attention::Never,
        }
    }

    /// `AT+CFUN=1,1`: after the `OK`.
    pub(crate) fn restart_after_result(&mut self) -> Handled {
        self.power.state = Supply::Stopping;
        self.plan(self.now, Step::Restart);
        Ok(Flow::Done)
    }

    /// `AT+QPOWD`: after the `OK`.
    pub(crate) fn power_down_after_result(&mut self) -> Handled {
        self.power.state = Supply::Stopping;
        self.plan(self.now + POWER_DOWN, Step::PowerDown);
        Ok(Flow::Done)
    }

    /// Something outside takes the module offline: `AT+CFUN?` is 7 until it is restarted.
    pub fn take_offline(&mut self) {
        self.change_functionality(Functionality::Offline);
    }

    /// `AT+CFUN`.
    pub(crate) fn set_functionality(&mut self, to: Functionality) -> Handled {
        if self.power.functionality == Functionality::Offline {
            return Err(CmeError::NOT_SUPPORTED.into());
        }
        if self.knobs.cfun_while_starting == Outcome::Error && self.power.is_card_starting() {
            return Err(CmeError::NOT_ALLOWED.into());
        }
        self.change_functionality(to);
        Ok(Flow::Done)
    }

    fn change_functionality(&mut self, to: Functionality) {
        let from = std::mem::replace(&mut self.power.functionality, to);
        if from == to {
            return;
        }
        self.power.forget(Step::NetworkFound);
        self.power.searching = false;
        if to == Functionality::Minimum {
            self.power.card = CardState::Off;
            self.power.initialised = 0;
            for step in [Step::CardUp, Step::MessagesReady, Step::PhonebookReady] {
                self.power.forget(step);
            }
            self.network.restart_card();
        } else if from == Functionality::Minimum {
            self.power.card = CardState::Busy;
            self.plan(self.now + self.knobs.sim_time, Step::CardUp);
        }
        if to == Functionality::Full {
            self.search_network(self.now);
        } else {
            self.drop_all_contexts();
        }
    }

    fn search_network(&mut self, from: ModuleTime) {
        self.power.searching = true;
        self.plan(from + self.knobs.registration_time, Step::NetworkFound);
    }

    /// The card has been given its PIN or PUK; its lines follow the `OK`.
    pub(crate) fn card_unlocked(&mut self) {
        self.network.sim = Sim::Ready;
        self.plan(self.now + self.knobs.urc_gap, Step::CardUp);
        if self.power.functionality == Functionality::Full {
            self.power.forget(Step::NetworkFound);
            self.search_network(self.now);
        }
    }

    /// The card is put in again: it starts, and the network is looked for.
    pub(super) fn insert_card(&mut self, card: Sim) {
        self.network.sim = card;
        if self.power.is_on() && self.power.functionality != Functionality::Minimum {
            self.power.card = CardState::Busy;
            self.plan(self.now + self.knobs.sim_time, Step::CardUp);
        }
    }

    fn plan(&mut self, at: ModuleTime, step: Step) {
        self.power.plan(at, step);
        self.set_power_timer();
    }

    fn set_power_timer(&mut self) {
        match self.power.steps.front() {
            Some(&(at, _)) => self.timers.set(Timer::Power, at),
            None => self.timers.clear(Timer::Power),
        }
    }

    /// What is due by now happens.
    pub(super) fn power_step(&mut self) {
        if let Some(&(at, step)) = self.power.steps.front() {
            self.power.steps.pop_front();
            self.take_step(at, step);
        }
        self.set_power_timer();
    }

    /// `at` is when the step was due: what comes after it is reckoned from there.
    fn take_step(&mut self, at: ModuleTime, step: Step) {
        match step {
            Step::Ready => {
                self.power.state = Supply::On;
                self.urc("RDY".to_owned());
                if self.knobs.boot_app_ready {
                    self.urc("APP RDY".to_owned());
                }
                let told = FUNCTIONALITY_TOLD.min(self.knobs.sim_time);
                let locked = matches!(self.network.sim, Sim::PinRequired | Sim::PukRequired);
                if locked {
                    self.plan(at + told, Step::CardUp);
                }
                self.plan(at + told, Step::TellFunctionality);
                if !locked {
                    self.plan(at + self.knobs.sim_time, Step::CardUp);
                }
                self.search_network(at);
            }
            Step::TellFunctionality => {
                if self.power.card == CardState::Unknown {
                    self.power.card = CardState::Busy;
                }
                if self.knobs.boot_tells_cfun {
                    self.urc(format!("+CFUN: {}", self.power.functionality as u8));
                }
                // Before what the host has sent meanwhile is answered.
                self.flush_urcs();
            }
            Step::CardUp => self.card_up(at),
            Step::MessagesReady => {
                self.power.initialised |= 2;
                self.urc("+QIND: SMS DONE".to_owned());
            }
            Step::PhonebookReady => {
                self.power.initialised |= 4;
                self.urc("+QIND: PB DONE".to_owned());
            }
            Step::NetworkFound => {
                self.power.searching = false;
                self.clock_from_network();
            }
            Step::PowerDown => {
                self.say("POWERED DOWN");
                self.switch_off();
                if self.knobs.qpowd_reboots {
                    self.start_up(self.now + self.knobs.boot_time);
                }
            }
            Step::Restart => {
                self.switch_off();
                self.start_up(self.now + self.knobs.boot_time);
            }
        }
    }

    fn card_up(&mut self, at: ModuleTime) {
        self.power.card = CardState::Up;
        let state = match self.network.sim {
            Sim::Ready => "READY",
            Sim::PinRequired => "SIM PIN",
            Sim::PukRequired => "SIM PUK",
            // As other modules of the vendor say it (our choice).
            Sim::Absent => "NOT INSERTED",
            Sim::Lost => return,
        };
        self.urc(format!("+CPIN: {state}"));
        if self.network.sim == Sim::Ready {
            self.power.initialised |= 1;
            self.urc("+QUSIM: 1".to_owned());
            self.plan(at + MESSAGES_READY, Step::MessagesReady);
            self.plan(at + PHONEBOOK_READY, Step::PhonebookReady);
        }
    }

    /// A line at once, whatever waits.
    fn say(&mut self, text: &str) {
        let mut line = Vec::new();
        self.profile.result_format().line(text, &mut line);
        self.write(line.into());
    }

    /// Everything is off. RAM files, settings and the FTP session are gone; UFS, SD and what
    /// `AT&W` has stored are kept.
    fn switch_off(&mut self) {
        self.power = Power::off();
        self.ftp_power_lost();
        self.stores.restart();
        self.network.restart();
        self.ssl = Ssl::default();
        self.settings = Settings { baud: self.stored_baud, ..Settings::default() };
        self.profile = Profile::factory(&self.knobs);
        self.profile.take_storable(&self.stored_profile);
        self.interface = Interface::Command;
        self.host.power_lost();
        self.timers = TimerTable::default();
        self.effects_after_power_loss();
    }
}
