//! The faults of a modem, and the state of its scenario.

use axum::Json;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::scenario::Name;
use crate::scenario::engine::{FaultStatus, RulesError};
use crate::scenario::faults::{Fault, FaultList};
use crate::scenario::form::record;

use super::app::{Params, TheModem};
use super::body::Said;
use super::error::ApiError;
use super::routes::{Route, delete, get, post, put};

/// A modem has at most so many faults.
const MAX_FAULTS: usize = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/modems/{modem}/faults", "The faults, and how far each is.", list)
            .gives::<Vec<FaultView>>(),
        post("/modems/{modem}/faults", "One more fault, behind all others.", add)
            .takes::<Fault>()
            .gives::<FaultView>(),
        put(
            "/modems/{modem}/faults",
            "These faults instead of all there are, in one step; the scenario starts again.",
            replace,
        )
        .takes::<FaultList>()
        .gives::<Vec<FaultView>>(),
        get("/modems/{modem}/faults/{fault}", "A fault, and how far it is.", one)
            .gives::<FaultView>(),
        delete("/modems/{modem}/faults/{fault}", "Without this fault.", remove).gives_nothing(),
        get("/modems/{modem}/scenario", "The state of the scenario.", scenario)
            .gives::<ScenarioView>(),
        put("/modems/{modem}/scenario", "The scenario enters a state.", enter)
            .takes::<InState>()
            .gives_nothing(),
        post(
            "/modems/{modem}/scenario/reset",
            "The same faults as if nothing had happened yet.",
            reset,
        )
        .gives::<Vec<FaultView>>(),
    ]
}

/// How far a fault is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FaultStatus")]
struct FaultView {
    /// Its name.
    name: String,
    /// What it does, by its key in a scenario: `data_cut`.
    action: &'static str,
    /// Whether a run in which it never fired has failed.
    must_fire: bool,
    /// How often it did its work.
    fired: u64,
    /// It is triggered, and waits for its byte or its moment.
    waits: bool,
    /// If it never fired: what came closest, and what did not match.
    nearest: Option<String>,
}

/// The state of a scenario.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ScenarioState")]
struct ScenarioView {
    /// `start`, unless a fault or somebody at the controls has changed it.
    state: String,
}

record! {
    /// The state that a scenario is to be in.
    pub struct InState short "state" {
        /// Its name.
        state: Name,
    }
}

impl From<FaultStatus> for FaultView {
    fn from(status: FaultStatus) -> FaultView {
        let FaultStatus { name, action, must_fire, fired, waits, nearest } = status;
        FaultView { name, action, must_fire, fired, waits, nearest }
    }
}

impl From<RulesError> for ApiError {
    fn from(error: RulesError) -> ApiError {
        match error {
            RulesError::Taken(_) => ApiError::conflict(error).expected("another name"),
            RulesError::Unknown(_) => ApiError::not_found(error),
        }
    }
}

async fn list(TheModem(modem): TheModem) -> Json<Vec<FaultView>> {
    Json(modem.rules.status().into_iter().map(FaultView::from).collect())
}

fn find(modem: &super::app::Modem, name: &str) -> Result<FaultView, ApiError> {
    let found = modem.rules.status().into_iter().find(|status| status.name == name);
    Ok(found.ok_or_else(|| RulesError::Unknown(name.to_owned()))?.into())
}

async fn one(TheModem(modem): TheModem, params: Params) -> Result<Json<FaultView>, ApiError> {
    find(&modem, params.get("fault")).map(Json)
}

async fn add(
    TheModem(modem): TheModem,
    Said(fault): Said<Fault>,
) -> Result<(StatusCode, Json<FaultView>), ApiError> {
    check_count(modem.rules.status().len() + 1)?;
    let name = fault.name.0.clone();
    modem.rules.add(fault)?;
    Ok((StatusCode::CREATED, Json(find(&modem, &name)?)))
}

async fn replace(
    TheModem(modem): TheModem,
    Said(FaultList(faults)): Said<FaultList>,
) -> Result<Json<Vec<FaultView>>, ApiError> {
    check_count(faults.len())?;
    modem.rules.replace(faults);
    Ok(list(TheModem(modem)).await)
}

async fn remove(TheModem(modem): TheModem, params: Params) -> Result<StatusCode, ApiError> {
    modem.rules.remove(params.get("fault"))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(TheModem(modem): TheModem) -> Json<Vec<FaultView>> {
    modem.rules.reset();
    list(TheModem(modem)).await
}

async fn scenario(TheModem(modem): TheModem) -> Json<ScenarioView> {
    Json(ScenarioView { state: modem.rules.state() })
}

async fn enter(TheModem(modem): TheModem, Said(wanted): Said<InState>) -> StatusCode {
    modem.rules.enter(&wanted.state.0);
    StatusCode::NO_CONTENT
}

fn check_count(faults: usize) -> Result<(), ApiError> {
    if faults <= MAX_FAULTS {
        return Ok(());
    }
    let error = ApiError::conflict("these are too many faults for one modem");
    Err(error.expected(format!("at most {MAX_FAULTS}")))
}
