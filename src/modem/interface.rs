//! The mode of the interface to the host, and the ways between the modes (note §1.4).

use bytes::Bytes;

use crate::at::result::ResultCode;
use crate::time::ModuleTime;

use super::Modem;
use super::command::{Flow, Handled, Refusal};
use super::escape::EscapeWatch;
use super::file_data::{FileInput, FileOutput};
use super::record::Record;
use super::timer::Timer;

/// What the host's bytes are.
#[derive(Debug, Default)]
pub(super) enum Interface {
    /// Command lines.
    #[default]
    Command,
    /// Kept for later: a command is being carried out.
    Executing(Execution),
    /// Data.
    Data(DataMode, EscapeWatch),
}

/// What a command waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Execution {
    /// The data connection of a transfer with `COM:`; then `CONNECT`.
    FtpConnect,
    /// The activation of a PDP context.
    Activation(u8),
    /// The outcome of an FTP operation, which comes before its result this time.
    FtpOutcome,
}

/// Whose data it is.
#[derive(Debug)]
pub(super) enum DataMode {
    /// The FTP transfer under way has it.
    Ftp,
    /// QFUPL or QFWRITE: from the host into a file.
    FileInput(FileInput),
    /// QFDWL or QFREAD: from a file to the host.
    FileOutput(FileOutput),
    /// A packet call: nobody is there to speak PPP.
    Call,
}

impl Modem {
    /// The command of the line goes on later.
    pub(super) fn execute(&mut self, execution: Execution) -> Handled {
        self.interface = Interface::Executing(execution);
        Ok(Flow::Wait)
    }

    pub(super) fn is_executing(&self, what: Execution) -> bool {
        matches!(self.interface, Interface::Executing(now) if now == what)
    }

    /// Data mode without `CONNECT`, which the caller has written.
    pub(super) fn enter_data_mode(&mut self, mode: DataMode) {
        let watch = EscapeWatch::new(self.now, self.profile.guard_time());
        self.interface = Interface::Data(mode, watch);
    }

    /// `CONNECT`, and data mode.
    pub(super) fn connect(&mut self, mode: DataMode) -> Handled {
        self.write_result(ResultCode::Connect);
        self.enter_data_mode(mode);
        Ok(Flow::Wait)
    }

    /// The same for `ATD` and `ATO`, which tell the speed if there is one to tell and `ATX` lets
    /// them. Without one, `CONNECT` is bare with any X: so it was recorded with X4 (captures
    /// `ec20-cefdr02a09m4g-toybrick`, `ec25-efar06a17m4g-provision`).
    pub(super) fn connect_line(&mut self, mode: DataMode) -> Handled {
        self.write_result(match self.knobs.connect_speed {
            speed if speed > 0 && self.profile.connect_text > 0 => ResultCode::ConnectAt(speed),
            _ => ResultCode::Connect,
        });
        self.enter_data_mode(mode);
        Ok(Flow::Wait)
    }

    /// Whether the host's bytes belong to an FTP transfer.
    pub(super) fn in_ftp_data(&self) -> bool {
        matches!(self.interface, Interface::Data(DataMode::Ftp, _))
    }

    /// Back to command mode: the command that waited ends as `handled` says, and its line goes on.
    pub(super) fn leave_data_mode(&mut self, handled: Handled) {
        self.pass_over_held_back();
        self.complete(handled);
    }

    /// What was held back in data mode was no data: the escape sequence, or what might have become
    /// one, or padding. Nothing else comes of it.
    pub(super) fn pass_over_held_back(&mut self) {
        let Interface::Data(mode, watch) = &mut self.interface else { return };
        let padding = match mode {
            DataMode::FileInput(input) => input.padding.split().freeze(),
            DataMode::Ftp | DataMode::FileOutput(_) | DataMode::Call => Bytes::new(),
        };
        for bytes in [padding, Bytes::from_static(watch.release())] {
            if !bytes.is_empty() {
                self.note(|| Record::Data(bytes));
            }
        }
        self.timers.clear(Timer::Escape);
    }

    /// Bytes of the host at `at`, in data mode. What the mode does not take, because its end was
    /// reached, is given back.
    pub(super) fn data_bytes(&mut self, at: ModuleTime, bytes: Bytes) -> Option<Bytes> {
        let Interface::Data(_, watch) = &mut self.interface else { return Some(bytes) };
        let verdict = watch.judge(at, &bytes);
        match watch.deadline() {
            // Bytes that were kept for later may have had their silence meanwhile.
            Some(deadline) => self.timers.set(Timer::Escape, deadline.max(self.now)),
            None => self.timers.clear(Timer::Escape),
        }
        if verdict.held {
            return None;
        }
        if !verdict.released.is_empty() {
            let rest = self.accept_data(Bytes::from_static(verdict.released));
            if let Some(rest) = rest {
                // The end came within held `+`: all else are commands.
                self.keep_for_later(at, bytes);
                self.keep_for_later(at, rest);
                return None;
            }
        }
        self.accept_data(bytes)
    }

    fn accept_data(&mut self, bytes: Bytes) -> Option<Bytes> {
        match &mut self.interface {
            Interface::Data(DataMode::Ftp, _) => self.ftp_host_data(bytes),
            Interface::Data(DataMode::FileInput(_), _) => self.file_input(bytes),
            // While the module sends, only the escape sequence means anything; so in a call.
            Interface::Data(DataMode::FileOutput(_) | DataMode::Call, _) => {
                self.note(|| Record::Data(bytes));
                None
            }
            _ => Some(bytes),
        }
    }

    /// The guard time after `+++` has passed, or `+` alone has become data.
    pub(super) fn escape_deadline(&mut self) {
        let Interface::Data(_, watch) = &mut self.interface else { return };
        match watch.expire() {
            None => self.escape(),
            Some(data) => {
                if let Some(rest) = self.accept_data(Bytes::from_static(data)) {
                    self.keep_for_later(self.now, rest);
                }
            }
        }
    }

    /// The host asks for command mode: by `+++`, or by DTR with `AT&D1`.
    fn escape(&mut self) {
        match &self.interface {
            Interface::Data(DataMode::Ftp, _) => self.ftp_escape(),
            Interface::Data(DataMode::FileInput(_), _) => self.file_input_escape(),
            Interface::Data(DataMode::FileOutput(_), _) => self.file_output_escape(),
            Interface::Data(DataMode::Call, _) => self.leave_data_mode(Ok(Flow::Done)),
            _ => {}
        }
    }

    /// DTR changed. Off does what `AT&D` says: 0 nothing, 1 command mode, 2 disconnects too.
    pub(super) fn dtr(&mut self, on: bool) {
        match self.profile.dtr {
            _ if on => {}
            1 => self.escape(),
            2 => self.hang_up(),
            _ => {}
        }
    }

    /// `AT&D2`: whatever uses the interface is given up.
    fn hang_up(&mut self) {
        match &self.interface {
            Interface::Data(DataMode::FileInput(_) | DataMode::FileOutput(_), _) => self.escape(),
            _ => {
                self.end_call();
                self.ftp_hang_up();
            }
        }
    }

    /// The command of the line that waited ends.
    pub(super) fn complete(&mut self, handled: Handled) {
        self.interface = Interface::Command;
        self.line_goes_on(handled);
    }

    /// `ATO`: back to the data mode of a suspended transfer or call.
    pub(crate) fn resume_data_mode(&mut self) -> Handled {
        if self.ftp_resume() {
            self.connect_line(DataMode::Ftp)
        } else if self.has_call() {
            self.connect_line(DataMode::Call)
        } else {
            Err(Refusal::NoCarrier)
        }
    }
}
