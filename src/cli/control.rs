//! The control API as the options ask for it.

use std::env;
use std::net::SocketAddr;

use crate::control::{ControlError, Listener, Token, TokenError};

use super::args::RunOptions;

/// Where the token may be instead of in a file.
const TOKEN_VARIABLE: &str = "QFTPSIM_CONTROL_TOKEN";

/// Why there is no control API.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("{0}: say --control-token FILE, or set {TOKEN_VARIABLE}")]
    NoToken(ControlError),
    #[error(transparent)]
    Control(ControlError),
}

/// Takes the address, before anything else is started.
pub(super) async fn listen(options: &RunOptions) -> Result<Option<Listener>, StartError> {
    let Some(addr) = options.control else { return Ok(None) };
    bind(addr, token(options)?).await.map(Some)
}

async fn bind(addr: SocketAddr, token: Option<Token>) -> Result<Listener, StartError> {
    Listener::bind(addr, token).await.map_err(|error| match error {
        ControlError::TokenNeeded(_) => StartError::NoToken(error),
        ControlError::Bind { .. } => StartError::Control(error),
    })
}

fn token(options: &RunOptions) -> Result<Option<Token>, TokenError> {
    match (&options.control_token, env::var(TOKEN_VARIABLE)) {
        (Some(file), _) => Token::load(file).map(Some),
        (None, Ok(text)) => Token::new(&text).map(Some),
        (None, Err(env::VarError::NotUnicode(_))) => Err(TokenError::Unfit),
        (None, Err(env::VarError::NotPresent)) => Ok(None),
    }
}
