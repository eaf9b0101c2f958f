//! What is wanted of a simulation, and its start.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio_util::task::AbortOnDropHandle;

use crate::clock::{Clock, scaled};
use crate::commands;
use crate::endpoint::line;
use crate::endpoint::{
    BindError, Endpoint, LinkError, LinkPath, PtyError, RuntimeDirError, UnixError,
};
use crate::link::embedded::{Account, MemoryOptions, Root, ServerConfig};
use crate::link::{self, Hosts, Router, embedded};
use crate::modem::knobs::KnobError;
use crate::modem::models::{MODELS, Model};
use crate::modem::network::Network;
use crate::modem::{self, Modem, Setup, stores_of};
use crate::scenario::engine::Rules;
use crate::scenario::{Content, Destination, FillError, LinePlan, LinkPlan, Scenario};
use crate::store::{Medium, Stores, Volume};

use super::driver::Driver;
use super::handle::handle;
use super::identity::imei;
use super::notice::{Listener, Notice};
use super::ports::{PortPlan, Ports};
use super::server::Server;
use super::{RunningModem, Simulation};

/// What is wanted. The default is one EC25 on a pty with a link of its own, and an embedded
/// server with the account `test`, password `test`.
#[derive(Debug)]
pub struct Builder {
    modems: usize,
    scenario: Option<Scenario>,
    model: &'static Model,
    knobs: Vec<(String, String)>,
    ports: PortPlan,
    server: Option<ServerPlan>,
    direct: bool,
    stores: Vec<StoreFolder>,
    time_scale: f64,
    urc_gap: Option<Duration>,
    seed: Option<u64>,
    controlled: bool,
    listener: Listener,
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
            controlled: false,
            listener: Listener::default(),
        }
    }
}

/// Why a simulation could not be started: one line for its user.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder for links can't be used.
    #[error(transparent)]
    RuntimeDir(#[from] RuntimeDirError),
    /// The link can't be made.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// No pty can be had.
    #[error(transparent)]
    Pty(#[from] PtyError),
    /// The TCP port of a modem can't be had.
    #[error(transparent)]
    Tcp(#[from] BindError),
    /// The Unix socket of a modem can't be had.
    #[error(transparent)]
    Unix(#[from] UnixError),
    /// Standard input and output can't be had.
    #[error("standard input and output: {0}")]
    Stdio(io::Error),
    /// Several modems on one standard input.
    #[error("standard input and output are one port: --stdio is for one modem")]
    StdioShared,
    /// The embedded server can't be started.
    #[error(transparent)]
    Server(#[from] embedded::StartError),
    /// There is no such knob, or it does not take this value.
    #[error(transparent)]
    Knob(#[from] KnobError),
    /// The server's authority can't make its keys.
    #[error("the certificate authority of the FTP server: {0}")]
    Authority(#[from] rcgen::Error),
    /// The authority's certificate can't be written.
    #[error("the CA certificate of the FTP server: {0}")]
    CaFile(io::Error),
    /// A store can't be filled as the scenario says.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The server can't have a file of the scenario.
    #[error("the file {path} of the scenario's server: {error}")]
    ServerFile {
        /// Its path on the server.
        path: String,
        /// Why not.
        error: io::Error,
    },
    /// A folder can't stand for a medium.
    #[error("store {}: {}: {error}", .store.medium, .store.folder.display())]
    Store {
        /// What was wanted.
        store: StoreFolder,
        /// Why not.
        error: io::Error,
    },
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

    /// Faults may come while it runs: its modems have rules, even without a scenario.
    #[must_use]
    pub fn controlled(mut self) -> Self {
        self.controlled = true;
        self
    }

    /// Tells `listen` what a user should know and the host is not told, such as why a TLS
    /// handshake failed.
    #[must_use]
    pub fn on_notice(mut self, listen: impl Fn(&Notice) + Send + Sync + 'static) -> Self {
        self.listener = Listener(Arc::new(listen));
        self
    }

    /// Starts it. When this returns, everything accepts work.
    ///
    /// # Errors
    /// The first thing that could not be had; nothing stays behind.
    pub async fn start(self) -> Result<Simulation, StartError> {
        if self.ports.stdio && self.modems > 1 {
            return Err(StartError::StdioShared);
        }
        // Links are claimed first: a name that is taken is the likeliest mistake.
        let mut links = self.ports.links(self.modems)?.into_iter();
        let server = match &self.server {
            Some(plan) => Some(self.start_server(plan).await?),
            None => None,
        };
        let mut hosts = Hosts::default();
        for (name, destination) in self.scenario.iter().flat_map(|scenario| &scenario.hosts) {
            hosts.insert(&name.0, destination.clone());
        }
        if self.direct {
            hosts.insert("*", Destination::Direct);
        }
        let router = match &server {
            Some(server) => server.router(hosts),
            None => Router::new(hosts, None),
        };
        let seed =
            self.seed.or(self.scenario.as_ref().and_then(|scenario| Some(scenario.seed?.get())));
        let seed = seed.unwrap_or_else(rand::random);
        let mut modems = Vec::with_capacity(self.modems);
        for index in 0..self.modems {
            modems.push(self.start_modem(index, links.next(), router.clone(), seed)?);
        }
        Ok(Simulation { seed, server, modems })
    }

    /// The server, with the files of the scenario unless it serves a folder.
    async fn start_server(&self, plan: &ServerPlan) -> Result<Server, StartError> {
        let wanted = self.scenario.as_ref().map(|scenario| &scenario.server);
        let quota = wanted.and_then(|wanted| wanted.quota).map(|quota| quota.0);
        let server = Server::start(plan.config(quota)).await?;
        let files = wanted.filter(|_| plan.root.is_none()).map(|wanted| &wanted.files.0);
        for (path, content) in files.into_iter().flatten() {
            put(&server, &path.0, content.as_ref())
                .map_err(|error| StartError::ServerFile { path: path.0.clone(), error })?;
        }
        Ok(server)
    }

    fn start_modem(
        &self,
        index: usize,
        link: Option<LinkPath>,
        mut router: Router,
        seed: u64,
    ) -> Result<RunningModem, StartError> {
        let name = format!("modem{index}");
        let mut modem = self.modem(index, &name)?;
        let clock = Clock::start(self.time_scale);
        // Each modem draws numbers of its own.
        let seed = seed.wrapping_add(index as u64);
        let rules = match &self.scenario {
            Some(scenario) => Some(Rules::of(scenario, seed)),
            None => self.controlled.then(|| Rules::new(Vec::new(), LinkPlan::default(), seed)),
        };
        if let Some(rules) = rules.as_ref().filter(|_| self.controlled) {
            rules.expect_more();
        }
        if let Some(rules) = &rules {
            modem = modem.with_interceptor(Box::new(rules.clone()));
            if !rules.leaves_wire_alone() {
                router = router.with_interposition(link::faults::interposition(rules, clock));
            }
        }
        let Ports { mut endpoints, places } = self.ports.open(index, self.modems, link)?;
        let plan =
            self.scenario.as_ref().map_or_else(LinePlan::default, |scenario| scenario.line.clone());
        if let Some(rules) = &rules
            && let Some(wiring) = line::faults::wiring(rules, &plan, clock, seed)
        {
            let wrapped = endpoints.into_iter().map(|port| wiring.around(port));
            endpoints = wrapped.map(|line| Box::new(line) as Box<dyn Endpoint>).collect();
        }
        let (handle, orders) = handle();
        let driver = Driver::new(
            (name.clone(), self.listener.clone()),
            modem,
            endpoints,
            clock,
            link::spawn(Arc::new(router)),
            orders,
        );
        let driver = match &rules {
            Some(rules) => driver.with_rules(rules.clone()),
            None => driver,
        };
        Ok(RunningModem {
            name,
            model: self.model,
            places,
            rules,
            clock,
            handle,
            driver: AbortOnDropHandle::new(tokio::spawn(driver.run())),
        })
    }

    /// The machine itself.
    fn modem(&self, index: usize, name: &str) -> Result<Modem, StartError> {
        let mut knobs = self.model.knobs();
        if let Some(scenario) = &self.scenario {
            scenario.set_knobs(&mut knobs);
        }
        for (name, value) in &self.knobs {
            knobs.set(name, value)?;
        }
        // The gap is for hosts, which live in wall time.
        knobs.urc_gap = scaled(self.urc_gap.unwrap_or(knobs.urc_gap), self.time_scale);
        let mut stores = stores_of(&knobs);
        let mut network = Network::default();
        if let Some(scenario) = &self.scenario {
            stores = scenario.fill(stores)?;
            network = scenario.network();
        }
        for store in &self.stores {
            stores = self.with_folder(stores, store, name)?;
        }
        network.imei = imei(index);
        network.time = wall_time();
        let setup = Setup { model: self.model, knobs, stores: Some(stores), network };
        Ok(Modem::new(&commands::TABLE, setup))
    }

    fn with_folder(
        &self,
        mut stores: Stores,
        store: &StoreFolder,
        name: &str,
    ) -> Result<Stores, StartError> {
        let error = |error| StartError::Store { store: store.clone(), error };
        let mut folder = store.folder.clone();
        if self.modems > 1 {
            folder.push(name);
            std::fs::create_dir_all(&folder).map_err(error)?;
        }
        // What the medium holds stays as the model has it; an absent one gets what UFS has.
        let like = stores.disk(store.medium).or_else(|_| stores.disk(Medium::Ufs));
        let capacity = like.map_or(0, |disk| disk.total);
        let volume = Volume::folder(&folder, capacity).map_err(error)?;
        Ok(stores.with_medium(store.medium, Some(volume)))
    }
}

/// Makes a file of the server, or with `None` a folder.
fn put(server: &Server, path: &str, content: Option<&Content>) -> io::Result<()> {
    let files = server.ftp.files();
    let made = match content {
        Some(content) => files.write(path, content.bytes()?),
        None => files.mkdir(path),
    };
    made.map_err(io::Error::other)
}

impl ServerPlan {
    /// The server of a scenario, on a port that the system chooses.
    pub fn of(scenario: &Scenario) -> ServerPlan {
        let accounts = scenario.server.accounts.clone().into_iter().collect();
        ServerPlan { accounts, ..ServerPlan::default() }
    }

    fn config(&self, quota: Option<u64>) -> ServerConfig {
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

/// A clock of the module that is right now, in UTC.
fn wall_time() -> modem::clock::Clock {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since_1970.map_or(0, |since| since.as_secs());
    modem::clock::Clock::new(i64::try_from(seconds).unwrap_or(0), 0)
}
