//! `qftpsim check`: what is wrong with scenario files.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::scenario::Scenario;

use super::USAGE;

/// Checks `files`: a line `FILE: ok` for each that is good; all that is wrong with the others on
/// standard error.
pub(super) fn check(files: &[PathBuf]) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for file in files {
        let result = match Scenario::load(file) {
            Ok(_) => writeln!(io::stdout(), "{}: ok", file.display()),
            Err(error) => {
                status = ExitCode::from(USAGE);
                writeln!(io::stderr(), "{error}")
            }
        };
        if result.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
            return ExitCode::FAILURE;
        }
    }
    status
}
