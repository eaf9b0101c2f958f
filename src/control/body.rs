//! The bodies of requests: how large, how slow, and how they are read.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use bytes::Bytes;

use crate::scenario::form::Form;
use crate::scenario::shape::Shape;
use crate::scenario::{self, ScenarioError};

use super::app::App;
use super::error::ApiError;

/// A body that says something is at most so large, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// A body that is a file is at most so large, in bytes.
pub const MAX_FILE: usize = 8 * 1024 * 1024;

/// A body that has not come after so long never will.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body: JSON, or YAML as in a scenario. An empty one is an empty mapping.
///
/// # Errors
/// Everything wrong with it, each with line and column.
pub fn parse<T: Form>(bytes: &[u8]) -> Result<T, ScenarioError> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    scenario::read("body", &without_escapes(bytes))
}

/// JSON writes characters beyond U+FFFF as two escapes, YAML has only whole characters.
fn without_escapes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let escaped = bytes.windows(2).any(|pair| pair == b"\\u");
    let json = escaped.then(|| serde_json::from_slice::<serde_json::Value>(bytes).ok()).flatten();
    json.map_or(Cow::Borrowed(bytes), |json| json.to_string().into_bytes().into())
}

/// A body that says something.
pub(super) struct Said<T>(pub(super) T);

impl<T: Form> FromRequest<App> for Said<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Said<T>, ApiError> {
        let bytes = receive(request, MAX_BODY).await?;
        parse(&bytes).map(Said).map_err(|error| ApiError::from(error).expected(description::<T>()))
    }
}

/// What a body should have been, in a few words.
fn description<T: Form>() -> String {
    match T::shape() {
        Shape::Record(record) | Shape::Choice(record) => {
            format!("{}, as in /openapi.json", record.name)
        }
        _ => "what /openapi.json says".to_owned(),
    }
}

/// A body that is a file.
pub(super) struct Sent(pub(super) Bytes);

impl FromRequest<App> for Sent {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Sent, ApiError> {
        receive(request, MAX_FILE).await.map(Sent)
    }
}

/// The whole body, if it is not too large and comes in time.
async fn receive(mut request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let too_large = || {
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")
            .expected(format!("at most {limit} bytes"))
    };
    if request.body().size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    DefaultBodyLimit::max(limit).apply(&mut request);
    match tokio::time::timeout(PATIENCE, Bytes::from_request(request, &())).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
        Ok(Err(error)) => Err(ApiError::bad_request(error.body_text())),
        Err(_) => Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")
            .expected(format!("all of it within {} s", PATIENCE.as_secs()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::faults::{Fault, StrayUrc};

    #[test]
    fn a_body_is_json_or_yaml() {
        let json =
            br#"{"name": "a", "when": {"command": "+QFTPPUT", "nth": 2}, "do": {"reply": 452}}"#;
        let yaml = b"name: a\nwhen: { command: +QFTPPUT, nth: 2 }\ndo: { reply: 452 }\n";
        let fault: Fault = parse(json).expect("JSON");
        assert_eq!(parse::<Fault>(yaml).expect("YAML"), fault);
        let spread = String::from_utf8_lossy(json).replace(", ", ",\n\t").replace(": ", ":");
        assert_eq!(parse::<Fault>(spread.as_bytes()).expect("JSON with tabs"), fault);
    }

    #[test]
    fn characters_that_json_escapes_are_whole() {
        for text in [r#"{"text": "\u00e9 \ud83d\ude00 \/"}"#, "text: \"é 😀 /\""] {
            assert_eq!(parse::<StrayUrc>(text.as_bytes()).expect("a text").text, "é 😀 /");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let error = |body: &[u8]| parse::<Fault>(body).expect_err("it is wrong").to_string();
        let first = |body: &[u8]| error(body).lines().next().unwrap_or_default().to_owned();
        assert_eq!(first(b"  "), "body:1:1: the key `name` is missing here");
        assert_eq!(
            first(br#"{"name": "a", "when": {"command": "+QFTPPUT"}, "do": {"replay": 452}}"#),
            "body:1:55: unknown key `replay`: did you mean `reply`?"
        );
        assert!(first(b"{\"name\": ").starts_with("body:2:1: this is not YAML: "));
        assert_eq!(first(&[b'a', 0xff]), "body:1:2: this is not UTF-8: byte 0xff");
    }
}
