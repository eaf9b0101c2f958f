//! A modem with a scenario, in this process, and its host.

use std::time::Duration;

use qftpsim::scenario::Scenario;
use qftpsim::scenario::engine::FaultStatus;
use qftpsim::sim::{RunningModem, Simulation};
use qftpsim::transcript::chat::{self, Action};
use tokio::runtime::{self, Runtime};

use crate::common::Host;

/// A modem that runs.
pub struct Bench {
    /// The program at its port.
    pub host: Host,
    /// What it has received, line by line.
    pub heard: Vec<String>,
    // Goes before the runtime that it runs in.
    simulation: Simulation,
    _runtime: Runtime,
}

impl Bench {
    /// A modem with this scenario: `scenario` is what comes after the name.
    pub fn new(scenario: &str) -> Bench {
        Bench::seeded(scenario, 7)
    }

    /// The same, with everything random drawn from `seed`.
    pub fn seeded(scenario: &str, seed: u64) -> Bench {
        let text = format!("scenario: a\n{scenario}\n");
        let scenario = Scenario::parse("s.yaml", text.as_bytes(), None);
        let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let wanted = Simulation::builder().scenario(scenario).seed(seed).no_pty();
        let wanted = wanted.tcp(([127, 0, 0, 1], 0).into()).urc_gap(Duration::ZERO);
        let simulation = runtime.block_on(wanted.start()).expect("it starts");
        let tcp = simulation.modems()[0].tcp().expect("a port");
        let host = Host::connect(&tcp.to_string());
        Bench { host, heard: Vec::new(), simulation, _runtime: runtime }
    }

    /// The same, logged in to the server.
    pub fn logged_in(scenario: &str) -> Bench {
        let mut bench = Bench::new(scenario);
        bench.host.log_in();
        bench
    }

    /// Plays a dialogue; each line that is expected must come as it is written.
    #[track_caller]
    pub fn play(&mut self, dialogue: &str) {
        for step in chat::parse(dialogue).expect("a dialogue") {
            match step.action {
                Action::Send(command) => self.host.send(&command),
                Action::SendCount(count) => self.host.write(&chat::counter(count)),
                Action::SendData(data) => self.host.write(&data),
                Action::Line(pattern) => {
                    let line = self.host.line();
                    assert!(pattern.matches(&line), "{line:?}, not {:?}", pattern.as_str());
                    self.heard.push(line);
                }
                Action::Count(count) => assert_eq!(self.host.data(count).len(), count),
                Action::Data(data) => assert_eq!(self.host.data(data.len()), data),
                Action::Escape | Action::Pause(_) => panic!("time is the simulation's"),
            }
        }
    }

    /// Plays `command`, `OK`, and then this line.
    #[track_caller]
    pub fn ask(&mut self, command: &str, answer: &str) {
        self.play(&format!("> {command}\n< OK\n< {answer}"));
    }

    fn modem(&self) -> &RunningModem {
        &self.simulation.modems()[0]
    }

    /// How far every fault is.
    pub fn faults(&self) -> Vec<FaultStatus> {
        self.modem().rules().expect("it has a scenario").status()
    }

    /// How often every fault has fired.
    pub fn fired(&self) -> Vec<u64> {
        self.faults().iter().map(|fault| fault.fired).collect()
    }

    /// What a file of the server holds.
    pub fn on_server(&self, path: &str) -> Option<Vec<u8>> {
        let files = self.simulation.server().expect("a server").files();
        files.read(path).map(|bytes| bytes.to_vec())
    }
}
