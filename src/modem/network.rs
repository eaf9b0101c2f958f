//! The simulated card and network: SIM, registration, signal, PDP contexts, names.

mod activation;
mod contexts;
mod names;
mod tcpip_error;

use std::collections::BTreeMap;

use crate::at::error::CmeError;

use super::Modem;
use super::clock::Clock;

pub use contexts::{
    Activation, CONTEXTS, Context, ContextConfig, Contexts, Definition, DefinitionOptions,
    MAX_ACTIVE,
};
pub use names::{NameTable, Reach};
pub use tcpip_error::TcpIpError;

/// The card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sim {
    /// In and unlocked.
    Ready,
    /// Not there.
    Absent,
    /// In, and waits for its PIN.
    PinRequired,
    /// In, and waits for its PUK: three wrong PINs were given.
    PukRequired,
    /// It was there and does not answer any more; or ten wrong PUKs have blocked it.
    Lost,
}

/// What a card knows to unlock it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// PIN 1, 4–8 digits.
    pub pin: String,
    /// PUK 1, 8 digits.
    pub puk: String,
    /// Whether the card asks for its PIN at every start (`AT+CLCK="SC"`).
    pub asked: bool,
    /// How many tries are left for PIN 1, PUK 1, PIN 2 and PUK 2.
    pub tries: [u8; 4],
}

impl Default for Pins {
    fn default() -> Pins {
        Pins { pin: "1234".to_owned(), puk: "12345678".to_owned(), asked: false, tries: TRIES }
    }
}

const TRIES: [u8; 4] = [3, 10, 3, 10];

/// `<stat>` of the registration commands (27.007 §7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// 0, and not searching.
    NotRegistered,
    /// 1.
    Home,
    /// 2.
    Searching,
    /// 3.
    Denied,
    /// 4, out of coverage perhaps.
    Unknown,
    /// 5.
    Roaming,
}

impl Registration {
    /// The number.
    pub fn stat(self) -> u8 {
        match self {
            Registration::NotRegistered => 0,
            Registration::Home => 1,
            Registration::Searching => 2,
            Registration::Denied => 3,
            Registration::Unknown => 4,
            Registration::Roaming => 5,
        }
    }

    /// Whether the network serves the module.
    pub fn is_registered(self) -> bool {
        matches!(self, Registration::Home | Registration::Roaming)
    }
}

/// What a registration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// `AT+CREG`: circuit-switched.
    CircuitSwitched,
    /// `AT+CGREG`: packet.
    Packet,
    /// `AT+CEREG`: evolved packet system.
    Evolved,
}

impl Domain {
    /// All of them, in the order of [`super::profile::Profile::registration_urcs`].
    pub const ALL: [Domain; 3] = [Domain::CircuitSwitched, Domain::Packet, Domain::Evolved];

    /// The command that tells the registration.
    pub fn command(self) -> &'static str {
        match self {
            Domain::CircuitSwitched => "+CREG",
            Domain::Packet => "+CGREG",
            Domain::Evolved => "+CEREG",
        }
    }
}

/// `AT+COPS`: how an operator is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// 0.
    #[default]
    Automatic,
    /// 1: by the host.
    Manual,
    /// 2: none.
    Deregistered,
}

/// The card and the network as the module sees them.
#[derive(Clone, Debug)]
pub struct Network {
    /// The card.
    pub sim: Sim,
    /// What unlocks it.
    pub pins: Pins,
    /// What the network grants: in every domain, unless `circuit_switched` says otherwise.
    pub registration: Registration,
    /// What it grants for calls, if that is something else (a data-only card is denied).
    pub circuit_switched: Option<Registration>,
    /// `<rssi>` of `AT+CSQ`: 0–31, 99 unknown.
    pub rssi: u8,
    /// `<ber>` of `AT+CSQ`: 0–7, 99 unknown.
    pub ber: u8,
    /// Name of the operator; empty while it is not known yet.
    pub operator: String,
    /// Its short name.
    pub operator_short: String,
    /// Its country and network code.
    pub plmn: String,
    /// `AT+COPS`: how it was chosen.
    pub selection: Selection,
    /// `<AcT>`: 7 LTE, 2 UTRAN, 0 GSM (27.007 §7.3).
    pub access: u8,
    /// Location or tracking area, and cell, both in hexadecimal.
    pub cell: (String, String),
    /// `AT+CGATT`: attached to the packet domain.
    pub attached: bool,
    /// International Mobile Equipment Identity; a number of the test range 001 by default.
    pub imei: String,
    /// Serial number of the module.
    pub serial_number: String,
    /// International Mobile Subscriber Identity; of the test network 001-01 by default.
    pub imsi: String,
    /// Number of the card (ICCID).
    pub iccid: String,
    /// The PDP contexts.
    pub contexts: Contexts,
    /// Quality of service as `AT+CGQMIN` and its like set it, by command and context; without
    /// effect.
    pub qos: BTreeMap<(&'static str, u8), String>,
    /// Who answers in the network.
    pub names: NameTable,
    /// The time that the network announces.
    pub time: Clock,
    /// `AT+QIGETERROR`: how the last TCP/IP command went.
    pub last_error: TcpIpError,
    /// The context of a packet call (`ATD*99#`).
    pub(crate) call: Option<u8>,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            sim: Sim::Ready,
            pins: Pins::default(),
            registration: Registration::Home,
            circuit_switched: None,
            rssi: 24,
            ber: 99,
            operator: "QFTPSIM".to_owned(),
            operator_short: "QFTPSIM".to_owned(),
            plmn: "00101".to_owned(),
            selection: Selection::Automatic,
            access: 7,
            cell: ("1DC6".to_owned(), "7D20307".to_owned()),
            attached: true,
            imei: "001017000000010".to_owned(),
            serial_number: "D1Q25A1000001".to_owned(),
            imsi: "001010000000001".to_owned(),
            iccid: "89001012012341234012".to_owned(),
            contexts: Contexts::default(),
            qos: BTreeMap::new(),
            names: NameTable::default(),
            time: Clock::default(),
            last_error: TcpIpError::OK,
            call: None,
        }
    }
}

impl Network {
    /// The card asks for `pin` from now on.
    pub fn lock_card(&mut self, pin: &str) {
        self.pins = Pins { pin: pin.to_owned(), asked: true, ..Pins::default() };
        self.sim = Sim::PinRequired;
    }

    /// A PIN was given where it may be wrong, too: what that does to the card.
    ///
    /// # Errors
    /// 16 for a wrong one; after three the card wants its PUK, then 12.
    pub(crate) fn check_pin(&mut self, pin: &str) -> Result<(), CmeError> {
        if self.pins.tries[0] == 0 {
            return Err(CmeError::SIM_PUK_REQUIRED);
        }
        if self.pins.pin == pin {
            self.pins.tries[0] = TRIES[0];
            return Ok(());
        }
        self.pins.tries[0] -= 1;
        if self.pins.tries[0] == 0 {
            self.sim = Sim::PukRequired;
        }
        Err(CmeError::INCORRECT_PASSWORD)
    }

    /// A PUK was given, with the PIN to be.
    ///
    /// # Errors
    /// 16 for a wrong one; after ten the card is of no use any more, 13.
    pub(crate) fn check_puk(&mut self, puk: &str, new_pin: &str) -> Result<(), CmeError> {
        if self.pins.puk == puk {
            self.pins.tries = TRIES;
            self.pins.pin = new_pin.to_owned();
            self.sim = Sim::Ready;
            return Ok(());
        }
        self.pins.tries[1] = self.pins.tries[1].saturating_sub(1);
        if self.pins.tries[1] == 0 {
            self.sim = Sim::Lost;
            return Err(CmeError::SIM_FAILURE);
        }
        Err(CmeError::INCORRECT_PASSWORD)
    }

    /// The card has lost its supply: it asks for its PIN again.
    pub(crate) fn restart_card(&mut self) {
        if self.pins.asked && self.sim == Sim::Ready {
            self.sim = Sim::PinRequired;
        }
    }

    /// The module restarts.
    pub(crate) fn restart(&mut self) {
        self.restart_card();
        self.contexts.restart();
        self.qos.clear();
        self.selection = Selection::Automatic;
        self.attached = true;
        self.last_error = TcpIpError::OK;
        self.call = None;
    }
}

impl Modem {
    /// Errors unless the card can be used: 10, 11, 12, 13 or 14 (27.007 §9.2).
    pub(crate) fn card(&self) -> Result<(), CmeError> {
        self.power.card_error(self.network.sim).map_or(Ok(()), Err)
    }

    /// The registration in `domain` as the module sees it now.
    pub fn registration(&self, domain: Domain) -> Registration {
        self.registrations()[domain as usize]
    }

    /// The registrations in all domains, in the order of [`Domain::ALL`]. For speed: each input
    /// looks whether one has changed.
    fn registrations(&self) -> [Registration; 3] {
        let network = &self.network;
        let deregistered = network.selection == Selection::Deregistered;
        if self.card().is_err() || !self.power.radio() || deregistered {
            return [Registration::NotRegistered; 3];
        }
        let granted = |registration| {
            if self.power.is_searching() { Registration::Searching } else { registration }
        };
        let packet = if network.attached {
            granted(network.registration)
        } else {
            Registration::NotRegistered
        };
        [granted(network.circuit_switched.unwrap_or(network.registration)), packet, packet]
    }

    /// Whether the network serves the module in any domain.
    pub(crate) fn is_registered(&self) -> bool {
        self.registrations().into_iter().any(Registration::is_registered)
    }

    /// `<stat>` and, with `<n>`=2 and a network, area, cell and access technology.
    pub(crate) fn registration_text(&self, domain: Domain) -> String {
        let registration = self.registration(domain);
        let stat = registration.stat();
        let n = self.profile.registration_urcs[domain as usize];
        if n == 2 && registration.is_registered() {
            let Network { cell: (area, cell), access, .. } = &self.network;
            format!("{stat},\"{area}\",\"{cell}\",{access}")
        } else {
            stat.to_string()
        }
    }

    /// The network sets the clock, where it may (`AT+CTZU`).
    pub(crate) fn clock_from_network(&mut self) {
        self.clock = match self.settings.clock_update {
            1 => self.network.time,
            3 => self.network.time.local(),
            _ => return,
        };
    }

    /// Takes the present state for what the host knows.
    pub(super) fn note_state(&mut self) {
        self.power.told = self.registrations();
        self.power.told_card = self.card_inserted();
    }

    /// Tells a registration that has changed, where the host wants to know.
    pub(super) fn tell_registration(&mut self) {
        let now = self.registrations();
        if now == self.power.told {
            return;
        }
        let before = std::mem::replace(&mut self.power.told, now);
        for domain in Domain::ALL {
            let changed = before[domain as usize] != now[domain as usize];
            if changed && self.profile.registration_urcs[domain as usize] > 0 {
                let text = self.registration_text(domain);
                self.urc(format!("{}: {text}", domain.command()));
            }
        }
    }

    /// Tells a card that has come or gone, where the host wants to know (`AT+QSIMSTAT=1`).
    pub(super) fn tell_card(&mut self) {
        let inserted = self.card_inserted();
        let before = std::mem::replace(&mut self.power.told_card, inserted);
        if before != inserted && self.settings.card_urcs {
            self.urc(format!("+QSIMSTAT: 1,{}", u8::from(inserted)));
        }
    }

    /// `<inserted_status>` of `AT+QSIMSTAT`: the module sees a card once that has started (capture
    /// `ec20-ce-edge-modem-bench`).
    pub(crate) fn card_inserted(&self) -> bool {
        self.power.card_is_up() && !matches!(self.network.sim, Sim::Absent | Sim::Lost)
    }
}
