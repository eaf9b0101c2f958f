//! The start of a simulation, from what a [`Builder`] wants.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use crate::clock::{Clock, scaled};
use crate::commands;
use crate::endpoint::line;
use crate::endpoint::{
    BindError, Endpoint, LinkError, LinkPath, PtyError, RuntimeDirError, UnixError,
};
use crate::link::interposer::Interposition;
use crate::link::{self, Hosts, Router, embedded};
use crate::modem::knobs::KnobError;
use crate::modem::network::Network;
use crate::modem::{self, Modem, Setup, stores_of};
use crate::scenario::engine::Rules;
use crate::scenario::verdict::Verdict;
use crate::scenario::{Content, Destination, FillError, LinkPlan};
use crate::store::{Medium, Stores, Volume};
use crate::transcript::event::Start;

use super::builder::{Builder, ServerPlan, StoreFolder};
use super::driver::Driver;
use super::handle::handle;
use super::identity::imei;
use super::ports::Ports;
use super::recorder::{self, Recorder};
use super::server::Server;
use super::transcript::{self, TranscriptFile};
use super::{RunningModem, Simulation};

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
    /// The transcript can't be written.
    #[error("the transcript {}: {error}", .path.display())]
    Transcript {
        /// Its file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Several modems in one dialogue.
    #[error("a transcript that ends in .chat is the dialogue of one modem")]
    TranscriptShared,
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
    /// Starts it. When this returns, everything accepts work.
    ///
    /// # Errors
    /// The first thing that could not be had; nothing stays behind.
    pub async fn start(self) -> Result<Simulation, StartError> {
        if self.ports.stdio && self.modems > 1 {
            return Err(StartError::StdioShared);
        }
        let transcript = self.open_transcript()?;
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
            let recorded = Recorded { seed, server: server.as_ref(), file: transcript.clone() };
            modems.push(self.start_modem(index, links.next(), router.clone(), recorded)?);
        }
        Ok(Simulation { seed, server, modems, transcript })
    }

    /// The server, with the files of the scenario unless it serves a folder.
    async fn start_server(&self, plan: &ServerPlan) -> Result<Server, StartError> {
        let wanted = self.scenario.as_ref().map(|scenario| &scenario.server);
        let quota = wanted.and_then(|wanted| wanted.quota).map(|quota| quota.0);
        let tls = wanted.map(|wanted| wanted.tls.clone()).unwrap_or_default();
        let server = Server::start(plan.config(quota), &tls).await?;
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
        recorded: Recorded<'_>,
    ) -> Result<RunningModem, StartError> {
        let name = format!("modem{index}");
        let mut modem = self.modem(index, &name)?;
        let clock = Clock::start(self.time_scale);
        // Each modem draws numbers of its own.
        let seed = recorded.seed.wrapping_add(index as u64);
        let rules = self.rules(seed);
        if let Some(rules) = &rules {
            modem = modem.with_interceptor(Box::new(rules.clone()));
        }
        let recorder = self.recorder(&name, recorded, rules.as_ref());
        let faults = rules.as_ref().filter(|rules| !rules.leaves_wire_alone());
        let interposition = faults.map(|rules| link::faults::interposition(rules, clock));
        let interposition = match recorder.clone() {
            Some(recorder) => Some(
                interposition
                    .unwrap_or_else(|| Interposition::idle(clock))
                    .observed_by(Arc::new(recorder)),
            ),
            None => interposition,
        };
        if let Some(interposition) = interposition {
            router = router.with_interposition(interposition);
        }
        let Ports { mut endpoints, places } = self.ports.open(index, self.modems, link)?;
        let plan = self.scenario.as_ref().map(|scenario| scenario.line.clone()).unwrap_or_default();
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
        let driver = match &recorder {
            Some(recorder) => driver.with_recorder(recorder.clone()),
            None => driver,
        };
        let (stop, stopped) = oneshot::channel();
        Ok(RunningModem {
            name,
            model: self.model,
            places,
            rules,
            clock,
            handle,
            recorder,
            stop,
            driver: AbortOnDropHandle::new(tokio::spawn(driver.run(stopped))),
        })
    }

    /// What goes wrong, if anything does now or may later.
    fn rules(&self, seed: u64) -> Option<Rules> {
        let rules = match &self.scenario {
            Some(scenario) => Rules::of(scenario, seed),
            None if self.controlled => Rules::new(Vec::new(), LinkPlan::default(), seed),
            None => return None,
        };
        if self.controlled {
            rules.expect_more();
        }
        Some(rules)
    }

    /// The file of the transcript, if one is wanted.
    fn open_transcript(&self) -> Result<Option<TranscriptFile>, StartError> {
        let Some(path) = self.recording.as_ref().and_then(|recording| recording.file.as_deref())
        else {
            return Ok(None);
        };
        if transcript::is_dialogue(path) && self.modems > 1 {
            return Err(StartError::TranscriptShared);
        }
        let error = |error| StartError::Transcript { path: path.to_owned(), error };
        TranscriptFile::create(path).map_err(error).map(Some)
    }

    /// The recorder of the modem `name`, if one is wanted.
    fn recorder(
        &self,
        name: &str,
        recorded: Recorded<'_>,
        rules: Option<&Rules>,
    ) -> Option<Recorder> {
        let mut recording = self.recording.clone()?;
        // What is to be sent again must be there.
        recording.scope.full |= recording.file.as_deref().is_some_and(transcript::is_dialogue);
        let scenario = self.scenario.as_ref();
        Some(Recorder::start(recorder::Setup {
            start: Start {
                modem: name.to_owned(),
                model: self.model.name.to_ascii_uppercase(),
                scenario: scenario.map(|scenario| scenario.name.0.clone()),
                seed: recorded.seed,
            },
            recording: &recording,
            description: scenario.map_or(String::new(), |scenario| scenario.description.clone()),
            verdict: scenario.map_or(Verdict::default(), Verdict::of),
            rules: rules.cloned(),
            server: recorded.server.map(|server| server.ftp.files().clone()),
            file: recorded.file,
            listener: self.listener.clone(),
        }))
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

/// What a recorder needs to know of the simulation.
struct Recorded<'a> {
    seed: u64,
    server: Option<&'a Server>,
    file: Option<TranscriptFile>,
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

/// A clock of the module that is right now, in UTC.
fn wall_time() -> modem::clock::Clock {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since_1970.map_or(0, |since| since.as_secs());
    modem::clock::Clock::new(i64::try_from(seconds).unwrap_or(0), 0)
}
