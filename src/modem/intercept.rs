//! Where faults enter the machine. There is no other `if fault` in the modem.
//!
//! An [`Interceptor`] is asked at each point where something can go wrong in the module, and says
//! what becomes of it: one verdict type a point. What it wants done besides, such as a restart,
//! are [`Effect`]s, which it hands out one by one. What goes wrong between the FTP client and the
//! server, or on the serial line, is none of the modem's business.

use std::fmt;
use std::time::Duration;

use super::command::Refusal;
use super::network::Registration;
use super::record::CommandRecord;
use super::state::ModuleState;
use crate::at::error::FtpErr;
use crate::store::Medium;
use crate::time::ModuleTime;

/// Decides what goes wrong in a modem. Each method lets everything pass unless it is implemented.
pub trait Interceptor: fmt::Debug + Send {
    /// A command that the module knows is about to be carried out.
    fn on_command(&mut self, now: ModuleTime, command: &CommandRecord) -> CommandVerdict {
        let _ = (now, command);
        CommandVerdict::Pass
    }

    /// The command was not refused: its FTP operation begins.
    fn on_operation(&mut self, now: ModuleTime) {
        let _ = now;
    }

    /// An unsolicited result code, or the line with an outcome, is about to be written.
    fn on_urc(&mut self, now: ModuleTime, text: &str) -> UrcVerdict {
        let _ = (now, text);
        UrcVerdict::Pass
    }

    /// The modem has entered a state.
    fn on_state(&mut self, now: ModuleTime, state: ModuleState) {
        let _ = (now, state);
    }

    /// Of a transfer `moved` bytes have passed, `coming` more are about to: how many of these pass
    /// before something happens. It is asked again then.
    fn on_data(&mut self, now: ModuleTime, flow: Flow, moved: u64, coming: u64) -> u64 {
        let _ = (now, flow, moved);
        coming
    }

    /// When [`on_time`](Self::on_time) is to be called.
    fn next_deadline(&self) -> Option<ModuleTime> {
        None
    }

    /// Time has passed.
    fn on_time(&mut self, now: ModuleTime) {
        let _ = now;
    }

    /// The next thing that is to happen to the modem.
    fn next_effect(&mut self) -> Option<Effect> {
        None
    }
}

/// Which way the data of a transfer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To the server.
    Upload,
    /// From the server.
    Download,
}

/// What becomes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandVerdict {
    /// It is carried out.
    Pass,
    /// It is refused, and not carried out.
    Refuse(Refusal),
    /// It is carried out, but the final result code of its line never comes.
    NoResult,
    /// Its FTP operation is not carried out, and ends like this.
    Outcome(FtpErr, u16),
    /// It is carried out, and this becomes of the line that tells its outcome.
    Outlook(Outlook),
}

/// What becomes of the line with the outcome of an FTP command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outlook {
    /// It is told when its time has come.
    #[default]
    Told,
    /// It never comes; the session is free all the same.
    Never,
    /// It comes twice.
    Twice,
    /// It comes so much later; until then the session is busy.
    Late(Duration),
    /// It comes before the final result of the command.
    BeforeResult,
}

/// What becomes of an unsolicited result code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrcVerdict {
    /// It goes out.
    Pass,
    /// It never comes.
    Drop,
    /// It comes twice.
    Twice,
    /// It comes so much later.
    Late(Duration),
    /// This comes instead.
    Replace(String),
}

/// Something that happens to the modem from outside: by a fault, or because somebody at the
/// controls wants it. Where it lasts, `None` means for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// An unsolicited result code that nobody expects.
    Urc(String),
    /// The module answers nothing any more.
    Hang(Option<Duration>),
    /// It restarts, and is silent for so long, or as long as the knob `boot_time` says.
    Restart(Option<Duration>),
    /// The card is pulled out.
    SimRemoved(Option<Duration>),
    /// The card is put in again.
    SimInserted,
    /// The network serves the module no longer, or again; active contexts are lost with it.
    Registration(Registration, Option<Duration>),
    /// The strength of the signal, as `AT+CSQ` tells it: 0 to 31, or 99.
    Signal(u8),
    /// The network takes down a PDP context.
    PdpDropped(u8),
    /// A medium is full.
    StoreFull(Medium, Option<Duration>),
    /// Reading and writing a medium fails.
    StoreError(Medium, Option<Duration>),
    /// Nothing is wrong with a medium any more.
    StoreMended(Medium),
    /// A file that the host has opened is closed behind its back; all of them unless told.
    HandleLost(Option<u32>),
}
