//! The sans-IO modem machine.
//!
//! A [`Modem`] is fed with [`Input`]s, each at its point of module time, and drained of
//! [`Output`]s after each. It has no clock, no sockets and no threads: what it wants from the
//! network it asks for by [`link::LinkRequest`], and [`Modem::next_deadline`] says when it wants
//! to be woken. Three machines are coupled here, each explicit: the [`interface`] to the host
//! (command, executing, data), the [`ftp`] session, and the PDP contexts in [`network`].
//!
//! ```
//! use qftpsim::commands;
//! use qftpsim::modem::{Input, Modem, Output, Setup};
//! use qftpsim::time::ModuleTime;
//!
//! let mut modem = Modem::new(&commands::TABLE, Setup::default());
//! modem.handle_input(ModuleTime::ZERO, Input::Host("AT\r".into()));
//! assert_eq!(modem.poll_output(), Some(Output::Host("AT\r\r\nOK\r\n".into())));
//! assert_eq!(modem.poll_output(), None);
//! ```

pub mod clock;
pub mod command;
mod dispatch;
mod effects;
mod escape;
pub mod file_data;
pub mod ftp;
pub mod host;
pub mod intercept;
pub mod interface;
#[cfg(any(test, fuzzing))]
pub mod interleaving;
pub mod knobs;
mod lines;
pub mod link;
pub mod models;
pub mod network;
pub mod power;
pub mod profile;
pub mod record;
mod response;
pub mod ssl;
pub mod state;
mod timer;
pub mod view;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use crate::store::{Medium, Stores, Volume};
use crate::time::ModuleTime;

use clock::Clock;
use command::CommandTable;
use intercept::{Effect, Interceptor};
use interface::Interface;
use knobs::Knobs;
use link::{LinkEvent, LinkRequest};
use models::{MODELS, Model};
use network::Network;
use power::Power;
use profile::{Profile, Settings};
use record::Record;
use ssl::Ssl;
use state::Snapshot;
use timer::{Timer, TimerTable};

/// Something that happens to the modem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Bytes from the host (DTE). Give no more than [`Modem::host_credit`] allows, or they pile up.
    Host(Bytes),
    /// The host has taken so many bytes of [`Output::Host`].
    HostTook(usize),
    /// DTR changes. Off does what `AT&D` says.
    Dtr(bool),
    /// The host opened the port, or closed it: what it had not read is dropped, and DTR goes off.
    HostPresent(bool),
    /// The supply comes or goes: see [`power`].
    Power(bool),
    /// The FTP side answers.
    Link(LinkEvent),
    /// Somebody at the controls wants this to happen.
    Effect(Effect),
    /// Nothing but that time has passed.
    Timeout,
}

/// Something that the modem wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the host, to be written in one piece; confirmed by [`Input::HostTook`].
    Host(Bytes),
    /// A request to the FTP side.
    Link(LinkRequest),
    /// What has happened, if [`Modem::record`] has asked for it.
    Record(Record),
}

/// What a modem is made of.
#[derive(Debug)]
pub struct Setup {
    /// The module it stands for.
    pub model: &'static Model,
    /// Its knobs; those of the model unless a scenario sets some.
    pub knobs: Knobs,
    /// Its media; `None` means empty ones in memory, as the knobs say.
    pub stores: Option<Stores>,
    /// Its card and network.
    pub network: Network,
}

impl Setup {
    /// A modem of `model`, in good order.
    pub fn of(model: &'static Model) -> Setup {
        Setup { model, knobs: model.knobs(), stores: None, network: Network::default() }
    }
}

impl Default for Setup {
    /// An EC25.
    fn default() -> Setup {
        Setup::of(MODELS[0])
    }
}

/// Media in memory with the capacities that `knobs` name.
pub fn stores_of(knobs: &Knobs) -> Stores {
    Stores::new()
        .with_medium(Medium::Ufs, Some(Volume::memory(knobs.ufs_total)))
        .with_medium(Medium::Ram, Some(Volume::memory(knobs.ram_total)))
        .with_medium(Medium::Sd, knobs.sd_present.then(|| Volume::memory(knobs.sd_total)))
        .with_handle_base(knobs.handle_base)
}

/// The modem.
#[derive(Debug)]
pub struct Modem {
    table: &'static CommandTable,
    now: ModuleTime,
    outputs: VecDeque<Output>,
    timers: TimerTable,

    pub(crate) model: &'static Model,
    pub(crate) knobs: Knobs,
    /// The settings in force, and those that `ATZ` brings back.
    pub(crate) profile: Profile,
    pub(crate) stored_profile: Profile,
    pub(crate) settings: Settings,
    /// `AT+IPR` as `AT&W` stored it.
    pub(crate) stored_baud: u32,
    pub(crate) network: Network,
    pub(crate) power: Power,
    pub(crate) clock: Clock,
    pub(crate) ssl: Ssl,
    pub(crate) stores: Stores,
    pub(crate) ftp: ftp::Ftp,

    interface: Interface,
    host: host::HostSide,
    interceptor: Option<Box<dyn Interceptor>>,
    effects: effects::Effects,
    recording: bool,
    /// The state that was last told to the interceptor and the record.
    seen: Option<Snapshot>,
    /// How full the media are, in bytes, as the record knows it.
    told: BTreeMap<Medium, u64>,
}

impl Modem {
    /// A modem that has started a while ago, or with the knob `boot_urcs` is about to say `RDY`.
    pub fn new(table: &'static CommandTable, setup: Setup) -> Modem {
        let profile = Profile::factory(&setup.knobs);
        let settings = Settings::default();
        let boots = setup.knobs.boot_urcs;
        let mut modem = Modem {
            table,
            now: ModuleTime::ZERO,
            outputs: VecDeque::new(),
            timers: TimerTable::default(),
            model: setup.model,
            stores: setup.stores.unwrap_or_else(|| stores_of(&setup.knobs)),
            ftp: ftp::Ftp::new(&setup.knobs),
            knobs: setup.knobs,
            stored_profile: profile.clone(),
            profile,
            stored_baud: settings.baud,
            settings,
            clock: setup.network.time,
            network: setup.network,
            power: Power::default(),
            ssl: Ssl::default(),
            interface: Interface::default(),
            host: host::HostSide::default(),
            interceptor: None,
            effects: effects::Effects::default(),
            recording: false,
            seen: None,
            told: BTreeMap::new(),
        };
        if boots {
            modem.start_up(ModuleTime::ZERO);
        }
        modem.note_state();
        modem
    }

    /// From now on `interceptor` decides what goes wrong.
    #[must_use]
    pub fn with_interceptor(mut self, interceptor: Box<dyn Interceptor>) -> Modem {
        self.interceptor = Some(interceptor);
        self.seen = Some(Snapshot::of(&self));
        self.intercepted();
        self
    }

    /// From now on [`Output::Record`] says what happens.
    pub fn record(&mut self) {
        self.recording = true;
        self.told = self.stores.disks().map(|(medium, disk)| (medium, disk.used)).collect();
        self.seen = Some(Snapshot::of(self));
    }

    /// Takes note of `input`, which happens at `now`. Deadlines that have passed by then are
    /// dealt with first. Drain [`Modem::poll_output`] afterwards.
    pub fn handle_input(&mut self, now: ModuleTime, input: Input) {
        if let Input::HostPresent(present) = input {
            // Whether anybody listens comes before what falls due, or nobody would hear it.
            self.now = now.max(self.now);
            self.host_present(present);
        }
        while let Some(timer) = self.timers.pop_due(now) {
            self.on_timer(now, timer);
            self.go_on();
        }
        self.now = now.max(self.now);
        match input {
            Input::Host(bytes) => self.host_bytes(bytes),
            Input::HostTook(count) => {
                self.host.took(count);
                // For speed: each answer is confirmed, and only data wait for that.
                if !matches!(self.interface, Interface::Data(..)) {
                    return;
                }
            }
            Input::Dtr(on) => self.dtr(on),
            Input::Power(on) => self.supply(on),
            Input::Link(event) => self.ftp_event(event),
            Input::Effect(effect) => self.apply(effect),
            Input::HostPresent(_) | Input::Timeout => {}
        }
        self.go_on();
    }

    /// The next thing that the modem wants done.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Timeout`] is due, if nothing happens before.
    pub fn next_deadline(&self) -> Option<ModuleTime> {
        self.timers.next()
    }

    /// The module's present time: that of the last input.
    pub fn now(&self) -> ModuleTime {
        self.now
    }

    /// The RAM, UFS and SD media.
    pub fn stores(&mut self) -> &mut Stores {
        &mut self.stores
    }

    /// What `AT+QSSLCFG` has set.
    pub fn ssl(&self) -> &Ssl {
        &self.ssl
    }

    /// The module's own clock.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The simulated card and network. What changes there is noticed with the next input, unless
    /// that is [`Input::HostTook`] of an answer.
    pub fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    fn on_timer(&mut self, now: ModuleTime, timer: Timer) {
        self.now = now.max(self.now);
        match timer {
            Timer::FtpResponse | Timer::FtpHandshake => self.ftp_timeout(),
            Timer::FtpOutcome => self.ftp_tell_outcome(),
            Timer::DataAddress => self.ftp_switch_address(),
            Timer::Urc | Timer::Ring => {}
            Timer::JoinedResult => self.write_joined(),
            Timer::Escape => self.escape_deadline(),
            Timer::FileInput => self.file_input_timeout(),
            Timer::Power => self.power_step(),
            Timer::Activation => self.activation_done(),
            Timer::FtpDecided => self.ftp_end_as_decided(),
            Timer::Interceptor => self.tell_interceptor_the_time(),
            Timer::Effect => self.effects_over(),
        }
    }

    /// Sets `timer` to `after` from now.
    fn set_timer(&mut self, timer: Timer, after: Duration) {
        self.timers.set(timer, self.now + after);
    }

    fn request(&mut self, request: LinkRequest) {
        if self.ftp_is_decided(&request) {
            return;
        }
        self.outputs.push_back(Output::Link(request));
    }

    /// After anything happened: whatever can go on now goes on.
    fn go_on(&mut self) {
        loop {
            self.pump_downloads();
            if !self.take_held_input() {
                break;
            }
        }
        self.tell_registration();
        self.tell_card();
        self.flush_urcs();
        self.tell_state();
    }
}
