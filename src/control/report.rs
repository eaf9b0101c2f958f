//! What a run has come to so far.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::transcript::report::{Case, CaseKind, Report};

use super::app::TheModem;
use super::error::ApiError;
use super::routes::{Route, get};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/modems/{modem}/report", "What the run would come to if it were over.", report)
            .gives::<ReportView>(),
    ]
}

/// What a run has come to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
struct ReportView {
    /// Its scenario.
    scenario: Option<String>,
    /// What everything random is drawn from.
    seed: u64,
    /// Module time since the start, in seconds.
    took: f64,
    /// Whether everything is as expected.
    passed: bool,
    /// What has to be true.
    cases: Vec<CaseView>,
    /// What the host has met, by topic.
    coverage: Value,
}

/// Something that has to be true.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Case")]
struct CaseView {
    /// What it is about.
    kind: Kind,
    /// The expectation in words, or the name of the fault.
    name: String,
    /// Whether it is true.
    passed: bool,
    /// What was expected, if it is not.
    expected: Option<String>,
    /// What was found instead.
    actual: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CaseKind")]
enum Kind {
    Expectation,
    Fault,
    Coverage,
    Program,
}

impl From<&Case> for CaseView {
    fn from(case: &Case) -> CaseView {
        let failure = case.failure.as_ref();
        CaseView {
            kind: match case.kind {
                CaseKind::Expectation => Kind::Expectation,
                CaseKind::Fault => Kind::Fault,
                CaseKind::Coverage => Kind::Coverage,
                CaseKind::Program => Kind::Program,
            },
            name: case.name.clone(),
            passed: failure.is_none(),
            expected: failure.map(|failure| failure.expected.clone()),
            actual: failure.map(|failure| failure.actual.clone()),
        }
    }
}

impl From<Report> for ReportView {
    fn from(report: Report) -> ReportView {
        ReportView {
            passed: report.passed(),
            cases: report.cases.iter().map(CaseView::from).collect(),
            coverage: report.coverage.table().json(),
            took: report.took.as_secs_f64(),
            seed: report.start.seed,
            scenario: report.start.scenario,
        }
    }
}

async fn report(TheModem(modem): TheModem) -> Result<Json<ReportView>, ApiError> {
    let report = modem.handle.report().await?;
    let report = report.ok_or_else(|| ApiError::not_found("this modem is not recorded"))?;
    Ok(Json(report.into()))
}
