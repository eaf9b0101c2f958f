//! Running a program against modems: its start, its end, and what came of it.
//!
//! | file | what it is for |
//! | --- | --- |
//! | [`places`] | what the program is told: variables `QFTPSIM_…`, placeholders `{pty}` |
//! | [`process`] | the program and whatever it starts, as one process group |
//! | `terminal` | whose the terminal is meanwhile |
//! | `output` | output of several programs at once, line by line |
//! | [`interrupt`] | signals to us, which are meant for the program |
//! | [`verdict`] | what came of it, and the exit status |

pub mod interrupt;
mod output;
pub mod places;
pub mod process;
mod terminal;
pub mod verdict;

use std::ffi::{OsStr, OsString};
use std::io;
use std::time::Duration;

use crate::control::{self, ControlError};
use crate::sim::{Builder, Finished, Simulation, StartError};

use interrupt::Interrupts;
use places::{Absent, Places};
use process::{Process, Streams};
use verdict::Verdict;

/// A program to be run against modems.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its file, or a name to be looked for in `$PATH`.
    pub command: OsString,
    /// Its arguments, with placeholders.
    pub arguments: Vec<OsString>,
    /// How long it may take, in wall time.
    pub timeout: Option<Duration>,
    /// Where its input, output and errors lead.
    pub streams: Streams,
    /// The scenario that it meets, for it to know.
    pub scenario: Option<String>,
}

/// Why a program could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The modems did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The modems can't be controlled as it was asked for.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// An argument asks for something that is not there.
    #[error(transparent)]
    Absent(#[from] Absent),
    /// The program could not be started.
    #[error("can't run {}: {error}", .command.display())]
    Spawn {
        /// What was to be run.
        command: OsString,
        /// Why not.
        error: io::Error,
    },
    /// A modem could not go on.
    #[error("a modem broke down under the program: {0}")]
    Modem(io::Error),
    /// The system did not let us look after the program.
    #[error("looking after the program: {0}")]
    Supervise(io::Error),
}

/// Starts what `builder` says and runs `program` against it; when it is over nothing is left of
/// either. With `control` its modems are to be [controlled](Builder::controlled). What the modems are to record is up to `builder`: without it nothing is expected.
///
/// # Errors
/// The program or the modems could not be started, or a modem broke down.
pub async fn run(
    builder: Builder,
    control: Option<control::Plan>,
    program: &Program,
    interrupts: &mut Interrupts,
) -> Result<Verdict, ExecError> {
    let listener = match control {
        Some(plan) => Some(plan.listen().await?),
        None => None,
    };
    let simulation = builder.start().await?;
    let control = listener.map(|listener| listener.serve(&simulation));
    let mut places = Places::of(&simulation);
    if let Some(control) = &control {
        places.insert("control", control.url());
    }
    if let Some(scenario) = &program.scenario {
        places.insert("scenario", scenario);
    }
    let (ended, finished) = supervise(simulation, program, &places, interrupts).await;
    Ok(Verdict::new(ended?, finished))
}

/// Whatever becomes of the program, the simulation is brought to its end.
async fn supervise(
    mut simulation: Simulation,
    program: &Program,
    places: &Places,
    interrupts: &mut Interrupts,
) -> (Result<process::Ended, ExecError>, Finished) {
    let mut process = match start(program, places) {
        Ok(process) => process,
        Err(error) => return (Err(error), simulation.finish().await),
    };
    let broken = tokio::select! {
        ended = process.run(program.timeout, interrupts) => {
            return (ended.map_err(ExecError::Supervise), simulation.finish().await);
        }
        broken = simulation.ended() => broken,
    };
    let error = broken.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into());
    // What became of its output counts for less than that.
    let _ = process.end().await;
    (Err(ExecError::Modem(error)), simulation.finish().await)
}

fn start(program: &Program, places: &Places) -> Result<Process, ExecError> {
    let arguments = program.arguments.iter().map(OsString::as_os_str);
    let arguments = arguments.map(|text| places.fill_in(text)).collect::<Result<Vec<_>, _>>()?;
    let spawned = Process::spawn(&program.command, &arguments, places, &program.streams);
    spawned.map_err(|error| spawn_error(&program.command, error))
}

fn spawn_error(command: &OsStr, error: io::Error) -> ExecError {
    ExecError::Spawn { command: command.to_owned(), error }
}
