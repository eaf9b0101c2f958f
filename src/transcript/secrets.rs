//! Passwords in command lines, and how they are hidden.

use std::borrow::Cow;

/// What stands in the place of a password.
const HIDDEN: &str = "***";

/// A command with a password: a part of its line up to the first parameter that is counted, which
/// of those it is, from 0, and whether it always stands in quotes.
const COMMANDS: [(&str, usize, bool); 5] = [
    // A key comes first, and the user name.
    ("+QFTPCFG=\"account\",", 1, false),
    ("+QFTPCFG: \"account\",", 1, true),
    // Context, type, APN, user name.
    ("+QICSGP=", 4, true),
    ("+QICSGP: ", 3, true),
    ("+CPIN=", 0, false),
];

/// `text` without the passwords in it.
pub(crate) fn hide(text: &str) -> Cow<'_, str> {
    let mut hidden = Cow::Borrowed(text);
    for (command, nth, quoted) in COMMANDS {
        let mut from = 0;
        while let Some(found) = find(&hidden[from..], command) {
            from += found + command.len();
            if let Some((start, end)) = parameter(&hidden[from..], nth, quoted) {
                hidden.to_mut().replace_range(from + start..from + end, HIDDEN);
            }
        }
    }
    hidden
}

/// A line on the control connection without the password.
pub(super) fn hide_ftp(line: &str) -> Cow<'_, str> {
    match line.split_at_checked(5) {
        Some((verb, password)) if verb.eq_ignore_ascii_case("PASS ") && !password.is_empty() => {
            Cow::Owned(format!("{verb}{HIDDEN}"))
        }
        _ => Cow::Borrowed(line),
    }
}

fn find(text: &str, what: &str) -> Option<usize> {
    text.as_bytes().windows(what.len()).position(|part| part.eq_ignore_ascii_case(what.as_bytes()))
}

/// Where the text of parameter `nth` stands, without its quotes; none if it is empty or missing.
fn parameter(text: &str, nth: usize, in_quotes: bool) -> Option<(usize, usize)> {
    let mut quoted = false;
    let mut end_of = |byte: char| {
        quoted ^= byte == '"';
        matches!(byte, '\r' | '\n') || (!quoted && matches!(byte, ',' | ';'))
    };
    let mut start = 0;
    for _ in 0..nth {
        start +=
            text[start..].find(&mut end_of).filter(|at| text[start + at..].starts_with(','))?;
        start += 1;
    }
    let found = &text[start..];
    let found = &found[..found.find(&mut end_of).unwrap_or(found.len())];
    let inner = found.trim().trim_matches('"');
    let start = start + found.find(inner)?;
    let is_password = found.contains('"') || !(in_quotes || inner == "?");
    (is_password && !inner.is_empty()).then_some((start, start + inner.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_commands_answers_and_echoes_are_hidden() {
        for (text, expected) in [
            ("AT+QFTPCFG=\"account\",\"u\",\"p,w\"\r", "AT+QFTPCFG=\"account\",\"u\",\"***\"\r"),
            ("at+qftpcfg=\"Account\",u,pw;+CSQ\r", "at+qftpcfg=\"Account\",u,***;+CSQ\r"),
            (
                "\r\n+QFTPCFG: \"account\",\"u\",\"pw\"\r\n\r\nOK\r\n",
                "\r\n+QFTPCFG: \"account\",\"u\",\"***\"\r\n\r\nOK\r\n",
            ),
            ("AT+QFTPCFG=\"account\",\"u\",\"p", "AT+QFTPCFG=\"account\",\"u\",\"***"),
            ("AT+QICSGP=1,1,\"NET\",\"u\",\"pw\",1\r", "AT+QICSGP=1,1,\"NET\",\"u\",\"***\",1\r"),
            ("AT+CPIN=\"1234\"\r", "AT+CPIN=\"***\"\r"),
            ("AT+CPIN=1234;+CPIN=5\r", "AT+CPIN=***;+CPIN=***\r"),
        ] {
            assert_eq!(hide(text), expected);
        }
    }

    #[test]
    fn what_has_no_password_stays() {
        for text in [
            "AT+QFTPCFG=\"account\"\r",
            "AT+QFTPCFG=\"account\",\"u\",\"\"\r",
            "AT+QFTPCFG=\"account\",\"u\"\r",
            "AT+QICSGP=1,1,\"NET\",\"\",\"\",1\r",
            "AT+CPIN?\r",
            "AT+CPIN=?\r",
            "AT+QICSGP=1,1,\"NET\",\"u\",1\r",
            "+QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3)\r\n",
            "AT+QFTPCFG=\"contextid\",1\r",
        ] {
            assert_eq!(hide(text), text);
        }
    }

    #[test]
    fn pass_is_the_one_ftp_line_with_a_password() {
        assert_eq!(hide_ftp("PASS secret word"), "PASS ***");
        assert_eq!(hide_ftp("pass x"), "pass ***");
        assert_eq!(hide_ftp("PASV"), "PASV");
        assert_eq!(hide_ftp("230 PASS é"), "230 PASS é");
    }
}
