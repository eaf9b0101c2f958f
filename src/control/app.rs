//! What there is to control.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::link::embedded::ServerFiles;
use crate::modem::models::Model;
use crate::scenario::engine::Rules;
use crate::sim::{ModemHandle, Recorder, RunningModem, Simulation};

use super::error::ApiError;

/// So many may follow journals at a time: each keeps a connection.
const MAX_STREAMS: usize = 16;

/// A simulation, as its control sees it.
#[derive(Clone, Debug)]
pub(super) struct App(Arc<Everything>);

#[derive(Debug)]
struct Everything {
    modems: Vec<Arc<Modem>>,
    server: Option<Server>,
    streams: Arc<Semaphore>,
}

/// A modem.
#[derive(Debug)]
pub(super) struct Modem {
    pub(super) name: String,
    pub(super) model: &'static Model,
    pub(super) handle: ModemHandle,
    pub(super) rules: Rules,
    pub(super) clock: Clock,
    pub(super) recorder: Recorder,
}

/// The embedded server.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) ftp: SocketAddr,
    pub(super) ftps_implicit: Option<SocketAddr>,
    pub(super) files: ServerFiles,
}

impl App {
    pub(super) fn of(simulation: &Simulation) -> App {
        let modems = simulation.modems().iter().filter_map(Modem::of).map(Arc::new).collect();
        let server = simulation.server().map(|server| Server {
            ftp: server.ftp_addr(),
            ftps_implicit: server.ftps_implicit_addr(),
            files: server.files().clone(),
        });
        let streams = Arc::new(Semaphore::new(MAX_STREAMS));
        App(Arc::new(Everything { modems, server, streams }))
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn without_modems() -> App {
        let streams = Arc::new(Semaphore::new(MAX_STREAMS));
        App(Arc::new(Everything { modems: Vec::new(), server: None, streams }))
    }

    /// Leave to follow a journal, as long as it is held.
    pub(super) fn stream(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.0.streams.clone().try_acquire_owned().map_err(|_| {
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too many streams are open");
            error.expected(format!("at most {MAX_STREAMS} at a time"))
        })
    }

    pub(super) fn modems(&self) -> &[Arc<Modem>] {
        &self.0.modems
    }
}

impl Modem {
    /// None for a modem that was not started to be controlled.
    fn of(modem: &RunningModem) -> Option<Modem> {
        Some(Modem {
            name: modem.name().to_owned(),
            model: modem.model(),
            handle: modem.handle().clone(),
            rules: modem.rules()?.clone(),
            clock: modem.clock(),
            recorder: modem.recorder()?.clone(),
        })
    }
}

/// The modem that the path names.
pub(super) struct TheModem(pub(super) Arc<Modem>);

impl FromRequestParts<App> for TheModem {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<TheModem, ApiError> {
        let params = Params::from_request_parts(parts, app).await?;
        let name = params.get("modem");
        let found = app.modems().iter().find(|modem| modem.name == name);
        found.cloned().map(TheModem).ok_or_else(|| {
            let names: Vec<_> = app.modems().iter().map(|modem| modem.name.as_str()).collect();
            let expected = format!("one of {}", names.join(", "));
            ApiError::not_found(format!("there is no modem called {name}")).expected(expected)
        })
    }
}

/// The embedded server, if there is one.
impl FromRequestParts<App> for Server {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Server, ApiError> {
        app.0.server.clone().ok_or_else(|| ApiError::not_found("there is no embedded server"))
    }
}

/// What stands in the path where the route has names.
pub(super) struct Params(RawPathParams);

impl Params {
    /// The text in place of `{name}`; empty if the route has no such name.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }
}

impl FromRequestParts<App> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Params, ApiError> {
        RawPathParams::from_request_parts(parts, app)
            .await
            .map(Params)
            .map_err(|error| ApiError::bad_request(error.body_text()).expected("a path in UTF-8"))
    }
}
