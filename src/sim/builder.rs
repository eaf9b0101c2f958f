//! What is wanted of a simulation.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::link::embedded::{Account, MemoryOptions, Root, ServerConfig};
use crate::modem::models::{MODELS, Model};
use crate::scenario::Scenario;
use crate::store::Medium;

use super::notice::{Listener, Notice};
use super::ports::PortPlan;
use super::recorder::Recording;

/// What is wanted. The default is one EC25 on a pty with a link of its own, and an embedded
/// server with the account `test`, password `test`.
#[derive(Debug)]
pub struct Builder {
    pub(super) modems: usize,
    pub(super) scenario: Option<Scenario>,
    pub(super) model: &'static Model,
    pub(super) knobs: Vec<(String, String)>,
    pub(super) ports: PortPlan,
    pub(super) server: Option<ServerPlan>,
    pub(super) direct: bool,
    pub(super) stores: Vec<StoreFolder>,
    pub(super) time_scale: f64,
    pub(super) urc_gap: Option<Duration>,
    pub(super) seed: Option<u64>,
    pub(super) recording: Option<Recording>,
    pub(super) controlled: bool,
    pub(super) listener: Listener,
}

/// The embedded server that is wanted.
#[derive(Clone, Debug)]
pub struct ServerPlan {
    /// User names and passwords.
    pub accounts: Vec<(String, String)>,
    /// A folder to be served, instead of files in memory.
    pub root: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
}

impl Default for ServerPlan {
    fn default() -> Self {
        ServerPlan { accounts: vec![("test".to_owned(), "test".to_owned())], root: None, port: 0 }
    }
}

/// A medium whose files are those of a folder. With more than one modem each has a folder of its
/// name in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFolder {
    /// The medium.
    pub medium: Medium,
    /// The folder; must exist.
    pub folder: PathBuf,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            modems: 1,
            scenario: None,
            model: MODELS[0],
            knobs: Vec::new(),
            ports: PortPlan::default(),
            server: Some(ServerPlan::default()),
            direct: false,
            stores: Vec::new(),
            time_scale: 1.0,
            urc_gap: None,
            seed: None,
            recording: None,
            controlled: false,
            listener: Listener::default(),
        }
    }
}

impl Builder {
    /// So many modems, each with its own stores, session and ports.
    #[must_use]
    pub fn modems(mut self, count: usize) -> Self {
        self.modems = count;
        self
    }

    /// What they and their server are like, and what goes wrong. Everything that is said after
    /// this goes over it.
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.model = scenario.model.0;
        self.time_scale = scenario.time_scale.0;
        self.server = Some(ServerPlan::of(&scenario));
        self.scenario = Some(scenario);
        self
    }

    /// Which module they stand for.
    #[must_use]
    pub fn model(mut self, model: &'static Model) -> Self {
        self.model = model;
        self
    }

    /// Sets the knob `name` otherwise than the model has it.
    #[must_use]
    pub fn knob(mut self, name: &str, value: &str) -> Self {
        self.knobs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without ptys.
    #[must_use]
    pub fn no_pty(mut self) -> Self {
        self.ports.pty = false;
        self
    }

    /// The link to the pty, instead of `modem0` in the runtime folder. With more than one modem
    /// their numbers are appended.
    #[must_use]
    pub fn link(mut self, path: PathBuf) -> Self {
        self.ports.link = Some(path);
        self
    }

    /// A TCP port too. With more than one modem they take the ports that follow, unless it is 0.
    #[must_use]
    pub fn tcp(mut self, addr: SocketAddr) -> Self {
        self.ports.tcp = Some(addr);
        self
    }

    /// A TCP port that speaks RFC 2217 too, with the lines of a serial port. Counts up as
    /// [`tcp`](Self::tcp).
    #[must_use]
    pub fn rfc2217(mut self, addr: SocketAddr) -> Self {
        self.ports.rfc2217 = Some(addr);
        self
    }

    /// A Unix socket too: a path, or `@name` for an abstract one. With more than one modem their
    /// numbers are appended.
    #[must_use]
    pub fn unix(mut self, path: PathBuf) -> Self {
        self.ports.unix = Some(path);
        self
    }

    /// Standard input and output too; the modem ends when its input does. For one modem only.
    #[must_use]
    pub fn stdio(mut self) -> Self {
        self.ports.stdio = true;
        self
    }

    /// The embedded server, or none.
    #[must_use]
    pub fn server(mut self, server: Option<ServerPlan>) -> Self {
        self.server = server;
        self
    }

    /// Host names are resolved for real, instead of all leading to the embedded server.
    #[must_use]
    pub fn direct(mut self) -> Self {
        self.direct = true;
        self
    }

    /// A folder stands for a medium.
    #[must_use]
    pub fn store(mut self, store: StoreFolder) -> Self {
        self.stores.push(store);
        self
    }

    /// Module time runs so many times as fast as wall time.
    #[must_use]
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.time_scale = scale;
        self
    }

    /// The pause between `OK` and a later line, in wall time, whatever the model says.
    #[must_use]
    pub fn urc_gap(mut self, gap: Duration) -> Self {
        self.urc_gap = Some(gap);
        self
    }

    /// What everything random is drawn from; else the scenario's seed, or one drawn anew.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// It may be steered while it runs: its modems have rules even without a scenario, as faults
    /// may come, and are recorded.
    #[must_use]
    pub fn controlled(mut self) -> Self {
        self.controlled = true;
        self.recording.get_or_insert_default();
        self
    }

    /// Records what happens, for [`finish`](super::Simulation::finish) and
    /// [`recorder`](super::RunningModem::recorder).
    #[must_use]
    pub fn record(mut self, recording: Recording) -> Self {
        self.recording = Some(recording);
        self
    }

    /// Tells `listen` what a user should know and the host is not told, such as why a TLS
    /// handshake failed.
    #[must_use]
    pub fn on_notice(mut self, listen: impl Fn(&Notice) + Send + Sync + 'static) -> Self {
        self.listener = Listener(Arc::new(listen));
        self
    }
}

impl ServerPlan {
    /// The server of a scenario, on a port that the system chooses.
    pub fn of(scenario: &Scenario) -> ServerPlan {
        let accounts = scenario.server.accounts.clone().into_iter().collect();
        ServerPlan { accounts, ..ServerPlan::default() }
    }

    pub(super) fn config(&self, quota: Option<u64>) -> ServerConfig {
        ServerConfig {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port),
            accounts: self
                .accounts
                .iter()
                .map(|(user, password)| Account::new(user, password))
                .collect(),
            root: match &self.root {
                Some(folder) => Root::Folder(folder.clone()),
                None => Root::Memory(MemoryOptions { quota, ..MemoryOptions::default() }),
            },
            tls: None,
        }
    }
}
