//! The modems: which there are, how they are, and their time.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::time::ModuleTime;

use super::app::{App, TheModem};
use super::error::ApiError;
use super::routes::{Route, get};
use super::state::ModemView;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/modems", "The modems, as in the ready line.", list).gives::<Vec<ModemEntry>>(),
        get("/modems/{modem}", "How a modem is now.", state).gives::<ModemView>(),
        get("/modems/{modem}/clock", "The time of a modem.", clock).gives::<ClockView>(),
    ]
}

/// A modem.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Modem")]
struct ModemEntry {
    /// Its name: `modem0`.
    name: String,
    /// The module it stands for: `EC25`.
    model: String,
}

/// The time of a modem.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Clock")]
struct ClockView {
    /// Module time since the start, in seconds.
    module_time: f64,
    /// How many times as fast as wall time it runs.
    scale: f64,
    /// What the module's own clock shows: `yy/MM/dd,hh:mm:ss±zz`.
    shows: String,
}

async fn list(State(app): State<App>) -> Json<Vec<ModemEntry>> {
    let entry = |modem: &super::app::Modem| ModemEntry {
        name: modem.name.clone(),
        model: modem.model.name.to_ascii_uppercase(),
    };
    Json(app.modems().iter().map(|modem| entry(modem)).collect())
}

async fn state(TheModem(modem): TheModem) -> Result<Json<ModemView>, ApiError> {
    let state = modem.handle.state().await?;
    Ok(Json(ModemView::of(&state, modem.rules.state())))
}

async fn clock(TheModem(modem): TheModem) -> Result<Json<ClockView>, ApiError> {
    let state = modem.handle.state().await?;
    Ok(Json(ClockView {
        module_time: seconds(state.at),
        scale: modem.clock.scale(),
        shows: state.clock.to_string(),
    }))
}

/// Module time in seconds since the start.
pub(super) fn seconds(time: ModuleTime) -> f64 {
    (time - ModuleTime::ZERO).as_secs_f64()
}
