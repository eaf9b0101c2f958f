//! Running modems: everything put together.
//!
//! [`Builder`] says what is wanted, [`Simulation`] is what runs: an FTP server, and one or more
//! modems, each with its own stores, session and ports. [`Modem`] is the short way for tests: one of
//! them, recorded and under control.

mod builder;
mod ca_file;
mod driver;
mod front;
mod handle;
mod identity;
mod notice;
mod ports;
mod recorder;
mod server;
mod start;
mod transcript;

use std::net::SocketAddr;
use std::path::Path;

use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use crate::clock::Clock;
use crate::link::embedded::EmbeddedServer;
use crate::modem::models::Model;
use crate::scenario::engine::Rules;
use crate::transcript::report::Report;

use ports::Places;
use server::Server;
use transcript::TranscriptFile;

pub use builder::{Builder, ServerPlan, StoreFolder};
pub use front::{FaultError, FaultScope, Modem, ModemBuilder};
pub use handle::{Gone, ModemHandle};
pub use notice::Notice;
pub use recorder::{Recorder, Recording};
pub use start::StartError;

/// Modems that run, and their server.
#[derive(Debug)]
pub struct Simulation {
    seed: u64,
    server: Option<Server>,
    modems: Vec<RunningModem>,
    transcript: Option<TranscriptFile>,
}

/// What a simulation came to.
#[derive(Debug)]
pub struct Finished {
    /// A report for each modem that was [recorded](Builder::record).
    pub reports: Vec<Report>,
    /// Why the transcript is not whole, if it is not.
    pub transcript_cut: Option<String>,
}

/// A modem that runs, until dropped.
#[derive(Debug)]
pub struct RunningModem {
    name: String,
    model: &'static Model,
    places: Places,
    rules: Option<Rules>,
    clock: Clock,
    handle: ModemHandle,
    recorder: Option<Recorder>,
    /// Dropping it ends the driver in good order.
    stop: oneshot::Sender<()>,
    driver: AbortOnDropHandle<std::io::Result<()>>,
}

impl Simulation {
    /// What is wanted, to be filled in.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// What everything random is drawn from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The modems, in order.
    pub fn modems(&self) -> &[RunningModem] {
        &self.modems
    }

    /// The embedded server, unless there is none.
    pub fn server(&self) -> Option<&EmbeddedServer> {
        self.server.as_ref().map(|server| &server.ftp)
    }

    /// The certificate (PEM) of the authority that the embedded server has its certificates from,
    /// if it offers FTPS.
    pub fn ca(&self) -> Option<&Path> {
        self.server.as_ref().and_then(Server::ca)
    }

    /// Waits until a modem ends: its host on standard input and output is gone.
    ///
    /// # Errors
    /// When it can't go on, because a port is broken.
    pub async fn ended(&mut self) -> std::io::Result<()> {
        let drivers = self.modems.iter_mut().map(|modem| &mut modem.driver);
        let (ended, _, _) = futures_util::future::select_all(drivers).await;
        ended.unwrap_or_else(|panicked| Err(std::io::Error::other(panicked)))
    }

    /// Ends everything as [`stop`](Self::stop) does, and says what it came to.
    pub async fn finish(self) -> Finished {
        let mut reports = Vec::new();
        for modem in self.modems {
            drop(modem.stop);
            // One that `ended` has seen can't be waited for again.
            if !modem.driver.is_finished() {
                // How it ended is in its report.
                let _ = modem.driver.await;
            }
            reports.extend(modem.recorder.and_then(|recorder| recorder.take_report()));
        }
        if let Some(server) = self.server {
            server.ftp.shutdown().await;
        }
        let transcript_cut = self.transcript.and_then(|transcript| transcript.failure());
        Finished { reports, transcript_cut }
    }

    /// Ends everything: ports are closed, links removed, sessions dropped.
    pub async fn stop(self) {
        for modem in self.modems {
            modem.driver.abort();
            // What is awaited here is that the ports are closed; how it ended does not matter.
            // One that `ended` has seen can't be waited for again.
            if !modem.driver.is_finished() {
                let _ = modem.driver.await;
            }
        }
        if let Some(server) = self.server {
            server.ftp.shutdown().await;
        }
    }
}

impl RunningModem {
    /// `modem0`, `modem1`…
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The module it stands for.
    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// The pty that the host opens: `/dev/pts/7`. If the port vanishes, it comes back as another:
    /// open the link.
    pub fn pty(&self) -> Option<&Path> {
        self.places.pty.as_deref()
    }

    /// The link to the pty, which keeps its name.
    pub fn link(&self) -> Option<&Path> {
        self.places.link.as_deref()
    }

    /// The TCP port.
    pub fn tcp(&self) -> Option<SocketAddr> {
        self.places.tcp
    }

    /// The TCP port that speaks RFC 2217.
    pub fn rfc2217(&self) -> Option<SocketAddr> {
        self.places.rfc2217
    }

    /// The Unix socket: a path, or `@name`.
    pub fn unix(&self) -> Option<&Path> {
        self.places.unix.as_deref()
    }

    /// The hand on it: what happens to it from outside.
    pub fn handle(&self) -> &ModemHandle {
        &self.handle
    }

    /// Its module time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Its faults, if it has a scenario, or can be [controlled](Builder::controlled).
    pub fn rules(&self) -> Option<&Rules> {
        self.rules.as_ref()
    }

    /// Its recorder, if it is recorded.
    pub fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_ref()
    }

    /// Whether it is on standard input and output.
    pub fn stdio(&self) -> bool {
        self.places.stdio
    }
}
