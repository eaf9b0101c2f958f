//! Date and time of the module, reckoned from module time.

use std::fmt;

use crate::time::ModuleTime;

/// A clock: what it showed when the simulator was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since 1970-01-01 at [`ModuleTime::ZERO`], as shown.
    start: i64,
    /// Difference to UTC in quarters of an hour, -48–56.
    zone: i8,
}

impl Default for Clock {
    /// The first of January 2026 in Greenwich, so that every run is alike.
    fn default() -> Clock {
        Clock::new(1_767_225_600, 0)
    }
}

impl Clock {
    /// A clock that shows `start` seconds since 1970-01-01 at the start of the simulator, in a
    /// zone that is `zone` quarters of an hour ahead of UTC.
    pub const fn new(start: i64, zone: i8) -> Clock {
        Clock { start, zone }
    }

    /// Seconds since 1970-01-01 at `now`, as shown.
    pub fn seconds(self, now: ModuleTime) -> i64 {
        self.start + since_start(now)
    }

    /// What it shows at `now`.
    pub fn at(self, now: ModuleTime) -> DateTime {
        DateTime::from_seconds(self.seconds(now), self.zone)
    }

    /// The same clock, set to the local time of its zone instead of UTC.
    pub fn local(self) -> Clock {
        Clock { start: self.start + i64::from(self.zone) * 900, ..self }
    }

    /// A clock that shows `text`, `yy/MM/dd,hh:mm:ss±zz`, at `now`. Without a zone it is `zone`.
    pub fn set(text: &str, now: ModuleTime, zone: i8) -> Option<Clock> {
        let (date, time) = text.split_once(',')?;
        let mut numbers = [0; 6];
        let (clock, zone) = match time.find(['+', '-']) {
            Some(at) => (&time[..at], quarters(&time[at..])?),
            None => (time, zone),
        };
        let parts = date.split('/').chain(clock.split(':'));
        let mut count = 0;
        for part in parts {
            *numbers.get_mut(count)? = two_digits(part)?;
            count += 1;
        }
        let [year, month, day, hour, minute, second] = numbers;
        let fits = count == 6
            && (1..=12).contains(&month)
            && (1..=days_in(2000 + year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let days = days_since_1970(2000 + year, month, day);
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
        fits.then(|| Clock { start: seconds - since_start(now), zone })
    }
}

fn since_start(now: ModuleTime) -> i64 {
    // Less than 600 years.
    (now.as_nanos() / 1_000_000_000) as i64
}

fn two_digits(text: &str) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// `+32`, `-08`: quarters of an hour.
fn quarters(text: &str) -> Option<i8> {
    let number = i8::try_from(two_digits(&text[1..])?).ok()?;
    let zone = if text.starts_with('-') { -number } else { number };
    (-48..=56).contains(&zone).then_some(zone)
}

/// A date and a time of the day, written `yy/MM/dd,hh:mm:ss±zz`, with `{:#}` the year in four
/// digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
    zone: i8,
}

impl DateTime {
    /// Difference to UTC in quarters of an hour.
    pub fn zone(&self) -> i8 {
        self.zone
    }

    fn from_seconds(seconds: i64, zone: i8) -> DateTime {
        let days = seconds.div_euclid(86_400);
        let mut year = 1970 + days.div_euclid(366);
        while days_since_1970(year + 1, 1, 1) <= days {
            year += 1;
        }
        let mut month = 1;
        while month < 12 && days_since_1970(year, month + 1, 1) <= days {
            month += 1;
        }
        let day = days - days_since_1970(year, month, 1) + 1;
        DateTime { year, month, day, second_of_day: seconds.rem_euclid(86_400), zone }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DateTime { year, month, day, second_of_day: s, zone } = *self;
        if f.alternate() {
            write!(f, "{year:04}")?;
        } else {
            write!(f, "{:02}", year.rem_euclid(100))?;
        }
        write!(f, "/{month:02}/{day:02},{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)?;
        write!(f, "{zone:+03}")
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the date.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leaps = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 477;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    (year - 1970) * 365 + leaps + months + day - 1
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn shown(seconds: i64, zone: i8) -> String {
        Clock::new(seconds, zone).at(ModuleTime::ZERO).to_string()
    }

    #[test]
    fn seconds_become_dates() {
        assert_eq!(shown(0, 0), "70/01/01,00:00:00+00");
        assert_eq!(shown(951_782_399, 32), "00/02/28,23:59:59+32");
        assert_eq!(shown(951_782_400, 0), "00/02/29,00:00:00+00");
        assert_eq!(shown(1_735_689_599, -8), "24/12/31,23:59:59-08");
        assert_eq!(shown(4_107_542_400, 0), "00/03/01,00:00:00+00");
        let date = Clock::default().at(ModuleTime::ZERO);
        assert_eq!(format!("{date:#}"), "2026/01/01,00:00:00+00");
    }

    #[test]
    fn a_clock_that_is_set_goes_on_from_there() {
        let now = ModuleTime::ZERO + Duration::from_secs(100);
        let clock = Clock::set("26/02/28,23:59:50+04", now, 0).unwrap();
        assert_eq!(clock.at(now).to_string(), "26/02/28,23:59:50+04");
        let later = now + Duration::from_secs(10);
        assert_eq!(clock.at(later).to_string(), "26/03/01,00:00:00+04");
        assert_eq!(clock.local().at(later).to_string(), "26/03/01,01:00:00+04");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "26/02/29,00:00:00+00",
            "26/13/01,00:00:00+00",
            "26/01/01,24:00:00+00",
            "26/01/01,00:00+00",
            "26/01/01,00:00:00:00",
            "2026/01/01,00:00:00",
            "26/01/01,00:00:00+57",
            "26/01/01,00:00:00+é",
        ] {
            assert_eq!(Clock::set(text, ModuleTime::ZERO, 0), None, "{text}");
        }
        let zone = Clock::set("26/01/01,00:00:00", ModuleTime::ZERO, 8).unwrap();
        assert_eq!(zone.at(ModuleTime::ZERO).to_string(), "26/01/01,00:00:00+08");
    }
}
