//! The PDP contexts: what `AT+QICSGP` and `AT+CGDCONT` define, and who uses them.

use std::net::Ipv4Addr;

/// The highest context id, 1 being the lowest (note §2.1).
pub const CONTEXTS: u8 = 16;

/// At most so many contexts are active at once (note §4.2).
pub const MAX_ACTIVE: usize = 3;

/// What `AT+QICSGP` sets. `AT+CGDCONT` sets the type and the APN of the same context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextConfig {
    /// 1 IPv4, 2 IPv6, 3 both; 0 for a context that nobody has defined (captures, INDEX point 24).
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

/// The last four parameters of `AT+CGDCONT`: data compression, header compression, address
/// allocation, request type. Kept, without effect.
pub type DefinitionOptions = [u8; 4];

/// What `AT+CGDCONT` defines; it outlives a restart, `AT+QICSGP` does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// 1 IPv4, 2 IPv6, 3 both; 0 undefined.
    pub kind: u8,
    /// Access point name.
    pub apn: String,
    /// The parameters without effect.
    pub options: DefinitionOptions,
}

/// Whether a context is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// Not active.
    #[default]
    Inactive,
    /// Active for TCP/IP and FTP (`AT+QIACT`), with this address.
    TcpIp(Ipv4Addr),
    /// Active for something else, `AT+CGACT` or a packet call: `AT+QIACT` can't have it (§4.2).
    Other(Ipv4Addr),
    /// The network has dropped it: it must be deactivated before it can be activated again.
    Dropped,
}

/// A PDP context.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What `AT+QICSGP` set.
    pub config: ContextConfig,
    /// Whether it is in use.
    pub activation: Activation,
    /// What `AT+QIDNSCFG` set, instead of the network's name servers.
    pub name_servers: Option<[Ipv4Addr; 2]>,
    pub(super) definition: Definition,
}

impl Context {
    /// Its address while it is active.
    pub fn address(&self) -> Option<Ipv4Addr> {
        match self.activation {
            Activation::TcpIp(address) | Activation::Other(address) => Some(address),
            Activation::Inactive | Activation::Dropped => None,
        }
    }

    /// Its name servers; those of the network unless others were set.
    pub fn name_servers(&self) -> [Ipv4Addr; 2] {
        self.name_servers.unwrap_or([Ipv4Addr::new(10, 7, 0, 1), Ipv4Addr::new(10, 7, 0, 2)])
    }

    /// The parameters of its definition that have no effect.
    pub fn options(&self) -> DefinitionOptions {
        self.definition.options
    }

    /// `AT+CGDCONT`.
    pub fn define(&mut self, definition: Definition) {
        self.config = ContextConfig {
            kind: definition.kind,
            apn: definition.apn.clone(),
            ..std::mem::take(&mut self.config)
        };
        self.definition = definition;
    }
}

/// The PDP contexts 1–16.
#[derive(Clone, Debug)]
pub struct Contexts {
    contexts: [Context; CONTEXTS as usize],
}

impl Default for Contexts {
    /// Only context 1 is defined, as IPv4 without an APN (capture `ec20-bench-note`).
    fn default() -> Contexts {
        let mut contexts = Contexts { contexts: Default::default() };
        contexts.get_mut(1).define(Definition { kind: 1, ..Definition::default() });
        contexts
    }
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

    /// All of them by id.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &Context)> {
        (1..=CONTEXTS).zip(&self.contexts)
    }

    /// The contexts that somebody has defined, by id.
    pub fn defined(&self) -> impl Iterator<Item = (u8, &Context)> {
        self.iter().filter(|(_, context)| context.config.kind != 0)
    }

    /// Whether context `id` is active for TCP/IP and FTP.
    pub fn is_active(&self, id: u8) -> bool {
        matches!(self.get(id).activation, Activation::TcpIp(_))
    }

    /// Those that are active, whoever uses them, by id.
    pub fn active_ids(&self) -> impl Iterator<Item = u8> {
        self.iter().filter(|(_, context)| context.address().is_some()).map(|(id, _)| id)
    }

    /// How many are active, whoever uses them.
    pub fn active(&self) -> usize {
        self.active_ids().count()
    }

    /// The module restarts: what is left is what `AT+CGDCONT` has defined.
    pub(super) fn restart(&mut self) {
        for context in &mut self.contexts {
            let definition = std::mem::take(context).definition;
            context.define(definition);
        }
    }
}
