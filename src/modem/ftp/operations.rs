//! Operations without a data connection: opening and closing the session, and the commands that
//! are one FTP verb each.

use crate::at::error::{CmeError, FtpErr};
use crate::modem::Modem;
use crate::modem::command::{Flow, Handled};
use crate::modem::link::{Answer, ControlCommand, LinkFailure, LinkRequest, OpenTarget, TlsStart};
use crate::modem::timer::Timer;

use super::{After, Failure, Kind, OPEN_TIMEOUT, State};

impl Modem {
    /// `AT+QFTPOPEN`: logs in to `host`.
    pub(crate) fn ftp_open(&mut self, host: &str, port: u16) -> Handled {
        self.ftp_need_sim()?;
        match self.ftp.state {
            State::Closed => {}
            State::Idle => return Err(CmeError(self.knobs.open_again_error).into()),
            State::Busy(_) | State::Stuck => {
                return Err(CmeError(self.knobs.busy_cmd_error).into());
            }
        }
        let start = match self.ftp.config.ssltype {
            1 => Some(TlsStart::Implicit),
            2 => Some(TlsStart::Explicit),
            _ => None,
        };
        if start.is_some() && !self.ftp.config.passive {
            // The note says that it does not work (§1.3), not what it answers: our choice.
            return Err(CmeError(FtpErr::INVALID_PARAMETER.code()).into());
        }
        let id = self.ftp_begin("+QFTPOPEN", Kind::Open);
        self.ftp.context = self.ftp.config.context;
        let config = &self.ftp.config;
        if !self.network.contexts.is_active(config.context) {
            // Without its context the module can't even ask a name server (§4.3).
            self.ftp_fail(FtpErr::DNS.into(), After::Closed);
            return Ok(Flow::Done);
        }
        let tls = start.map(|start| self.ftp_tls_request(start));
        let config = &self.ftp.config;
        let target = OpenTarget {
            host: host.to_owned(),
            port,
            username: config.username.clone(),
            password: config.password.clone(),
            mode: config.transfer_mode(),
            tls: tls.map(Box::new),
        };
        self.ftp.link_mode = Some(target.mode);
        self.ftp.secured = target.tls.is_some();
        self.request(LinkRequest::Open(id, Box::new(target)));
        self.set_timer(Timer::FtpResponse, OPEN_TIMEOUT);
        Ok(Flow::Done)
    }

    /// `AT+QFTPCLOSE`: the `OK` is only an acknowledgement.
    pub(crate) fn ftp_close(&mut self) -> Handled {
        if matches!(self.ftp.state, State::Stuck) {
            self.ftp.state = State::Idle;
        }
        self.ftp_need_idle()?;
        self.ftp_end_held();
        let id = self.ftp_begin("+QFTPCLOSE", Kind::Close);
        self.request(LinkRequest::Close(id));
        self.ftp_await_response();
        Ok(Flow::Done)
    }

    /// A command that is one FTP verb; its line starts with `prefix`.
    pub(crate) fn ftp_control(&mut self, prefix: &'static str, command: ControlCommand) -> Handled {
        self.ftp_need_idle()?;
        self.ftp_end_held();
        let id = self.ftp_begin(prefix, Kind::Control);
        self.request(LinkRequest::Control(id, command));
        self.ftp_await_response();
        Ok(Flow::Done)
    }

    pub(super) fn ftp_answered(&mut self, answer: Answer) {
        let result = match answer {
            Answer::Done => "0,0".to_owned(),
            Answer::Path(path) if self.knobs.pwd_quoted => format!("0,\"{path}\""),
            Answer::Path(path) => format!("0,{path}"),
            Answer::Size(size) => format!("0,{size}"),
            Answer::Modified(time) => format!("0,\"{time}\""),
        };
        self.ftp_succeed(result, After::Idle);
    }

    /// The FTP side could not carry out the operation.
    pub(super) fn ftp_failed(&mut self, failure: &LinkFailure) {
        let Some(operation) = self.ftp.operation() else { return };
        let after = match operation.kind {
            Kind::Open | Kind::Close => After::Closed,
            _ if failure.session_alive => After::Idle,
            _ => After::Closed,
        };
        let cause = Failure::from(&failure.cause);
        if matches!(operation.kind, Kind::Transfer(_)) {
            self.ftp_transfer_failed(cause, after);
        } else {
            self.ftp_fail(cause, after);
        }
    }
}
