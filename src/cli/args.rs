//! The options, as `--help` shows them.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::reports::ReportOptions;
use crate::modem::knobs::Knobs;
use crate::modem::models::{MODELS, Model};
use crate::sim::StoreFolder;
use crate::time::parse_duration;
use crate::transcript::coverage::Requirement;

/// A Quectel-style LTE modem that isn't there: AT+QFTP* on a virtual serial port, against a real
/// or embedded FTP server.
#[derive(Debug, Parser)]
#[command(name = "qftpsim", version, args_conflicts_with_subcommands = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) run: RunOptions,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run modems until interrupted (also without any command)
    Run(Box<RunOptions>),
    /// Run a program against fresh modems, once for each scenario, then tell how it went
    ///
    /// COMMAND finds them in its environment: QFTPSIM_PTY, QFTPSIM_TCP, QFTPSIM_RFC2217, QFTPSIM_UNIX,
    /// QFTPSIM_FTP, QFTPSIM_CA, QFTPSIM_CONTROL, QFTPSIM_SCENARIO and QFTPSIM_SEED, each if there is
    /// one; with several modems also QFTPSIM_PTY0, QFTPSIM_PTY1… In its arguments {pty}, {tcp} and so
    /// on are filled in; other words in braces and ${…} stay as they are.
    ///
    /// Exit status: that of COMMAND if it failed (128 + signal if it was killed, 124 if --timeout ran
    /// out); 3 if COMMAND was content but something that the scenario expects did not happen; 1 if only
    /// a transcript, a report or output could not be written; 2 for a bad command line or scenario,
    /// and for what can't be started; else 0. Of several runs the first failure of COMMAND counts.
    Exec(Box<ExecOptions>),
    /// Check scenario files: everything wrong with them, with line and column
    Check {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the table of every AT command
    Commands {
        /// How to print it
        #[arg(long, value_enum, default_value_t = TableFormat::Markdown)]
        format: TableFormat,
    },
    /// Print every knob, where the models differ, and the source of each setting
    Models {
        /// How to print it
        #[arg(long, value_enum, default_value_t = TableFormat::Markdown)]
        format: TableFormat,
    },
    /// Play a dialogue against the simulator or a serial port, and compare
    Replay(ReplayOptions),
    /// Print the JSON Schema of the scenario file, for editors
    Schema,
    /// Print what makes a shell complete the commands and options
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page (troff), or that of one command
    Man {
        /// The command
        command: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum TableFormat {
    Markdown,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct ReplayOptions {
    /// The dialogue
    pub(super) file: PathBuf,
    /// A serial port (/dev/ttyUSB0, a pty) or HOST:PORT, instead of a simulated modem
    #[arg(long, value_name = "PORT", conflicts_with = "model")]
    pub(super) against: Option<String>,
    /// The module to simulate
    #[arg(long, value_name = "NAME", value_parser = model, default_value = "ec25")]
    pub(super) model: &'static Model,
    /// Set a knob of the simulated module; may be repeated (see qftpsim models)
    #[arg(long, value_name = "NAME=VALUE", value_parser = knob, conflicts_with = "against")]
    pub(super) knob: Vec<(String, String)>,
    /// How long to wait for the module's next word
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "30s")]
    pub(super) patience: Duration,
}

#[derive(Debug, Args)]
pub(super) struct ExecOptions {
    #[command(flatten)]
    pub(super) run: RunOptions,
    /// How long COMMAND may take, in wall time; then all that it started gets SIGTERM, and 2 s
    /// later SIGKILL
    #[arg(long, value_name = "DURATION", value_parser = timeout)]
    pub(super) timeout: Option<Duration>,
    /// How many runs side by side; their output then has the scenario's name before each line,
    /// and they have no input
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) jobs: u16,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// What the modem, its network and its server are like; the other options go over it.
    /// With exec also several, or a folder: each scenario is a run of its own
    #[arg(long, value_name = "FILE")]
    pub(super) scenario: Vec<PathBuf>,
    /// The module to stand for [default: the scenario's, or ec25]
    #[arg(long, value_name = "NAME", value_parser = model)]
    pub(super) model: Option<&'static Model>,
    /// Set a knob otherwise than the model has it; may be repeated (see qftpsim models)
    #[arg(long, value_name = "NAME=VALUE", value_parser = knob)]
    pub(super) knob: Vec<(String, String)>,
    /// How many modems
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(super) modems: u16,
    /// A stable link to the pty [default: modem0 in $XDG_RUNTIME_DIR/qftpsim or /tmp/qftpsim-UID]
    #[arg(long, value_name = "PATH", conflicts_with = "no_pty")]
    pub(super) link: Option<PathBuf>,
    /// No pty
    #[arg(long)]
    pub(super) no_pty: bool,
    /// Listen for a host on this TCP address too; port 0 lets the system choose
    #[arg(long, value_name = "ADDR")]
    pub(super) tcp: Option<SocketAddr>,
    /// Listen for a host that speaks RFC 2217 too: a serial port over TCP, with DTR, DCD…
    #[arg(long, value_name = "ADDR")]
    pub(super) rfc2217: Option<SocketAddr>,
    /// Listen on a Unix socket too: a path, or @NAME for an abstract one
    #[arg(long, value_name = "PATH")]
    pub(super) unix: Option<PathBuf>,
    /// The modem is on standard input and output too; ends with the input
    #[arg(long)]
    pub(super) stdio: bool,
    /// An account of the embedded server; may be repeated [default: test:test]
    #[arg(long, value_name = "USER:PASS", value_parser = account)]
    pub(super) account: Vec<(String, String)>,
    /// Serve this folder, instead of files in memory
    #[arg(long, value_name = "DIR")]
    pub(super) server_root: Option<PathBuf>,
    /// Port of the embedded server; 0 lets the system choose
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(super) ftp_port: u16,
    /// Resolve host names for real, instead of sending all to the embedded server
    #[arg(long)]
    pub(super) direct: bool,
    /// Keep the files of a medium (UFS, RAM or SD) in a folder; may be repeated
    #[arg(long, value_name = "UFS=DIR", value_parser = store)]
    pub(super) store: Vec<StoreFolder>,
    /// Let module time run N times as fast as wall time [default: the scenario's, or 1]
    #[arg(long, value_name = "N", value_parser = scale)]
    pub(super) time_scale: Option<f64>,
    /// The pause between OK and a later +QFTP line, such as 50ms [default: the model's]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) urc_gap: Option<Duration>,
    /// What everything random is drawn from [default: the scenario's, or drawn anew]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Write down what happens: JSON lines, or a dialogue for qftpsim replay if FILE ends in .chat.
    /// With several runs each has a file: of t.jsonl the run of scenario a gets t-a.jsonl
    #[arg(long, value_name = "FILE")]
    pub(super) transcript: Option<PathBuf>,
    /// Keep all data in the transcript and the reports, not only its length and how it begins
    #[arg(long)]
    pub(super) full: bool,
    /// Keep passwords in the transcript and the reports
    #[arg(long)]
    pub(super) secrets: bool,
    /// What the host has to meet at least, such as commands=20,forms=30%,errs=5,protocol=3,faults=100%
    #[arg(long, value_name = "TOPIC=N[%]", value_delimiter = ',')]
    pub(super) require_coverage: Vec<Requirement>,
    /// Steer it by HTTP and JSON at this address (see its /openapi.json); port 0 lets the system
    /// choose
    #[arg(long, value_name = "ADDR")]
    pub(super) control: Option<SocketAddr>,
    /// The secret that control asks for; needed beyond loopback [default: $QFTPSIM_CONTROL_TOKEN]
    #[arg(long, value_name = "FILE", requires = "control")]
    pub(super) control_token: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reports: ReportOptions,
    /// How to say what runs where
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    pub(super) format: OutputFormat,
}

fn model(name: &str) -> Result<&'static Model, String> {
    Model::find(name).ok_or_else(|| {
        let names: Vec<_> = MODELS.iter().map(|model| model.name).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn knob(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Knobs::default().set(name, value).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value.to_owned()))
}

fn account(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((user, password)) if !user.is_empty() => Ok((user.to_owned(), password.to_owned())),
        _ => Err("expected USER:PASS".to_owned()),
    }
}

fn store(text: &str) -> Result<StoreFolder, String> {
    let (medium, folder) = text.split_once('=').unwrap_or((text, ""));
    match medium.parse() {
        Ok(medium) if !folder.is_empty() => Ok(StoreFolder { medium, folder: folder.into() }),
        _ => Err("expected UFS=DIR, RAM=DIR or SD=DIR".to_owned()),
    }
}

fn timeout(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(Duration::ZERO) => Err("expected more than 0".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|scale| (0.001..=1_000_000.0).contains(scale))
        .ok_or_else(|| "expected a number from 0.001 to 1000000".to_owned())
}
