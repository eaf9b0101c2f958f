//! The control API as the options ask for it.

use std::env::{self, VarError};

use crate::control::{ControlError, Plan, Token, TokenError};

use super::args::RunOptions;

/// Where the token may be instead of in a file.
const TOKEN_VARIABLE: &str = "QFTPSIM_CONTROL_TOKEN";

/// What the options ask for, checked before anything is started.
pub(super) fn plan(options: &RunOptions) -> Result<Option<Plan>, ControlError> {
    let Some(addr) = options.control else { return Ok(None) };
    Plan::new(addr, token(options)?).map(Some)
}

fn token(options: &RunOptions) -> Result<Option<Token>, TokenError> {
    match (&options.control_token, env::var(TOKEN_VARIABLE)) {
        (Some(file), _) => Token::load(file).map(Some),
        (None, Ok(text)) => Token::new(&text).map(Some),
        (None, Err(VarError::NotUnicode(_))) => Err(TokenError::Unfit),
        (None, Err(VarError::NotPresent)) => Ok(None),
    }
}
