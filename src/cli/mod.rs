//! The command line.

mod args;
mod commands;
mod ready;
mod run;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};

/// Exit status for a bad command line or a start that failed.
const USAGE: u8 = 2;

/// Reads the command line and does what it says; returns the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match cli.command {
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Commands { format }) => commands::print(format),
        None => run::run(&cli.run),
    }
}

/// Help goes out as it is; of an error only the line that says what is wrong.
fn refuse(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe behind `--help` is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("error: bad command line");
    eprintln!("qftpsim: {}; see qftpsim --help", first.trim_start_matches("error: "));
    ExitCode::from(USAGE)
}
