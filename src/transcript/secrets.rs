//! Passwords, PINs and keys in command lines, and how they are hidden.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::modem::record::CommandRecord;

/// What stands in the place of a password.
const HIDDEN: &str = "***";

/// Takes back a character, unless the host has set S5 otherwise.
const BACKSPACE: char = '\u{8}';

/// A command with secrets, or a form of it.
struct Command {
    name: &'static str,
    /// Its first parameter, if only that form has any.
    key: Option<&'static str>,
    /// Which parameters they are, from 0.
    secrets: &'static [usize],
    /// As in its answer, where the number of the context is missing.
    answered: &'static [usize],
}

const fn command(
    name: &'static str,
    key: Option<&'static str>,
    secrets: &'static [usize],
    answered: &'static [usize],
) -> Command {
    Command { name, key, secrets, answered }
}

/// Those that the modules have, and those of 27.007 that hosts send to others.
const COMMANDS: &[Command] = &[
    // User name, password.
    command("+QFTPCFG", Some("account"), &[2], &[2]),
    // Context, type, APN, user name, password.
    command("+QICSGP", None, &[4], &[3]),
    // Context, file with the key, password; or context, identity, key.
    command("+QSSLCFG", Some("clientkey"), &[3], &[3]),
    command("+QSSLCFG", Some("psk"), &[3], &[3]),
    // PIN or PUK, new PIN.
    command("+CPIN", None, &[0, 1], &[]),
    // Facility, mode, PIN.
    command("+CLCK", None, &[2], &[]),
    // Facility, PIN, new PIN.
    command("+CPWD", None, &[1, 2], &[]),
    // Context, protocol, user name, password.
    command("+CGAUTH", None, &[3], &[3]),
];

/// `text` without the secrets in it. Where the host took back characters, they are taken out.
pub(crate) fn hide(text: &str) -> Cow<'_, str> {
    if text.contains(BACKSPACE) {
        let meant = without_taken_back(text);
        return match hide_meant(&meant) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(hidden) => Cow::Owned(hidden),
        };
    }
    hide_meant(text)
}

/// A command as the host gave it, without the secrets in it.
pub(crate) fn hide_in_command(command: &CommandRecord) -> String {
    hide(&format!("AT{}", command.text())).into_owned()
}

fn hide_meant(text: &str) -> Cow<'_, str> {
    let mut hidden = Cow::Borrowed(text);
    let mut from = 0;
    while let Some(found) = memchr(b'+', &hidden.as_bytes()[from..]) {
        let name = from + found;
        from = name + 1;
        for command in COMMANDS {
            let arguments = name + command.name.len();
            let named = hidden.get(name..arguments);
            if !named.is_some_and(|named| named.eq_ignore_ascii_case(command.name)) {
                continue;
            }
            // From the last to the first: their places stay what they are.
            for place in command.found_in(&hidden[arguments..]).into_iter().rev() {
                let place = arguments + place.start..arguments + place.end;
                hidden.to_mut().replace_range(place, HIDDEN);
            }
        }
    }
    while let Some(place) = in_url(&hidden) {
        hidden.to_mut().replace_range(place, HIDDEN);
    }
    hidden
}

/// Where a password stands in a URL, as hosts may take one for a host name: `ftp://user:password@…`.
fn in_url(text: &str) -> Option<Range<usize>> {
    text.match_indices("://").find_map(|(at, mark)| {
        let start = at + mark.len();
        let rest = &text[start..];
        let authority = rest.split(['/', '"', ' ', '\r', '\n']).next()?;
        let (login, _) = authority.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        let start = start + user.len() + 1;
        (!password.is_empty() && password != HIDDEN).then_some(start..start + password.len())
    })
}

impl Command {
    /// Where its secrets stand in `text`, which follows its name.
    fn found_in(&self, text: &str) -> Vec<Range<usize>> {
        let blanks = text.len() - text.trim_start_matches(' ').len();
        let (which, answered) = match text.as_bytes().get(blanks) {
            Some(b'=') => (self.secrets, false),
            Some(b':') => (self.answered, true),
            _ => return Vec::new(),
        };
        let parameters = parameters(text, blanks + 1);
        let is = |at: usize, word: &str| {
            parameters
                .get(at)
                .is_some_and(|place| text[within_quotes(text, place)].eq_ignore_ascii_case(word))
        };
        if self.key.is_some_and(|key| !is(0, key)) || is(0, "?") {
            return Vec::new();
        }
        let places = which.iter().filter_map(|&at| parameters.get(at));
        // A bare number in the place of an APN's password is another parameter, of a host that left
        // the password out.
        let in_quotes_only = answered || self.name == "+QICSGP";
        places
            .filter(|place| !in_quotes_only || text[(*place).clone()].contains('"'))
            .map(|place| within_quotes(text, place))
            .filter(|place| !place.is_empty())
            .collect()
    }
}

/// The value of the parameter at `place`, without quotes and blanks around it.
fn within_quotes(text: &str, place: &Range<usize>) -> Range<usize> {
    let around = [' ', '"'];
    let value = text[place.clone()].trim_end_matches(around);
    let before = value.len() - value.trim_start_matches(around).len();
    place.start + before..place.start + value.len()
}

/// The parameters of a command from byte `start` on, with their quotes and blanks: up to a `;` or
/// the end of the line.
fn parameters(text: &str, mut start: usize) -> Vec<Range<usize>> {
    let (mut quoted, mut places) = (false, Vec::new());
    for (at, byte) in text.bytes().enumerate().skip(start) {
        quoted ^= byte == b'"';
        let ends = matches!(byte, b'\r' | b'\n') || (byte == b';' && !quoted);
        if ends || (byte == b',' && !quoted) {
            places.push(start..at);
            start = at + 1;
        }
        if ends {
            return places;
        }
    }
    places.push(start..text.len());
    places
}

fn without_taken_back(text: &str) -> String {
    text.chars().fold(String::new(), |mut meant, char| {
        if char == BACKSPACE {
            meant.pop();
        } else {
            meant.push(char);
        }
        meant
    })
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
            ("AT+CPIN=\"12345678\",\"4321\"\r", "AT+CPIN=\"***\",\"***\"\r"),
            ("AT+CLCK=\"SC\",1,\"1234\"\r", "AT+CLCK=\"SC\",1,\"***\"\r"),
            ("AT+CPWD=\"SC\",\"1234\",\"4321\"\r", "AT+CPWD=\"SC\",\"***\",\"***\"\r"),
            ("AT+CGAUTH=1,2,\"u\",\"pw\"\r", "AT+CGAUTH=1,2,\"u\",\"***\"\r"),
            (
                "AT+QSSLCFG=\"clientkey\",1,\"key.pem\",\"pw\"\r",
                "AT+QSSLCFG=\"clientkey\",1,\"key.pem\",\"***\"\r",
            ),
            ("+QSSLCFG: \"psk\",1,\"me\",\"k\"\r\n", "+QSSLCFG: \"psk\",1,\"me\",\"***\"\r\n"),
            (
                "AT+QFTPCFG = \"account\" , \"u\" , \"pw\" \r",
                "AT+QFTPCFG = \"account\" , \"u\" , \"***\" \r",
            ),
            ("AT+QFTPCFG=account,u,pw\r", "AT+QFTPCFG=account,u,***\r"),
            (
                "AT+QFTPOPEN=\"ftp://u:p@w@h:21/x@y\",21\r",
                "AT+QFTPOPEN=\"ftp://u:***@h:21/x@y\",21\r",
            ),
            (
                "AT+QFTPCX\u{8}FG=\"account\",\"u\",\"pv\u{8}w\"\r",
                "AT+QFTPCFG=\"account\",\"u\",\"***\"\r",
            ),
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
            "+CPIN: READY\r\n",
            "+CPIN: SIM PIN\r\n",
            "AT+CLCK=\"SC\",2\r",
            "AT+QSSLCFG=\"cacert\",1,\"UFS:ca.pem\"\r",
            "AT+QSSLCFG=\"clientkey\",1,\"key.pem\"\r",
            "AT+CSX\u{8}Q\r",
            "AT+QFTPOPEN=\"ftp://u@h:21\"\r",
            "AT+QFTPCWD=\"a://b/c:d@e\"\r",
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
