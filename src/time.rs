//! Module time, and how durations, sizes and rates are written.
//!
//! The core has no clock: every input carries the [`ModuleTime`] at which it happens. Whether
//! that runs as fast as wall time, twenty times as fast, or jumps from deadline to deadline is
//! the driver's business.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// A point of module time: nanoseconds since the simulator was started. A restart of the module
/// does not turn it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleTime(u64);

impl ModuleTime {
    /// The moment the simulator was started.
    pub const ZERO: ModuleTime = ModuleTime(0);

    /// `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        ModuleTime(nanos)
    }

    /// Nanoseconds since the start.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Time since `earlier`; zero when `earlier` is later.
    pub fn since(self, earlier: ModuleTime) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for ModuleTime {
    type Output = ModuleTime;

    fn add(self, d: Duration) -> ModuleTime {
        let nanos = u64::try_from(d.as_nanos()).unwrap_or(u64::MAX);
        ModuleTime(self.0.saturating_add(nanos))
    }
}

impl AddAssign<Duration> for ModuleTime {
    fn add_assign(&mut self, d: Duration) {
        *self = *self + d;
    }
}

impl Sub for ModuleTime {
    type Output = Duration;

    fn sub(self, earlier: ModuleTime) -> Duration {
        self.since(earlier)
    }
}

impl fmt::Display for ModuleTime {
    /// Seconds with microseconds: `12.000345`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000_000, self.0 % 1_000_000_000 / 1_000)
    }
}

/// What is wrong with a written duration, size or rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {what}: expected {expected}")]
pub struct UnitError {
    given: String,
    what: &'static str,
    expected: &'static str,
}

/// Splits `12.5ms` into 12.5 and `ms`.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    Some((number, text[end..].trim()))
}

/// Scales a written quantity, refusing what is not finite or does not fit.
fn scaled(text: &str, unit: impl Fn(&str) -> Option<f64>) -> Option<u64> {
    let (number, suffix) = number_and_unit(text.trim())?;
    let value = number * unit(suffix)?;
    (value.is_finite() && value < u64::MAX as f64).then_some(value.round() as u64)
}

/// Reads a duration: a number and `us`, `ms`, `s`, `m` or `h`, as in `500ms`, `1.5s`, `5m`; a
/// bare `0` too.
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    let unit = |suffix: &str| match suffix {
        "us" => Some(1e3),
        "ms" => Some(1e6),
        "s" => Some(1e9),
        "m" => Some(60e9),
        "h" => Some(3600e9),
        "" if text.trim() == "0" => Some(0.0),
        _ => None,
    };
    scaled(text, unit).map(Duration::from_nanos).ok_or_else(|| UnitError {
        given: text.to_owned(),
        what: "duration",
        expected: "a number with us, ms, s, m or h, such as 500ms or 2s",
    })
}

/// Reads a size in bytes: a number, alone or with `KiB`, `MiB`, `GiB`, `kB`, `MB` or `GB`.
pub fn parse_size(text: &str) -> Result<u64, UnitError> {
    let unit = |suffix: &str| match suffix {
        "" | "B" => Some(1.0),
        "kB" => Some(1e3),
        "MB" => Some(1e6),
        "GB" => Some(1e9),
        "KiB" => Some(1024.0),
        "MiB" => Some(1024.0 * 1024.0),
        "GiB" => Some(1024.0 * 1024.0 * 1024.0),
        _ => None,
    };
    scaled(text, unit).ok_or_else(|| UnitError {
        given: text.to_owned(),
        what: "size",
        expected: "a number of bytes, or one with KiB, MiB or GiB, such as 1000 or 32KiB",
    })
}

/// Reads a rate in bits per second: a number with `bit/s`, `kbit/s`, `Mbit/s` or `Gbit/s`.
pub fn parse_rate(text: &str) -> Result<u64, UnitError> {
    let unit = |suffix: &str| match suffix {
        "bit/s" => Some(1.0),
        "kbit/s" => Some(1e3),
        "Mbit/s" => Some(1e6),
        "Gbit/s" => Some(1e9),
        _ => None,
    };
    scaled(text, unit).ok_or_else(|| UnitError {
        given: text.to_owned(),
        what: "rate",
        expected: "a number with bit/s, kbit/s, Mbit/s or Gbit/s, such as 400kbit/s",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
        for bad in ["", "5", "ms", "-1s", "1 fortnight", "1e999s", "1.2.3s", "s5"] {
            let error = parse_duration(bad).unwrap_err().to_string();
            assert!(error.contains("such as 500ms"), "{bad}: {error}");
        }
    }

    #[test]
    fn sizes_are_bytes_or_carry_a_unit() {
        assert_eq!(parse_size("1000"), Ok(1000));
        assert_eq!(parse_size("32KiB"), Ok(32 * 1024));
        assert_eq!(parse_size("16MiB"), Ok(16 * 1024 * 1024));
        assert!(parse_size("16M").is_err());
        assert!(parse_size("").is_err());
    }

    #[test]
    fn rates_are_bits_per_second() {
        assert_eq!(parse_rate("400kbit/s"), Ok(400_000));
        assert_eq!(parse_rate("1.5Mbit/s"), Ok(1_500_000));
        assert!(parse_rate("400k").is_err());
    }

    #[test]
    fn time_never_runs_backwards_or_over() {
        let start = ModuleTime::ZERO;
        let later = start + Duration::from_secs(90);
        assert_eq!(later - start, Duration::from_secs(90));
        assert_eq!(start - later, Duration::ZERO);
        assert_eq!(start + Duration::MAX, ModuleTime::from_nanos(u64::MAX));
        assert_eq!(later.to_string(), "90.000000");
    }
}
