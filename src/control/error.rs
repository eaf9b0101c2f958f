//! What is said to a request that can't be carried out.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::scenario::ScenarioError;
use crate::sim::Gone;

/// Why a request was refused, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) body: ErrorBody,
}

/// What a refused request is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub(super) struct ErrorBody {
    /// What is wrong; of a body with line and column.
    pub(super) error: String,
    /// What was expected instead.
    pub(super) expected: Option<String>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, error: impl ToString) -> ApiError {
        ApiError { status, body: ErrorBody { error: error.to_string(), expected: None } }
    }

    pub(super) fn bad_request(error: impl ToString) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, error)
    }

    pub(super) fn not_found(error: impl ToString) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, error)
    }

    pub(super) fn conflict(error: impl ToString) -> ApiError {
        ApiError::new(StatusCode::CONFLICT, error)
    }

    pub(super) fn expected(mut self, expected: impl ToString) -> ApiError {
        self.body.expected = Some(expected.to_string());
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

impl From<ScenarioError> for ApiError {
    fn from(error: ScenarioError) -> ApiError {
        ApiError::bad_request(error)
    }
}

impl From<Gone> for ApiError {
    fn from(gone: Gone) -> ApiError {
        ApiError::new(StatusCode::GONE, gone)
    }
}
