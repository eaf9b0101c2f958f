//! The one table of deadlines. Whoever drives the modem asks for the earliest and comes back then.

use crate::time::ModuleTime;

/// What a deadline is for; at most one of each is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The FTP operation under way must have answered, or its data moved on (rsptimeout, 125 s).
    FtpResponse,
    /// The outcome of an FTP operation may be told: `urc_gap` has passed since its `OK`.
    FtpOutcome,
    /// `"negotiatetime"`: the handshake of the control connection must be over.
    FtpHandshake,
    /// `data_timeout`: try the other address for the data connection.
    DataAddress,
    /// The earliest unsolicited result code may be written.
    Urc,
    /// A result that waited for the line that follows it goes out alone.
    JoinedResult,
    /// An incomplete `+++`, or the silence after a complete one.
    Escape,
    /// No data came for a QFUPL or QFWRITE.
    FileInput,
    /// The next step of a start or of switching off.
    Power,
    /// A PDP context is active, or could not be activated.
    Activation,
    /// The pulse on RI is over.
    Ring,
    /// An operation whose end was decided from outside ends.
    FtpDecided,
    /// The [`Interceptor`](super::intercept::Interceptor) wants to be told of the time.
    Interceptor,
    /// The next effect that lasts for a while is over.
    Effect,
}

const TIMERS: usize = 14;

/// All deadlines that are set.
#[derive(Debug, Default)]
pub struct TimerTable {
    deadlines: [Option<ModuleTime>; TIMERS],
    /// For speed: the earliest of them, which each input asks for.
    earliest: Option<ModuleTime>,
}

impl TimerTable {
    /// Sets `timer`, replacing an earlier deadline.
    pub fn set(&mut self, timer: Timer, deadline: ModuleTime) {
        self.deadlines[timer as usize] = Some(deadline);
        self.look_for_earliest();
    }

    /// Clears `timer`.
    pub fn clear(&mut self, timer: Timer) {
        if self.deadlines[timer as usize].take().is_some() {
            self.look_for_earliest();
        }
    }

    fn look_for_earliest(&mut self) {
        self.earliest = self.deadlines.iter().flatten().min().copied();
    }

    /// Whether `timer` is set.
    pub fn is_set(&self, timer: Timer) -> bool {
        self.deadlines[timer as usize].is_some()
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<ModuleTime> {
        self.earliest
    }

    /// Takes the earliest timer that is due at `now`, so that timers fire in order of time.
    pub fn pop_due(&mut self, now: ModuleTime) -> Option<Timer> {
        let earliest = self.earliest.filter(|&earliest| earliest <= now)?;
        const ALL: [Timer; TIMERS] = [
            Timer::FtpResponse,
            Timer::FtpOutcome,
            Timer::FtpHandshake,
            Timer::DataAddress,
            Timer::Urc,
            Timer::JoinedResult,
            Timer::Escape,
            Timer::FileInput,
            Timer::Power,
            Timer::Activation,
            Timer::Ring,
            Timer::FtpDecided,
            Timer::Interceptor,
            Timer::Effect,
        ];
        let due =
            ALL.into_iter().find(|&timer| self.deadlines[timer as usize] == Some(earliest))?;
        self.clear(due);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rig::Rig;

    #[test]
    fn timers_fire_in_order_of_time_and_once() {
        let at = |s| ModuleTime::ZERO + Duration::from_secs(s);
        let mut table = TimerTable::default();
        table.set(Timer::FileInput, at(1));
        table.set(Timer::FtpResponse, at(5));
        table.set(Timer::Urc, at(3));
        table.set(Timer::Escape, at(9));
        table.clear(Timer::Escape);
        assert_eq!(table.next(), Some(at(1)));
        assert_eq!(table.pop_due(at(0)), None);
        assert_eq!(table.pop_due(at(4)), Some(Timer::FileInput));
        assert_eq!(table.pop_due(at(4)), Some(Timer::Urc));
        assert_eq!(table.pop_due(at(4)), None);
        assert_eq!(table.next(), Some(at(5)));
    }

    #[test]
    fn decades_pass_and_nothing_is_lost() {
        let mut rig = Rig::logged_in();
        rig.play(
            "> AT+QFTPPUT=\"a\",\"COM:\",0,5,0\n< CONNECT\n>> \"hello\"\n< OK\n< +QFTPPUT: 0,5",
        );
        rig.play("> AT+QFTPSIZE=\"a\"\n< OK");
        rig.pass(Duration::from_secs(40 * 365 * 86_400));
        rig.play("< +QFTPSIZE: 0,5");
        rig.play(
            "> AT+QFTPPUT=\"a\",\"COM:\",5,5,1\n< CONNECT\n>> \"hello\"\n< OK\n< +QFTPPUT: 0,5",
        );
    }

    /// Where a deadline can't be set any later, none comes for ever at once.
    #[test]
    fn at_the_end_of_time_there_are_still_answers() {
        let mut rig = Rig::logged_in();
        rig.pass(Duration::MAX);
        assert_eq!(rig.now(), ModuleTime::from_nanos(u64::MAX));
        rig.play("> AT+CSQ\n< +CSQ: 24,99\n< OK\n> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
        rig.play("> AT+QFTPCLOSE\n< OK\n< +QFTPCLOSE: {err}\n> AT+CFUN=1,1\n< OK\n< RDY");
    }
}
