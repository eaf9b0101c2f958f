//! How a session is lost: by the server, with the supply, with the context under it.

use crate::at::error::FtpErr;
use crate::modem::Modem;
use crate::modem::link::LinkRequest;

use super::{After, Failure, Ftp, Kind, State};

impl Modem {
    /// The control connection is gone while the link had nothing to do: said once (our choice,
    /// after a public driver that waits for it).
    pub(super) fn ftp_session_lost(&mut self) {
        match &mut self.ftp.state {
            State::Closed => {}
            State::Idle | State::Stuck => {
                self.ftp.state = State::Closed;
                self.ftp_tell_lost();
            }
            // Otherwise the operation under way will hear of it by itself.
            State::Busy(operation) => {
                if let Some(after) = operation.after()
                    && *after != After::Closed
                {
                    *after = After::Lost;
                }
            }
        }
    }

    pub(super) fn ftp_tell_lost(&mut self) {
        self.ftp.held = None;
        if !self.knobs.session_lost_urc {
            return;
        }
        self.urc(format!("+QFTPCLOSE: {},0", FtpErr::CONTROL_CLOSED.code()));
    }

    /// The supply is gone: so are the session and its settings. Operations stay numbered.
    pub(in crate::modem) fn ftp_power_lost(&mut self) {
        if !matches!(self.ftp.state, State::Closed) {
            self.request(LinkRequest::Drop);
        }
        self.ftp = Ftp { last_id: self.ftp.last_id, ..Ftp::new(&self.knobs) };
    }

    /// The PDP context under the session is gone: so is the session.
    pub(crate) fn ftp_context_lost(&mut self, context: u8) {
        if self.ftp.context != context || matches!(self.ftp.state, State::Closed) {
            return;
        }
        self.request(LinkRequest::Drop);
        self.ftp.held = None;
        let Some(operation) = self.ftp.operation() else {
            self.ftp.state = State::Closed;
            return;
        };
        if let Some(after) = operation.after() {
            *after = After::Closed;
            return;
        }
        let lost = Failure::from(FtpErr::NETWORK);
        if let Kind::Transfer(transfer) = &mut operation.kind {
            transfer.forget_pending();
        }
        match operation.kind {
            Kind::Transfer(_) => self.ftp_transfer_failed(lost, After::Closed),
            Kind::Close => self.ftp_succeed("0,0".to_owned(), After::Closed),
            Kind::Open | Kind::Control => self.ftp_fail(lost, After::Closed),
        }
    }
}
