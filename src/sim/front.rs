//! The front door for tests in Rust: one modem, with its journal, faults for a while, and a report.

use std::net::SocketAddr;
use std::path::Path;

use crate::scenario::engine::{Rules, RulesError};
use crate::scenario::expect::Expectation;
use crate::scenario::faults::Fault;
use crate::scenario::{self, Scenario, ScenarioError};
use crate::transcript::event::Entry;
use crate::transcript::report::Report;

use super::{Builder, ModemHandle, Recorder, Recording, RunningModem, Simulation, StartError};

/// A modem that runs, for a test.
///
/// ```
/// use qftpsim::Modem;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::TcpStream;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let any_port = "127.0.0.1:0".parse()?;
/// let modem = Modem::builder().configure(|modem| modem.no_pty().tcp(any_port)).start().await?;
/// modem.expect("command: {name: +CSQ, exactly: 2}")?;
///
/// // Here your driver would open the port.
/// let mut port = TcpStream::connect(modem.tcp().expect("a TCP port")).await?;
/// let mut answer = [0; 16];
/// let fault = modem.fault("{name: deaf, when: {command: +CSQ}, do: error}")?;
/// port.write_all(b"AT+CSQ\r").await?;
/// port.read_exact(&mut answer).await?;
/// assert_eq!(&answer, b"AT+CSQ\r\r\nERROR\r\n");
/// assert_eq!(fault.fired(), 1);
///
/// // A fault is over when it is dropped.
/// drop(fault);
/// let mut answer = [0; 28];
/// port.write_all(b"AT+CSQ\r").await?;
/// port.read_exact(&mut answer).await?;
/// assert_eq!(&answer, b"AT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
///
/// let report = modem.finish().await;
/// assert!(report.passed(), "{:?}", report.cases);
/// # Ok(())
/// # }
/// ```
///
/// Tests without sockets and without a clock use the bare machine, [`modem::Modem`], on the bench of
/// [`rig`](crate::rig).
///
/// [`modem::Modem`]: crate::modem::Modem
#[derive(Debug)]
pub struct Modem {
    simulation: Simulation,
    rules: Rules,
    recorder: Recorder,
}

/// What a [`Modem`] is to be like.
#[derive(Debug)]
pub struct ModemBuilder(Builder);

/// A fault that is there until this is dropped.
#[derive(Debug)]
#[must_use = "the fault is gone when this is dropped"]
pub struct FaultScope {
    rules: Rules,
    name: String,
}

/// Why there is no such fault.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// It is not written as in a scenario.
    #[error(transparent)]
    Written(#[from] ScenarioError),
    /// Its name is taken.
    #[error(transparent)]
    Name(#[from] RulesError),
}

impl ModemBuilder {
    /// As `scenario` says.
    #[must_use]
    pub fn scenario(self, scenario: Scenario) -> Self {
        self.configure(|builder| builder.scenario(scenario))
    }

    /// What everything random is drawn from.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.configure(|builder| builder.seed(seed))
    }

    /// Anything else that a [`Builder`] can be told: model, knobs, ports, server, time scale.
    #[must_use]
    pub fn configure(self, configure: impl FnOnce(Builder) -> Builder) -> Self {
        ModemBuilder(configure(self.0))
    }

    /// Starts it. When this returns, its ports accept work.
    ///
    /// # Errors
    /// The first thing that could not be had.
    pub async fn start(self) -> Result<Modem, StartError> {
        let recording = Recording::default();
        let simulation = self.0.modems(1).controlled().record(recording).start().await?;
        let running = &simulation.modems[0];
        let (Some(rules), Some(recorder)) = (running.rules.clone(), running.recorder.clone())
        else {
            unreachable!("a modem that is controlled and recorded has both");
        };
        Ok(Modem { simulation, rules, recorder })
    }
}

impl Modem {
    /// An EC25 in good order, with an embedded server, unless told otherwise.
    pub fn builder() -> ModemBuilder {
        ModemBuilder(Builder::default())
    }

    fn running(&self) -> &RunningModem {
        &self.simulation.modems[0]
    }

    /// The pty that the host opens.
    pub fn pty(&self) -> Option<&Path> {
        self.running().pty()
    }

    /// The link to the pty, which keeps its name.
    pub fn link(&self) -> Option<&Path> {
        self.running().link()
    }

    /// The TCP port.
    pub fn tcp(&self) -> Option<SocketAddr> {
        self.running().tcp()
    }

    /// What it runs in: its other ports, and the server with its files.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The hand on it: effects, DTR, power, stores.
    pub fn handle(&self) -> &ModemHandle {
        self.running().handle()
    }

    /// One more fault, written as in a scenario, until the scope is dropped.
    ///
    /// # Errors
    /// It is not written as in a scenario, or its name is taken.
    pub fn fault(&self, text: &str) -> Result<FaultScope, FaultError> {
        let fault: Fault = scenario::read("fault", text.as_bytes())?;
        let name = fault.name.0.clone();
        self.rules.add(fault)?;
        Ok(FaultScope { rules: self.rules.clone(), name })
    }

    /// One more thing that has to be true at the end, written as in a scenario. Commands count from
    /// now on.
    ///
    /// # Errors
    /// It is not written as in a scenario.
    pub fn expect(&self, text: &str) -> Result<(), ScenarioError> {
        let expectation: Expectation = scenario::read("expect", text.as_bytes())?;
        self.recorder.expect(expectation);
        Ok(())
    }

    /// What has happened so far; of a very long run, not the beginning.
    pub fn journal(&self) -> Vec<Entry> {
        self.recorder.entries().0
    }

    /// Ends it: what it came to.
    ///
    /// # Panics
    /// If the modem's own task has panicked.
    pub async fn finish(self) -> Report {
        let finished = self.simulation.finish().await;
        finished.reports.into_iter().next().expect("the modem was recorded to its end")
    }
}

impl FaultScope {
    /// How often the fault did its work.
    pub fn fired(&self) -> u64 {
        let status = self.rules.status();
        status.iter().find(|fault| fault.name == self.name).map_or(0, |fault| fault.fired)
    }
}

impl Drop for FaultScope {
    fn drop(&mut self) {
        // Somebody else may have taken it away.
        let _ = self.rules.remove(&self.name);
    }
}
