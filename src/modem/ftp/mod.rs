//! The FTP session: what `AT+QFTPSTAT` tells, and the one operation that may be under way.
//!
//! An operation starts with a command, is carried out by the FTP side ([`super::link`]), and ends
//! with an *outcome*: a line such as `+QFTPSIZE: 0,1000`, and the state after it. The outcome is
//! told `urc_gap` after the command's `OK` at the earliest, and only then is the session free for
//! the next command: until it has read the line, a host gets 603.

pub mod config;
mod decided;
mod line_ends;
mod loss;
mod operations;
mod secure;
mod transfer;
mod transfer_data;

use std::time::Duration;

use crate::at::error::{CmeError, FtpErr};
use crate::time::ModuleTime;

use super::Modem;
use super::command::{Flow, Refusal};
use super::intercept::Outlook;
use super::interface::Execution;
use super::knobs::Knobs;
use super::link::{LinkError, LinkEvent, LinkRequest, OpId, TransferMode};
use super::timer::Timer;

use config::FtpConfig;
pub(super) use decided::Plan;
pub(crate) use transfer::{GetRequest, PutRequest, Range};
use transfer::{Held, Phase, Transfer};

/// `AT+QFTPOPEN` takes at most so long (note §2.2).
const OPEN_TIMEOUT: Duration = Duration::from_secs(125);

/// The FTP session and its settings.
#[derive(Debug)]
pub struct Ftp {
    /// What `AT+QFTPCFG` set.
    pub config: FtpConfig,
    /// The PDP context that the session was opened on.
    context: u8,
    /// The transfer mode that the FTP side was told last.
    link_mode: Option<TransferMode>,
    /// The session is FTPS.
    secured: bool,
    state: State,
    /// An upload in parts (`<beof>`=0) whose data connection is open between two of them.
    held: Option<Held>,
    /// `AT+QFTPLEN`: bytes moved by the last transfer.
    moved: u64,
    last_id: u64,
    /// What goes wrong with the command that is about to be carried out.
    pub(super) plan: Plan,
}

/// The state of the session.
#[derive(Debug)]
enum State {
    Closed,
    Idle,
    Busy(Box<Operation>),
    /// A data connection could not be opened, and the firmware is stuck until QFTPCLOSE
    /// (knob `data_fail_sticky`).
    Stuck,
}

/// The operation under way.
#[derive(Debug)]
struct Operation {
    id: OpId,
    /// What its line starts with: `+QFTPSIZE`.
    prefix: &'static str,
    kind: Kind,
    /// When the final result of its command was written.
    result_at: Option<ModuleTime>,
    /// How it ended, when that is known but not told.
    outcome: Option<Outcome>,
    plan: Plan,
}

#[derive(Debug)]
enum Kind {
    Open,
    Control,
    Close,
    Transfer(Transfer),
}

/// How an operation ended.
#[derive(Debug)]
struct Outcome {
    line: String,
    after: After,
}

/// The state of the session after an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Idle,
    Closed,
    /// Closed, and the host does not know it from the outcome.
    Lost,
    Stuck,
}

impl From<After> for State {
    fn from(after: After) -> State {
        match after {
            After::Idle => State::Idle,
            After::Closed | After::Lost => State::Closed,
            After::Stuck => State::Stuck,
        }
    }
}

impl Operation {
    /// The host has escaped from a download, and may come back.
    fn is_suspended(&self) -> bool {
        matches!(&self.kind, Kind::Transfer(transfer) if transfer.phase == Phase::Suspended)
    }

    /// What will be after the operation, when its end is known already: its outcome waits to be
    /// told, or the host has not taken all data of a download yet.
    fn after(&mut self) -> Option<&mut After> {
        match (&mut self.outcome, &mut self.kind) {
            (Some(outcome), _) => Some(&mut outcome.after),
            (None, Kind::Transfer(transfer)) => transfer.after(),
            _ => None,
        }
    }
}

/// `<err>,<protocol_error>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failure {
    err: FtpErr,
    reply: u16,
}

impl From<FtpErr> for Failure {
    fn from(err: FtpErr) -> Failure {
        Failure { err, reply: 0 }
    }
}

impl From<&LinkError> for Failure {
    /// The note's tables 3 and 4, and its decisions for what has no reply.
    fn from(error: &LinkError) -> Failure {
        let err = match error {
            LinkError::Reply(reply) => {
                return Failure { err: FtpErr::from_reply(*reply), reply: *reply };
            }
            LinkError::NameNotResolved => FtpErr::DNS,
            LinkError::Unreachable => FtpErr::NETWORK,
            // 606 on a real EC25 (capture ec25-afxgar07a04m1g-notes).
            LinkError::Refused | LinkError::ControlClosed => FtpErr::CONTROL_CLOSED,
            LinkError::ControlReset | LinkError::DataReset => FtpErr::PEER_CLOSED,
            LinkError::DataNotOpened => FtpErr::OPEN_DATA,
            LinkError::DataClosed => FtpErr::DATA_CLOSED,
            LinkError::Garbled => FtpErr::UNKNOWN,
            LinkError::Tls(_) | LinkError::DataTls(_) => FtpErr::SSL,
        };
        err.into()
    }
}

/// `<ftpstat>` of `AT+QFTPSTAT` (note §2.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FtpStat {
    /// 0: the session is being opened.
    Opening = 0,
    /// 1: open; also while a command without data is under way.
    Idle = 1,
    /// 2: a transfer is under way, or suspended.
    Transferring = 2,
    /// 3: the session is being closed.
    Closing = 3,
    /// 4: closed.
    Closed = 4,
}

impl Ftp {
    /// No session, and the settings that a module with these knobs starts with.
    pub fn new(knobs: &Knobs) -> Ftp {
        Ftp {
            config: FtpConfig { passive: knobs.transmode == 1, ..FtpConfig::default() },
            context: 0,
            link_mode: None,
            secured: false,
            state: State::Closed,
            held: None,
            moved: 0,
            last_id: 0,
            plan: Plan::default(),
        }
    }

    /// What `AT+QFTPSTAT` tells.
    pub fn stat(&self) -> FtpStat {
        match &self.state {
            State::Closed => FtpStat::Closed,
            State::Idle | State::Stuck => FtpStat::Idle,
            State::Busy(operation) => match operation.kind {
                Kind::Open => FtpStat::Opening,
                Kind::Control => FtpStat::Idle,
                Kind::Close => FtpStat::Closing,
                Kind::Transfer(_) => FtpStat::Transferring,
            },
        }
    }

    /// What `AT+QFTPLEN` tells: bytes moved by the transfer under way, or by the last one.
    pub fn moved(&self) -> u64 {
        self.transfer().map_or(self.moved, |transfer| transfer.moved)
    }

    /// Whether the result of the command line is the one that an operation waits for.
    pub(super) fn waits_for_result(&self) -> bool {
        matches!(&self.state, State::Busy(operation) if operation.result_at.is_none())
    }

    fn operation(&mut self) -> Option<&mut Operation> {
        match &mut self.state {
            State::Busy(operation) => Some(operation),
            _ => None,
        }
    }

    fn transfer(&self) -> Option<&Transfer> {
        match &self.state {
            State::Busy(operation) => match &operation.kind {
                Kind::Transfer(transfer) => Some(transfer),
                _ => None,
            },
            _ => None,
        }
    }

    fn transfer_mut(&mut self) -> Option<(OpId, &mut Transfer)> {
        match &mut self.state {
            State::Busy(operation) if operation.outcome.is_none() => {
                let id = operation.id;
                match &mut operation.kind {
                    Kind::Transfer(transfer) => Some((id, transfer)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Modem {
    /// Errors unless a card is in: without one FTP commands fail (note §4.1).
    pub(crate) fn ftp_need_sim(&self) -> Result<(), Refusal> {
        Ok(self.card()?)
    }

    /// Errors unless the session is open and nothing is under way.
    fn ftp_need_idle(&self) -> Result<(), Refusal> {
        self.ftp_need_sim()?;
        match self.ftp.state {
            State::Idle => Ok(()),
            State::Closed => Err(CmeError(self.knobs.closed_cmd_error).into()),
            State::Busy(_) | State::Stuck => Err(CmeError(self.knobs.busy_cmd_error).into()),
        }
    }

    /// Makes `kind` the operation under way; its line will start with `prefix`.
    fn ftp_begin(&mut self, prefix: &'static str, kind: Kind) -> OpId {
        self.ftp.last_id += 1;
        let id = OpId(self.ftp.last_id);
        self.ftp_begin_as(id, prefix, kind);
        id
    }

    fn ftp_begin_as(&mut self, id: OpId, prefix: &'static str, kind: Kind) {
        let plan = std::mem::take(&mut self.ftp.plan);
        let operation = Operation { id, prefix, kind, result_at: None, outcome: None, plan };
        self.ftp.state = State::Busy(Box::new(operation));
        self.ask(|interceptor, now| interceptor.on_operation(now));
    }

    /// (Re)starts the clock that ends the operation with 609.
    fn ftp_await_response(&mut self) {
        self.set_timer(Timer::FtpResponse, self.ftp.config.response_timeout());
    }

    /// The FTP side answers. Events of operations that are over are stale.
    pub(super) fn ftp_event(&mut self, event: LinkEvent) {
        if let LinkEvent::Lost = event {
            return self.ftp_session_lost();
        }
        let id = match &event {
            LinkEvent::Negotiating(id)
            | LinkEvent::Secured(id, _)
            | LinkEvent::Opened(id)
            | LinkEvent::Answered(id, _)
            | LinkEvent::Ready(id)
            | LinkEvent::Data(id, _)
            | LinkEvent::Sent(id, _)
            | LinkEvent::Finished(id)
            | LinkEvent::Closed(id)
            | LinkEvent::Failed(id, _) => *id,
            LinkEvent::Lost => return,
        };
        let under_way = |op: &&mut Operation| op.id == id && op.outcome.is_none();
        let Some(operation) = self.ftp.operation().filter(under_way) else {
            return self.ftp_held_event(id, event);
        };
        match (&operation.kind, event) {
            (_, LinkEvent::Failed(_, failure)) => self.ftp_failed(&failure),
            (Kind::Open, LinkEvent::Negotiating(_)) => self.ftp_negotiating(),
            (Kind::Open, LinkEvent::Secured(..)) => self.timers.clear(Timer::FtpHandshake),
            (Kind::Open, LinkEvent::Opened(_)) => self.ftp_succeed("0,0".to_owned(), After::Idle),
            (Kind::Control, LinkEvent::Answered(_, answer)) => self.ftp_answered(answer),
            (Kind::Close, LinkEvent::Closed(_)) => {
                self.ftp_succeed("0,0".to_owned(), After::Closed);
            }
            (Kind::Transfer(_), event) => self.ftp_transfer_event(event),
            // No answer to what was asked.
            _ => {}
        }
    }

    fn ftp_succeed(&mut self, result: String, after: After) {
        let Some(operation) = self.ftp.operation() else { return };
        let prefix = operation.prefix;
        let line = if prefix == "+QFTPSIZE" && self.knobs.size_misprint {
            format!("{prefix}:{}", result.replace(',', ", "))
        } else {
            format!("{prefix}: {result}")
        };
        self.ftp_end(Outcome { line, after });
    }

    fn ftp_fail(&mut self, failure: Failure, after: After) {
        let line = self.ftp_failure_line(failure);
        self.ftp_end(Outcome { line, after });
    }

    /// `+QFTPSIZE: 627,550`.
    fn ftp_failure_line(&mut self, failure: Failure) -> String {
        let prefix = self.ftp.operation().map_or("", |operation| operation.prefix);
        format!("{prefix}: {},{}", failure.err.code(), failure.reply)
    }

    /// Nothing more is done for the operation.
    fn ftp_stop(&mut self) {
        self.timers.clear(Timer::FtpResponse);
        self.timers.clear(Timer::FtpHandshake);
        self.timers.clear(Timer::DataAddress);
        self.ftp_close_files();
    }

    /// The operation ends without a line of its own.
    fn ftp_drop_operation(&mut self, after: After) {
        self.ftp_stop();
        self.ftp.moved = self.ftp.moved();
        self.ftp.state = after.into();
    }

    /// The operation has ended; its outcome is told when its time has come. When that ends data
    /// mode too, the outcome comes first: what stands behind in the line meets a session that has
    /// done with the transfer.
    fn ftp_end(&mut self, outcome: Outcome) {
        self.ftp_stop();
        let (now, gap) = (self.now, self.urc_gap());
        let waits = self.is_executing(Execution::FtpOutcome);
        let Some(operation) = self.ftp.operation() else { return };
        operation.outcome = Some(outcome);
        match operation.result_at {
            Some(at) => match operation.plan.outlook {
                Outlook::Late(by) => self.timers.set(Timer::FtpOutcome, now.max(at + gap) + by),
                _ if at + gap > now => self.timers.set(Timer::FtpOutcome, at + gap),
                _ => self.ftp_tell_outcome(),
            },
            None if waits => self.complete(Ok(Flow::Done)),
            // The command line still waits for its result.
            None => {}
        }
    }

    /// The command line that started the operation has its final result.
    pub(super) fn ftp_result_written(&mut self) {
        let (now, gap) = (self.now, self.urc_gap());
        let Some(operation) = self.ftp.operation() else { return };
        let first = operation.result_at.is_none();
        let result_at = *operation.result_at.get_or_insert(now);
        if first && operation.outcome.is_some() {
            let late = match operation.plan.outlook {
                Outlook::Late(by) => by,
                _ => Duration::ZERO,
            };
            self.timers.set(Timer::FtpOutcome, result_at + gap + late);
        }
    }

    /// Tells the outcome; the session is free again.
    pub(super) fn ftp_tell_outcome(&mut self) {
        self.ftp.moved = self.ftp.moved();
        let Some(operation) = self.ftp.operation() else { return };
        let outlook = operation.plan.outlook;
        let Some(outcome) = operation.outcome.take() else { return };
        self.ftp.state = outcome.after.into();
        match outlook {
            Outlook::Never => {}
            Outlook::BeforeResult => self.write_urc(&outcome.line),
            Outlook::Twice => {
                self.urc(outcome.line.clone());
                self.urc(outcome.line);
            }
            Outlook::Told | Outlook::Late(_) => self.urc(outcome.line),
        }
        if outcome.after == After::Lost {
            self.ftp_tell_lost();
        }
    }

    /// The server, or the host, did not go on in time.
    pub(super) fn ftp_timeout(&mut self) {
        let Some(operation) = self.ftp.operation() else { return };
        let (id, timeout) = (operation.id, Failure::from(FtpErr::TIMEOUT));
        match operation.kind {
            Kind::Open | Kind::Close => {
                self.request(LinkRequest::Drop);
                self.ftp_fail(timeout, After::Closed);
            }
            Kind::Control => {
                self.request(LinkRequest::Cancel(id));
                self.ftp_fail(timeout, After::Idle);
            }
            Kind::Transfer(_) => {
                self.request(LinkRequest::Cancel(id));
                let uploads = self.in_ftp_data() && self.ftp_uploads();
                if uploads && !self.knobs.put_timeout_ok_first {
                    let line = self.ftp_failure_line(timeout);
                    self.ftp_drop_operation(After::Idle);
                    self.info(format_args!("{line}"));
                    return self.leave_data_mode(Ok(Flow::Done));
                }
                self.ftp_transfer_failed(timeout, After::Idle);
            }
        }
    }
}
