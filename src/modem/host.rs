//! The side of the modem that faces the host: what it sent and is not dealt with yet, what it is
//! being told, and the unsolicited result codes that wait for their moment.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};

use crate::at::error::FtpErr;
use crate::at::line::{LineAssembler, LineEvent};
use crate::at::result::ResultCode;
use crate::time::ModuleTime;

use super::intercept::UrcVerdict;
use super::interface::{DataMode, Interface};
use super::link::UPLOAD_WINDOW;
use super::power::Attention;
use super::record::Record;
use super::response::Response;
use super::timer::Timer;
use super::{Modem, Output};

/// Bytes on their way to the host beyond which the modem sends no more data and takes no more
/// commands: a host that does not read stalls the transfer and costs no memory.
pub const HOST_WINDOW: usize = 64 * 1024;

/// Bytes kept while a command is being carried out.
const HELD_LIMIT: usize = 64 * 1024;

/// A line that was begun holds unsolicited result codes back, so that they never stand inside it;
/// but not for ever: a host may have lost its CR (our choice).
const LINE_PATIENCE: Duration = Duration::from_secs(10);

/// Unsolicited result codes kept while nobody has the port open; older ones are dropped first
/// (our choice).
pub(super) const KEPT_URCS: usize = 64;

/// State of the side that faces the host.
#[derive(Debug)]
pub(super) struct HostSide {
    present: bool,
    pub(super) lines: LineAssembler,
    /// The command line being carried out, and where its next command starts.
    pub(super) line: Option<(Arc<String>, usize)>,
    /// Bytes that came while a command was being carried out, and when.
    held: VecDeque<(ModuleTime, Bytes)>,
    last_input: ModuleTime,
    /// What is written in one piece at the next [`Modem::flush`].
    response: Response,
    /// An `OK` that waits for the line that follows it (knob `ack_then_urc_same_write`).
    joined: Vec<u8>,
    /// The command has written an information line already.
    pub(super) info_begun: bool,
    /// Bytes of [`Output::Host`] that the host has not taken.
    untaken: usize,
    urcs: VecDeque<Urc>,
    /// Texts that become unsolicited result codes once the line has its final result.
    after_result: Vec<String>,
    /// The final result of the line never comes.
    pub(super) muted: bool,
}

#[derive(Debug)]
struct Urc {
    text: String,
    not_before: ModuleTime,
    /// The interceptor has been asked about it.
    judged: bool,
}

impl Default for HostSide {
    fn default() -> Self {
        HostSide {
            present: true,
            lines: LineAssembler::default(),
            line: None,
            held: VecDeque::new(),
            last_input: ModuleTime::ZERO,
            response: Response::default(),
            joined: Vec::new(),
            info_begun: false,
            untaken: 0,
            urcs: VecDeque::new(),
            after_result: Vec::new(),
            muted: false,
        }
    }
}

impl HostSide {
    /// The supply is gone, and with it all that is not written yet.
    pub(super) fn power_lost(&mut self) {
        let HostSide { present, untaken, last_input, .. } = *self;
        *self = HostSide { present, untaken, last_input, ..HostSide::default() };
    }

    pub(super) fn took(&mut self, count: usize) {
        self.untaken = self.untaken.saturating_sub(count);
    }

    /// Whether anybody has the port open.
    pub(super) fn is_present(&self) -> bool {
        self.present
    }

    /// Bytes written that the host has not taken yet.
    pub(super) fn untaken(&self) -> usize {
        self.untaken
    }

    /// Unsolicited result codes that wait until they may be written.
    pub(super) fn urcs_waiting(&self) -> usize {
        self.urcs.len()
    }

    /// Whether more data may be written to the host.
    pub(super) fn has_room(&self) -> bool {
        self.untaken < HOST_WINDOW
    }

    /// Puts `urc` behind those that are due before it.
    fn queue(&mut self, urc: Urc) {
        let behind = self.urcs.partition_point(|other| other.not_before <= urc.not_before);
        self.urcs.insert(behind, urc);
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.held.iter().map(|(_, bytes)| bytes.len()).sum()
    }
}

impl Modem {
    /// How many bytes of the host the modem takes now. With 0, leave them where they are: the
    /// host is slowed down and nothing is lost.
    pub fn host_credit(&self) -> usize {
        let room = HELD_LIMIT.saturating_sub(self.host.held_bytes());
        match &self.interface {
            Interface::Command if !self.host.has_room() => 0,
            Interface::Data(DataMode::Ftp, _) => {
                let window = UPLOAD_WINDOW.saturating_sub(self.ftp_unconfirmed());
                room.min(usize::try_from(window).unwrap_or(usize::MAX))
            }
            _ => room,
        }
    }

    /// The host opened the port or closed it.
    pub(super) fn host_present(&mut self, present: bool) {
        self.host.present = present;
        if !present {
            self.outputs.retain(|output| !matches!(output, Output::Host(_)));
            self.host.untaken = 0;
            self.host.response.text.clear();
            self.host.joined.clear();
            self.host.lines.reset();
            self.host.held.clear();
        }
        self.dtr(present);
    }

    /// Bytes of the host.
    pub(super) fn host_bytes(&mut self, bytes: Bytes) {
        self.host.last_input = self.now;
        if self.host.held.is_empty() {
            self.feed(self.now, bytes);
        } else {
            self.host.held.push_back((self.now, bytes));
        }
    }

    /// Puts bytes back in front of what came later.
    pub(super) fn keep_for_later(&mut self, at: ModuleTime, bytes: Bytes) {
        if !bytes.is_empty() {
            self.host.held.push_front((at, bytes));
        }
    }

    /// Deals with bytes that were kept, if the mode allows; whether there were any.
    pub(super) fn take_held_input(&mut self) -> bool {
        if self.host.held.is_empty()
            || matches!(self.interface, Interface::Executing(_))
            || self.attention() == Attention::Later
        {
            return false;
        }
        match self.host.held.pop_front() {
            Some((at, bytes)) => {
                self.feed(at, bytes);
                true
            }
            None => false,
        }
    }

    /// Bytes that came at `at`, dealt with as far as the modes go.
    fn feed(&mut self, at: ModuleTime, mut bytes: Bytes) {
        while !bytes.is_empty() {
            match self.attention() {
                Attention::Now => {}
                Attention::Later => return self.keep_for_later(at, bytes),
                Attention::Never => {
                    self.pass_over_held_back();
                    let data = matches!(self.interface, Interface::Data(..));
                    self.note(|| if data { Record::Data(bytes) } else { Record::Line(bytes) });
                    break;
                }
            }
            match &self.interface {
                Interface::Command => self.command_bytes(&mut bytes),
                Interface::Data(..) => bytes = self.data_bytes(at, bytes).unwrap_or_default(),
                Interface::Executing(_) => {
                    self.keep_for_later(at, bytes);
                    break;
                }
            }
            // Not when all is dealt with: a state may be left again by then.
            self.tell_state();
        }
        self.flush();
    }

    /// Bytes in command mode, up to the end of the first line.
    fn command_bytes(&mut self, bytes: &mut Bytes) {
        let settings = self.profile.line_settings();
        let came = self.recording.then(|| bytes.clone());
        let event = self.host.lines.next(bytes, settings, &mut self.host.response.text);
        if event.is_some() && bytes.first() == Some(&b'\n') {
            // The LF of a host that ends lines with CR LF is no data of the data mode to come
            // (capture ec25-efar06a17m4g-provision).
            bytes.advance(1);
        }
        if let Some(came) = came {
            self.note(|| Record::Line(came.slice(..came.len() - bytes.len())));
        }
        match event {
            Some(LineEvent::Line(text) | LineEvent::Repeat(text)) => self.start_line(text),
            Some(LineEvent::Unusable) => self.end_line(ResultCode::Error),
            None => {}
        }
    }

    /// Adds an information line to the answer of the command: `+CSQ: 24,99`.
    pub fn info(&mut self, text: fmt::Arguments<'_>) {
        let format = self.profile.result_format();
        if !std::mem::replace(&mut self.host.info_begun, true) {
            format.begin_info(&mut self.host.response.text);
        }
        // Writing to a growing buffer can't fail.
        let _ = self.host.response.write_fmt(text);
        format.end_info_line(&mut self.host.response.text);
        self.note(|| Record::Info(text.to_string()));
    }

    /// Writes a result code together with what stands before it.
    pub(super) fn write_result(&mut self, code: ResultCode) {
        let mut format = self.profile.result_format();
        if let ResultCode::Cme(error) = code
            && FtpErr::from_code(error.0).is_some_and(|err| err.code() != 0)
            && !self.knobs.ftp_error_texts
        {
            format.cmee = format.cmee.min(1);
        }
        format.result(code, &mut self.host.response.text);
        self.note(|| Record::Result(code.to_string()));
        let follows = !self.host.after_result.is_empty() || self.ftp.waits_for_result();
        if self.knobs.ack_then_urc_same_write && code == ResultCode::Ok && follows {
            self.host.joined = std::mem::take(&mut self.host.response.text);
            self.set_timer(Timer::JoinedResult, self.knobs.urc_gap);
        } else {
            self.flush();
        }
        self.tell_fill();
    }

    /// The pause between a result and the line that follows it.
    pub(super) fn urc_gap(&self) -> Duration {
        if self.knobs.ack_then_urc_same_write { Duration::ZERO } else { self.knobs.urc_gap }
    }

    /// The line has its final result: what was to follow it gets its time.
    pub(super) fn result_written(&mut self) {
        for text in std::mem::take(&mut self.host.after_result) {
            self.urc_after(self.urc_gap(), text);
        }
    }

    /// No line has followed the result: it goes out alone.
    pub(super) fn write_joined(&mut self) {
        self.write(Bytes::new());
    }

    /// Writes what is gathered, in one piece.
    pub(super) fn flush(&mut self) {
        if !self.host.response.text.is_empty() {
            let bytes = self.host.response.take();
            self.write(bytes);
        }
    }

    /// Writes bytes to the host; what is said to nobody is lost, as on a line without a listener.
    pub(super) fn write(&mut self, mut bytes: Bytes) {
        if !self.host.joined.is_empty() {
            self.timers.clear(Timer::JoinedResult);
            self.host.joined.extend_from_slice(&bytes);
            bytes = std::mem::take(&mut self.host.joined).into();
        }
        if !self.host.present || self.effects.hangs() {
            return;
        }
        self.host.untaken += bytes.len();
        self.outputs.push_back(Output::Host(bytes));
    }

    /// An unsolicited result code: told as soon as nothing stands in its way.
    pub(crate) fn urc(&mut self, text: String) {
        self.urc_after(Duration::ZERO, text);
    }

    /// An unsolicited result code that comes in a while.
    pub(crate) fn urc_after(&mut self, wait: Duration, text: String) {
        if self.host.urcs.len() == KEPT_URCS && !self.host.present {
            self.host.urcs.pop_front();
        }
        self.host.queue(Urc { text, not_before: self.now + wait, judged: false });
    }

    /// A line that follows the final result of the command line, `urc_gap` later.
    pub(crate) fn urc_after_result(&mut self, text: String) {
        self.host.after_result.push(text);
    }

    /// Writes the unsolicited result codes whose time has come: never inside a line, a command or
    /// data mode.
    pub(super) fn flush_urcs(&mut self) {
        while let Some(urc) = self.host.urcs.front() {
            let quiet = matches!(self.interface, Interface::Command) && self.host.line.is_none();
            if !quiet || !self.host.present {
                return;
            }
            let mut due = urc.not_before;
            if self.host.lines.in_line() {
                due = due.max(self.host.last_input + LINE_PATIENCE);
            }
            if due > self.now {
                self.timers.set(Timer::Urc, due);
                return;
            }
            if let Some(urc) = self.host.urcs.pop_front() {
                self.judge_urc(urc);
            }
        }
    }

    /// An unsolicited result code goes out, unless something becomes of it.
    fn judge_urc(&mut self, mut urc: Urc) {
        let asked = if std::mem::replace(&mut urc.judged, true) {
            None
        } else {
            self.ask(|interceptor, now| interceptor.on_urc(now, &urc.text))
        };
        match asked.unwrap_or(UrcVerdict::Pass) {
            UrcVerdict::Pass => self.write_urc(&urc.text),
            UrcVerdict::Drop => {}
            UrcVerdict::Twice => {
                self.write_urc(&urc.text);
                self.write_urc(&urc.text);
            }
            UrcVerdict::Late(by) => {
                urc.not_before = self.now + by;
                self.host.queue(urc);
            }
            UrcVerdict::Replace(text) => self.write_urc(&text),
        }
        self.intercepted();
    }

    /// Writes an unsolicited result code, or the line with an outcome, in one piece.
    pub(super) fn write_urc(&mut self, text: &str) {
        self.profile.result_format().line(text, &mut self.host.response.text);
        self.note(|| Record::Urc(text.to_owned()));
        self.flush();
        self.tell_fill();
        self.ring();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Input;
    use crate::modem::intercept::Effect;
    use crate::modem::record::Record;
    use crate::rig::Rig;

    /// What the host sent, as far as the record knows.
    fn recorded(rig: &Rig) -> Vec<String> {
        let bytes = rig.records.iter().filter_map(|record| match record {
            Record::Line(bytes) => Some(format!("line {}", bytes.escape_ascii())),
            Record::Data(bytes) => Some(format!("data {}", bytes.escape_ascii())),
            _ => None,
        });
        bytes.collect()
    }

    #[test]
    fn bytes_that_data_mode_has_held_back_are_recorded_at_its_end() {
        let mut rig = Rig::default();
        rig.modem.record();
        rig.ask("AT+QFUPL=\"f\",3,1");
        rig.pass(Duration::from_millis(900));
        rig.send("ab");
        rig.pass(Duration::from_millis(999));
        rig.send("+");
        assert_eq!(recorded(&rig)[1..], ["data ab", "data +"], "too early for an escape");
        rig.ask("AT+QFUPL=\"g\",3,2");
        rig.pass(Duration::from_millis(1500));
        rig.send("+");
        rig.pass(Duration::from_millis(500));
        assert_eq!(recorded(&rig)[4..], ["data +"], "the upload has timed out");
    }

    #[test]
    fn what_comes_in_data_mode_while_the_module_hangs_is_recorded_as_data_in_its_order() {
        let mut rig = Rig::default();
        rig.modem.record();
        rig.ask("AT+QFUPL=\"f\",100,60");
        rig.pass(Duration::from_secs(1));
        rig.send("+");
        rig.input(Input::Effect(Effect::Hang(None)));
        rig.send("ab");
        assert_eq!(recorded(&rig)[1..], ["data +", "data ab"]);
    }

    #[test]
    fn the_lf_of_a_host_that_sends_cr_lf_is_no_data() {
        let mut rig = Rig::default();
        rig.send("AT+QFUPL=\"f\",2\r\n");
        rig.received();
        rig.send("ab");
        assert_eq!(rig.text(), "\r\n+QFUPL: 2,6162\r\n\r\nOK\r\n");
        rig.send("AT+QFUPL=\"g\",2\r");
        rig.received();
        rig.send("\na");
        assert_eq!(rig.text(), "\r\n+QFUPL: 2,a61\r\n\r\nOK\r\n");
    }
}
