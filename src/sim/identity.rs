//! Numbers that tell the modems of one process apart.

/// The IMEI of modem `index`: in the test range 001, which no device has (TS 23.003 §6.2.1).
pub(super) fn imei(index: usize) -> String {
    let digits = format!("00101700{:06}", index % 1_000_000);
    format!("{digits}{}", luhn(&digits))
}

/// The check digit of `digits` (ISO/IEC 7812-1, annex B).
fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([true, false].into_iter().cycle())
        .map(|(digit, doubled)| {
            let digit = u32::from(digit - b'0');
            if doubled { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imei_has_fifteen_digits_and_the_last_one_checks_the_others() {
        assert_eq!(luhn("7992739871"), 3, "the textbook example");
        assert_eq!(imei(1).len(), 15);
        assert!(imei(1).starts_with("00101700000001"));
        assert_ne!(imei(1), imei(2));
    }
}
