//! The simulated card and network: SIM, registration, signal, PDP contexts.

use std::net::Ipv4Addr;

use super::Modem;
use super::knobs::{Knobs, Outcome};

/// The card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sim {
    /// In and unlocked.
    Ready,
    /// Not there.
    Absent,
}

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
            Registration::Roaming => 5,
        }
    }

    /// Whether the network serves the module.
    pub fn is_registered(self) -> bool {
        matches!(self, Registration::Home | Registration::Roaming)
    }
}

/// The card and the network as the module sees them.
#[derive(Clone, Debug)]
pub struct Network {
    /// The card.
    pub sim: Sim,
    /// Registration, the same for CS, PS and EPS.
    pub registration: Registration,
    /// `<rssi>` of `AT+CSQ`: 0–31, 99 unknown.
    pub rssi: u8,
    /// `<ber>` of `AT+CSQ`: 0–7, 99 unknown.
    pub ber: u8,
    /// Name of the operator.
    pub operator: String,
    /// `AT+CGATT`: attached to the packet domain.
    pub attached: bool,
    /// International Mobile Equipment Identity; a number of the test range 001 by default.
    pub imei: String,
    /// Number of the card (ICCID).
    pub iccid: String,
    /// The PDP contexts.
    pub contexts: Contexts,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            sim: Sim::Ready,
            registration: Registration::Home,
            rssi: 24,
            ber: 99,
            operator: "QFTPSIM".to_owned(),
            attached: true,
            imei: "001017000000010".to_owned(),
            iccid: "89001012012341234012".to_owned(),
            contexts: Contexts::default(),
        }
    }
}

/// The highest context id, 1 being the lowest (note §2.1).
pub const CONTEXTS: u8 = 16;

/// At most so many contexts are active at once (note §4.2).
pub const MAX_ACTIVE: usize = 3;

/// What `AT+QICSGP` sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextConfig {
    /// 1 IPv4, 2 IPv6, 3 both.
    pub kind: u8,
    /// Access point name.
    pub apn: String,
    /// User name, ≤ 127 bytes.
    pub username: String,
    /// Password, ≤ 127 bytes.
    pub password: String,
    /// 0 none, 1 PAP, 2 CHAP, 3 either.
    pub authentication: u8,
}

impl Default for ContextConfig {
    /// A context nobody configured: type 1, all else empty (capture `ec20-bench-note`).
    fn default() -> ContextConfig {
        ContextConfig {
            kind: 1,
            apn: String::new(),
            username: String::new(),
            password: String::new(),
            authentication: 0,
        }
    }
}

/// A PDP context.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What `AT+QICSGP` set.
    pub config: ContextConfig,
    /// The address while it is active.
    pub address: Option<Ipv4Addr>,
}

/// The PDP contexts 1–16.
#[derive(Clone, Debug, Default)]
pub struct Contexts {
    contexts: [Context; CONTEXTS as usize],
}

impl Contexts {
    /// Context `id`, 1–16.
    pub fn get(&self, id: u8) -> &Context {
        &self.contexts[usize::from(id) - 1]
    }

    /// Context `id`, 1–16.
    pub fn get_mut(&mut self, id: u8) -> &mut Context {
        &mut self.contexts[usize::from(id) - 1]
    }

    /// The active contexts and their addresses, by id.
    pub fn active(&self) -> impl Iterator<Item = (u8, &Context, Ipv4Addr)> {
        (1..=CONTEXTS).filter_map(|id| {
            let context = self.get(id);
            Some((id, context, context.address?))
        })
    }

    /// Whether context `id` is active.
    pub fn is_active(&self, id: u8) -> bool {
        self.get(id).address.is_some()
    }
}

impl Network {
    /// Whether `AT+QIACT=<id>` succeeds now (note §4.2): card ready, attached, registered, an APN
    /// set, fewer than three contexts active.
    pub fn may_activate(&self, id: u8, knobs: &Knobs) -> bool {
        if self.contexts.is_active(id) {
            return knobs.qiact_when_active == Outcome::Ok;
        }
        self.sim == Sim::Ready
            && self.attached
            && self.registration.is_registered()
            && (!knobs.qiact_needs_apn || !self.contexts.get(id).config.apn.is_empty())
            && self.contexts.active().count() < MAX_ACTIVE
    }

    /// Activates context `id`: it gets an address.
    pub fn activate(&mut self, id: u8) {
        self.contexts.get_mut(id).address = Some(Ipv4Addr::new(10, 7, 157, id));
    }
}

impl Modem {
    /// Deactivates context `id`; an FTP session on it is gone.
    pub(crate) fn deactivate_context(&mut self, id: u8) {
        self.network.contexts.get_mut(id).address = None;
        self.ftp_context_lost(id);
    }

    /// Deactivates every context: the module has detached.
    pub(crate) fn deactivate_all_contexts(&mut self) {
        for id in 1..=CONTEXTS {
            self.deactivate_context(id);
        }
    }
}
