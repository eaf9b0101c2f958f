//! Operations whose end is decided from outside (see [`crate::modem::intercept`]).

use crate::at::error::FtpErr;
use crate::modem::Modem;
use crate::modem::command::Flow;
use crate::modem::intercept::Outlook;
use crate::modem::interface::{Execution, Interface};
use crate::modem::link::LinkRequest;
use crate::modem::timer::Timer;

use super::{After, Failure, Kind};

/// What goes wrong with a command of the session.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::modem) struct Plan {
    /// Its operation is not carried out, and ends like this.
    pub(in crate::modem) decided: Option<(FtpErr, u16)>,
    /// What becomes of the line with its outcome.
    pub(in crate::modem) outlook: Outlook,
}

impl Modem {
    /// Whether the operation that `request` is about ends without it.
    pub(in crate::modem) fn ftp_is_decided(&mut self, request: &LinkRequest) -> bool {
        let (id, begins) = match request {
            LinkRequest::Open(id, _)
            | LinkRequest::Control(id, _)
            | LinkRequest::Transfer(id, _)
            | LinkRequest::Close(id) => (*id, true),
            LinkRequest::Data(id, _)
            | LinkRequest::Finish(id)
            | LinkRequest::Credit(id, _)
            | LinkRequest::SwitchAddress(id)
            | LinkRequest::Cancel(id) => (*id, false),
            LinkRequest::Mode(_) | LinkRequest::Drop => return false,
        };
        let operation = self.ftp.operation();
        let decided = operation.is_some_and(|op| op.id == id && op.plan.decided.is_some());
        if begins && decided {
            // Not at once: the command has not said yet what it waits for.
            self.timers.set(Timer::FtpDecided, self.now);
        }
        decided
    }

    /// The operation under way ends as was decided.
    pub(in crate::modem) fn ftp_end_as_decided(&mut self) {
        let Some(operation) = self.ftp.operation() else { return };
        let Some((err, reply)) = operation.plan.decided else { return };
        let good = err.code() == 0;
        let after = match operation.kind {
            Kind::Open if !good => After::Closed,
            Kind::Close if good => After::Closed,
            _ => After::Idle,
        };
        if !good && matches!(operation.kind, Kind::Transfer(_)) {
            return self.ftp_transfer_failed(Failure { err, reply }, after);
        }
        self.ftp_succeed(format!("{},{reply}", err.code()), after);
        if self.is_executing(Execution::FtpConnect) {
            self.complete(Ok(Flow::Done));
        }
    }

    /// Whether the command line that is at its end has to wait for an outcome that comes first;
    /// one that is known is told now.
    pub(in crate::modem) fn ftp_tells_outcome_first(&mut self) -> bool {
        let Some(operation) = self.ftp.operation() else { return false };
        // Its own line may have ended with the refusal of a later command, and the `OK` to `+++` is
        // not the one that the outcome comes before.
        let over = operation.result_at.is_some() || operation.is_suspended();
        if operation.plan.outlook != Outlook::BeforeResult || over {
            return false;
        }
        if operation.outcome.is_none() {
            self.interface = Interface::Executing(Execution::FtpOutcome);
            return true;
        }
        self.ftp_tell_outcome();
        false
    }
}
