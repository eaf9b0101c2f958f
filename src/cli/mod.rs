//! The command line.

// They panic where standard output or error is full or closed: see `print` and `say`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod check;
mod commands;
mod completions;
mod control;
mod coverage;
mod exec;
mod limits;
mod man;
mod models;
mod outcome;
mod port;
mod ready;
mod replay;
mod reports;
mod run;
mod scenarios;
mod schema;
mod simulation;
mod summary;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};

/// Exit status for a bad command line or a start that failed.
const USAGE: u8 = 2;

/// Exit status when a dialogue went otherwise than written.
const DIFFERENT: u8 = 3;

/// Reads the command line and does what it says; returns the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match cli.command {
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Exec(options)) => exec::exec(&options),
        Some(Command::Check { files }) => check::check(&files),
        Some(Command::Commands { format }) => commands::print(format),
        Some(Command::Models { format }) => models::print(format),
        Some(Command::Replay(options)) => replay::replay(&options),
        Some(Command::Schema) => schema::print(),
        Some(Command::Completions { shell }) => completions::print(shell),
        Some(Command::Man { command }) => man::print(command.as_deref()),
        None => run::run(&cli.run),
    }
}

/// Prints `text` on standard output.
fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("qftpsim: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Says a line on standard error.
fn say(line: impl Display) {
    tell(&format!("{line}\n"));
}

/// Writes `text` on standard error, and goes on if that is full or closed: nobody is there to be
/// told then.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// One clear line, and exit status 2.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    say(format_args!("qftpsim: {error}"));
    ExitCode::from(USAGE)
}

/// Help goes out as it is; of an error only the line that says what is wrong.
fn refuse(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe behind `--help` is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let first: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let first = first.join(" ");
    say(format_args!("qftpsim: {}; see qftpsim --help", first.trim_start_matches("error: ")));
    ExitCode::from(USAGE)
}
