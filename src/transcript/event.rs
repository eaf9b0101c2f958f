//! What happened in a run, as typed events with module time.

use std::time::Duration;

use bytes::Bytes;

use super::data::Data;
use crate::modem::record::Record;
use crate::time::ModuleTime;

/// One thing that happened, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the run, from 1.
    pub number: u64,
    /// Module time.
    pub at: ModuleTime,
    /// Wall time since the start of the run; none where the clock is stepped, as it would differ
    /// from run to run.
    pub wall: Option<Duration>,
    /// What happened.
    pub event: Event,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A modem starts.
    Started(Start),
    /// The host has opened the port, or closed it.
    Port(bool),
    /// A line of the serial port has changed: who drives it, and to what.
    Line(SerialLine, bool),
    /// A command line of the host, with its end.
    FromHost(Bytes),
    /// Lines for the host, as one write; with the echo of what they answer.
    ToHost(Bytes),
    /// Data of the host, in data mode.
    DataFromHost(Data),
    /// Data for the host, in data mode.
    DataToHost(Data),
    /// What the modem says of itself.
    Modem(Record),
    /// A line on the control connection, without its CR LF; a password is `***` unless asked for.
    Ftp(Way, String),
    /// Data on a data connection.
    FtpData(Way, Data),
    /// A fault did its work.
    Fault(FaultFired),
    /// The scenario has entered a state.
    ScenarioState(String),
    /// A remark for people: why a handshake failed, what took the place of something out of use.
    Notice(String),
    /// The run is over.
    Ended,
}

/// How a run begins: all that it depends on, besides the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The modem's name: `modem0`.
    pub modem: String,
    /// The module it stands for: `EC25`.
    pub model: String,
    /// The scenario.
    pub scenario: Option<String>,
    /// What everything random is drawn from.
    pub seed: u64,
}

/// A line of the serial port (V.24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SerialLine {
    /// Data terminal ready, by the host.
    Dtr,
    /// Request to send, by the host.
    Rts,
    /// Data carrier detect, by the module.
    Dcd,
    /// Ring indicator, by the module.
    Ri,
    /// Data set ready, by the module.
    Dsr,
    /// Clear to send, by the module.
    Cts,
}

/// Which way something goes between module and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To the server.
    Up,
    /// To the module.
    Down,
}

/// A fault that did its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultFired {
    /// Its name.
    pub name: String,
    /// What it does, by its key in the scenario: `data_cut`.
    pub action: String,
    /// What made it fire: `AT+QFTPPUT="a","COM:", time 2`.
    pub cause: String,
}
