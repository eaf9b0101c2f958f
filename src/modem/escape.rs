//! The escape sequence `+++` (FTP note §1.4): silence for the guard time, three `+` within one
//! second and nothing among them, silence for the guard time. All else is data.

use std::time::Duration;

use bytes::Bytes;

use crate::time::ModuleTime;

/// The three `+` must all come within this time (§1.4).
const SEQUENCE: Duration = Duration::from_secs(1);

/// Watches the data of the host for the escape sequence.
#[derive(Debug)]
pub struct EscapeWatch {
    guard: Duration,
    /// When the last byte that is not part of a possible sequence came.
    last_data: ModuleTime,
    pub(super) pluses: u8,
    first_plus: ModuleTime,
    last_plus: ModuleTime,
}

/// What is to be done with bytes of the host.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// So many `+` that were held back are data after all, and go before the bytes.
    pub released: &'static [u8],
    /// The bytes are held back: they may be the escape sequence.
    pub held: bool,
}

impl EscapeWatch {
    /// Starts watching at `now`; `guard` is S12 × 20 ms, 1 s by default.
    pub fn new(now: ModuleTime, guard: Duration) -> EscapeWatch {
        EscapeWatch { guard, last_data: now, pluses: 0, first_plus: now, last_plus: now }
    }

    /// Judges bytes that came at `now`. Only their length and, when they are three at most, their
    /// content is looked at: bulk data costs nothing here.
    pub fn judge(&mut self, now: ModuleTime, bytes: &Bytes) -> Verdict {
        let room = 3 - usize::from(self.pluses);
        let could_be = bytes.len() <= room && bytes.iter().all(|&b| b == b'+');
        let in_time = if self.pluses == 0 {
            now - self.last_data >= self.guard
        } else {
            now - self.first_plus <= SEQUENCE
        };
        if could_be && in_time {
            if self.pluses == 0 {
                self.first_plus = now;
            }
            self.pluses += bytes.len() as u8;
            self.last_plus = now;
            return Verdict { released: b"", held: true };
        }
        let released = self.release();
        self.last_data = now;
        Verdict { released, held: false }
    }

    /// When [`EscapeWatch::expire`] must be called, if nothing comes before.
    pub fn deadline(&self) -> Option<ModuleTime> {
        match self.pluses {
            0 => None,
            3 => Some(self.last_plus + self.guard),
            _ => Some(self.first_plus + SEQUENCE),
        }
    }

    /// At the deadline: `None` is the escape sequence, else the `+` that are data after all.
    pub fn expire(&mut self) -> Option<&'static [u8]> {
        if self.pluses == 3 {
            return None;
        }
        self.last_data = self.last_plus;
        Some(self.release())
    }

    /// The `+` that were held back.
    pub fn release(&mut self) -> &'static [u8] {
        &b"+++"[..usize::from(std::mem::take(&mut self.pluses))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUARD: Duration = Duration::from_secs(1);
    const DATA: Verdict = Verdict { released: b"", held: false };
    const HELD: Verdict = Verdict { released: b"", held: true };

    fn at(millis: u64) -> ModuleTime {
        ModuleTime::ZERO + Duration::from_millis(millis)
    }

    fn watch() -> EscapeWatch {
        EscapeWatch::new(ModuleTime::ZERO, GUARD)
    }

    fn judge(watch: &mut EscapeWatch, millis: u64, bytes: &'static str) -> Verdict {
        watch.judge(at(millis), &Bytes::from_static(bytes.as_bytes()))
    }

    #[test]
    fn three_pluses_between_silences_escape() {
        let mut watch = watch();
        assert_eq!(judge(&mut watch, 500, "data"), DATA);
        assert_eq!(judge(&mut watch, 1500, "+++"), HELD);
        assert_eq!(watch.deadline(), Some(at(2500)));
        assert_eq!(watch.expire(), None);
    }

    #[test]
    fn the_pluses_may_come_one_by_one_within_a_second() {
        let mut watch = watch();
        for (millis, bytes) in [(1000, "+"), (1400, "+"), (2000, "+")] {
            assert_eq!(judge(&mut watch, millis, bytes), HELD);
        }
        assert_eq!(watch.deadline(), Some(at(3000)));
        assert_eq!(watch.expire(), None);
    }

    #[test]
    fn without_silence_before_it_is_data() {
        let mut watch = watch();
        assert_eq!(judge(&mut watch, 500, "data"), DATA);
        assert_eq!(judge(&mut watch, 1499, "+++"), DATA);
        assert_eq!(watch.deadline(), None);
    }

    #[test]
    fn without_silence_after_it_is_data() {
        let mut watch = watch();
        assert_eq!(judge(&mut watch, 1000, "+++"), HELD);
        assert_eq!(judge(&mut watch, 1999, "x"), Verdict { released: b"+++", held: false });
        assert_eq!(watch.deadline(), None);
    }

    #[test]
    fn too_slow_too_many_or_mixed_is_data() {
        let mut slow = watch();
        assert_eq!(judge(&mut slow, 1000, "+"), HELD);
        assert_eq!(slow.deadline(), Some(at(2000)));
        assert_eq!(slow.expire(), Some(&b"+"[..]));
        assert_eq!(judge(&mut slow, 2001, "++"), HELD, "1 s of silence since the released plus");

        let mut many = watch();
        assert_eq!(judge(&mut many, 1000, "++"), HELD);
        assert_eq!(judge(&mut many, 1001, "++"), Verdict { released: b"++", held: false });
        assert_eq!(judge(&mut watch(), 1000, "++++"), DATA);
        assert_eq!(judge(&mut watch(), 1000, "+++\r"), DATA);
    }
}
