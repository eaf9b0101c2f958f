//! How reports write numbers and shorten what is long.

use std::time::Duration;

use crate::time::ModuleTime;

/// The first and the last of `items`, `shown` of each, and how many are left out between them.
pub(super) fn bounded<T>(items: &[T], shown: (usize, usize)) -> (&[T], usize, &[T]) {
    let (first, last) = shown;
    if items.len() <= first + last {
        return (items, 0, &[]);
    }
    let end = items.len() - last;
    (&items[..first], end - first, &items[end..])
}

/// `text`, or so much of it that it has `most` characters with the `…` at its end.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// `text` with the characters made visible that no XML document can hold (XML 1.0 §2.2) and no
/// browser shows: control characters as their pictures, others as U+FFFD. Lines stay lines.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' => c,
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\x7f' => '␡',
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}

/// A moment in seconds, to the millisecond.
pub(super) fn seconds(at: ModuleTime) -> String {
    format!("{:.3}", at.since(ModuleTime::ZERO).as_secs_f64())
}

/// A duration for people: `350 ms`, `1.5 s`, `2 min 5 s`.
pub(super) fn duration(time: Duration) -> String {
    let millis = time.as_millis();
    if millis < 1000 {
        format!("{millis} ms")
    } else if millis < 60_000 {
        let tenths = (millis + 50) / 100;
        decimal(tenths, "s")
    } else {
        let seconds = (millis + 500) / 1000;
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Bytes for people: `512 B`, `1.5 KiB`, `16 MiB`.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    decimal(tenths, UNITS[unit])
}

/// Bits per second for people, as scenarios write them: `400 kbit/s`.
pub(super) fn rate(bits: f64) -> String {
    match bits {
        1e6.. => format!("{:.1} Mbit/s", bits / 1e6),
        1e3.. => format!("{:.1} kbit/s", bits / 1e3),
        _ => format!("{bits:.0} bit/s"),
    }
}

fn decimal(tenths: u128, unit: &str) -> String {
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        tenth => format!("{}.{tenth} {unit}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_what_is_long_is_left_out() {
        assert_eq!(bounded(&[1, 2, 3], (2, 1)), (&[1, 2, 3][..], 0, &[][..]));
        assert_eq!(bounded(&[1, 2, 3, 4, 5], (2, 1)), (&[1, 2][..], 2, &[5][..]));
        assert_eq!(shortened("ééé", 3), "ééé");
        assert_eq!(shortened("éééé", 3), "éé…");
    }

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(visible("a\x1b\0\r\n\t\x7fé\u{ffff}"), "a␛␀␍\n\t␡é\u{fffd}");
    }

    #[test]
    fn quantities_are_written_for_people() {
        assert_eq!(duration(Duration::from_millis(350)), "350 ms");
        assert_eq!(duration(Duration::from_millis(1500)), "1.5 s");
        assert_eq!(duration(Duration::from_millis(59_990)), "60 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(rate(400_000.0), "400.0 kbit/s");
        assert_eq!(rate(1_500_000.0), "1.5 Mbit/s");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(16 * 1024 * 1024), "16 MiB");
        assert_eq!(size(u64::MAX), "17179869183.9 GiB");
    }
}
