//! Who may talk to the control API.
//!
//! A browser that shows a strange page must not: a name that was made to lead here (DNS rebinding)
//! gives itself away by `Host`, a page of another site by `Origin`. There are no CORS answers.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN, WWW_AUTHENTICATE};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::error::ApiError;

/// A token is at most so long, in bytes.
const MAX_TOKEN: usize = 4096;

/// A secret that every request has to bring along: `Authorization: Bearer …`.
#[derive(Clone)]
pub struct Token(Arc<str>);

/// Why something is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file can't be read.
    #[error("{}: {error}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// It can't stand in a header.
    #[error(
        "the token for control: expected 1 to {MAX_TOKEN} printable ASCII characters, no blanks"
    )]
    Unfit,
}

impl Token {
    /// A token of printable ASCII characters; blanks and line ends around it are dropped.
    ///
    /// # Errors
    /// It is empty, too long, or has other characters.
    pub fn new(text: &str) -> Result<Token, TokenError> {
        let text = text.trim();
        let fits =
            (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Token(text.into())) } else { Err(TokenError::Unfit) }
    }

    /// The token in a file.
    ///
    /// # Errors
    /// The file can't be read, or is no token.
    pub fn load(file: &Path) -> Result<Token, TokenError> {
        let mut text = String::new();
        let read = File::open(file)
            .and_then(|opened| opened.take(2 * MAX_TOKEN as u64).read_to_string(&mut text));
        match read {
            Ok(_) => Token::new(&text),
            Err(error) => Err(TokenError::Unreadable { file: file.to_owned(), error }),
        }
    }
}

/// It is a secret.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The address that a connection came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here(pub(super) SocketAddr);

/// Looks at every request before anything else does.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    token: Option<Token>,
}

impl Guard {
    pub(super) fn new(token: Option<Token>) -> Guard {
        Guard { token }
    }

    fn check(&self, here: Here, request: &Request) -> Result<(), ApiError> {
        let headers = request.headers();
        let host = match (request.uri().authority(), one(headers, &HOST)?) {
            (Some(authority), _) => authority.clone(),
            (None, Some(host)) => host
                .parse()
                .map_err(|_| ApiError::bad_request("this is no Host").expected("NAME:PORT"))?,
            (None, None) => return Err(ApiError::bad_request("there is no Host in the request")),
        };
        if !is_here(&host, here) {
            let error = format!("{host} is not where this is");
            return Err(ApiError::new(StatusCode::FORBIDDEN, error)
                .expected(format!("localhost, a loopback address or {} as Host", here.0.ip())));
        }
        if let Some(origin) = one(headers, &ORIGIN)?
            && origin.strip_prefix("http://") != Some(host.as_str())
        {
            let error = format!("pages of {origin} have no business here");
            return Err(ApiError::new(StatusCode::FORBIDDEN, error)
                .expected(format!("no Origin, or http://{host}")));
        }
        let given = one(headers, &AUTHORIZATION)?.and_then(bearer).unwrap_or("");
        match &self.token {
            Some(token) if !bool::from(given.as_bytes().ct_eq(token.0.as_bytes())) => {
                Err(ApiError::new(StatusCode::UNAUTHORIZED, "this needs the right token")
                    .expected("Authorization: Bearer TOKEN"))
            }
            _ => Ok(()),
        }
    }
}

/// The layer before all routes.
pub(super) async fn stand(
    State(guard): State<Guard>,
    Extension(here): Extension<Here>,
    request: Request,
    next: Next,
) -> Response {
    match guard.check(here, &request) {
        Ok(()) => next.run(request).await,
        Err(error) if error.status == StatusCode::UNAUTHORIZED => {
            let how = (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            ([how], error).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// The text of a header that may be there once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ApiError> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(HeaderValue::to_str).transpose();
    match (value, values.next()) {
        (Ok(value), None) => Ok(value),
        _ => Err(ApiError::bad_request(format!("{name}: not one, or no text"))
            .expected(format!("{name} once, in ASCII"))),
    }
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whether `host` is a name that can't be made to lead here by others: its port does not matter,
/// as it may be a tunnel's.
fn is_here(host: &Authority, Here(here): Here) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    match name.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip.to_canonical() == here.ip().to_canonical(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_the_address_itself_are_here() {
        let here = Here("10.1.2.3:8080".parse().expect("an address"));
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST:1", true),
            ("127.0.0.1:8080", true),
            ("127.5.5.5", true),
            ("[::1]:8080", true),
            ("10.1.2.3:8080", true),
            ("[::ffff:10.1.2.3]", true),
            ("10.1.2.4:8080", false),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("example.com", false),
        ] {
            let authority = host.parse().expect("an authority");
            assert_eq!(is_here(&authority, here), expected, "{host}");
        }
    }

    #[test]
    fn a_token_is_printable_and_not_empty() {
        assert!(Token::new("s3cret\n").is_ok());
        for text in ["", " \n", "two words", "é", &"x".repeat(MAX_TOKEN + 1)] {
            assert!(matches!(Token::new(text), Err(TokenError::Unfit)), "{text}");
        }
        let shown = format!("{:?}", Token::new("s3cret"));
        assert!(!shown.contains("s3cret"));
    }
}
