//! What lines mean, in words: results and unsolicited codes of the module, replies of the server.

use crate::at::error::{CmeError, FtpErr};

/// What a final result means; nothing where it speaks for itself.
pub fn of_result(text: &str) -> String {
    match text {
        "ERROR" => "refused, without a reason".to_owned(),
        "NO CARRIER" => "the connection is gone".to_owned(),
        _ if text.starts_with("CONNECT") => "data mode begins".to_owned(),
        _ => match text.strip_prefix("+CME ERROR: ").and_then(|code| code.parse().ok()) {
            Some(code) => CmeError(code).text().unwrap_or_default().to_owned(),
            None => String::new(),
        },
    }
}

/// Whether a final result, or the line with an outcome, tells of a failure.
pub fn is_failure(text: &str) -> bool {
    text == "ERROR"
        || text == "NO CARRIER"
        || text.starts_with("+CME ERROR")
        || outcome(text).is_some_and(|(_, err, _)| err != FtpErr::OK)
}

/// What an information line or an unsolicited code means, as far as it is known.
pub fn of_line(text: &str) -> String {
    if let Some((name, err, second)) = outcome(text) {
        return of_outcome(name, err, second);
    }
    LINES
        .iter()
        .find(|(start, _)| text.starts_with(start))
        .map_or(String::new(), |(_, meaning)| (*meaning).to_owned())
}

/// What begins an unsolicited code, and what it means.
static LINES: &[(&str, &str)] = &[
    ("RDY", "the module has started"),
    ("POWERED DOWN", "the module is off"),
    ("NORMAL POWER DOWN", "the module is off"),
    ("+CFUN: 1", "full functionality"),
    ("+CPIN: READY", "the SIM card is ready"),
    ("+CPIN: NOT INSERTED", "there is no SIM card"),
    ("+CPIN: NOT READY", "the SIM card is gone, or not ready"),
    ("+CPIN: SIM PIN", "the SIM card asks for its PIN"),
    ("+CPIN: SIM PUK", "the SIM card asks for its PUK"),
    ("+QIND: SMS DONE", "short messages are ready"),
    ("+QIND: PB DONE", "the phonebook is ready"),
    ("+QIURC: \"pdpdeact\"", "the network has deactivated the PDP context"),
    ("+QUSIM: 1", "the card is a USIM"),
];

/// The name, the `<err>` and what follows it, of a line with the outcome of an FTP command.
fn outcome(text: &str) -> Option<(&str, FtpErr, u64)> {
    let (name, values) = text.strip_prefix("+QFTP")?.split_once(": ")?;
    let mut values = values.split(',');
    let err = FtpErr::from_code(values.next()?.parse().ok()?)?;
    let second = values.next().and_then(|value| value.parse().ok()).unwrap_or(0);
    Some((name, err, second))
}

fn of_outcome(name: &str, err: FtpErr, second: u64) -> String {
    match (name, err) {
        ("STAT", FtpErr::OK) => match second {
            0 => "the session is being opened".to_owned(),
            1 => "the session is open and idle".to_owned(),
            2 => "a transfer is under way".to_owned(),
            3 => "the session is being closed".to_owned(),
            _ => "the session is closed".to_owned(),
        },
        ("PUT" | "GET" | "LEN" | "SIZE" | "LIST" | "NLST" | "MLSD", FtpErr::OK) => {
            format!("done: {second} bytes")
        }
        (_, FtpErr::OK) => "done".to_owned(),
        (_, err) => {
            let text = CmeError::from(err).text().unwrap_or_default();
            match u16::try_from(second).ok().filter(|&code| code != 0) {
                Some(code) => format!("{}: {text}; the server's reply was {code}", err.code()),
                None => format!("{}: {text}", err.code()),
            }
        }
    }
}

/// The code of a server's reply, if the line begins with one.
pub fn reply_code(line: &str) -> Option<u16> {
    let code = line.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()))?;
    let code = code.parse().ok().filter(|code| (100..600).contains(code))?;
    matches!(line.as_bytes().get(3), None | Some(b' ' | b'-')).then_some(code)
}

/// What a reply of the server means: the text of RFC 959 and its sisters, and what the module
/// makes of a refusal.
pub fn of_reply(line: &str) -> String {
    let Some(code) = reply_code(line) else { return String::new() };
    let text = protocol_text(code).unwrap_or_default();
    if code < 400 {
        return text.to_owned();
    }
    let err = FtpErr::from_reply(code).code();
    let gap = if text.is_empty() { "" } else { "; " };
    format!("{text}{gap}for the module {err},{code}")
}

/// What a `<protocol_error>` says.
pub fn protocol_text(code: u16) -> Option<&'static str> {
    REPLIES.binary_search_by_key(&code, |&(code, _)| code).ok().map(|at| REPLIES[at].1)
}

/// Sorted by code (RFC 959 §4.2, RFC 2228 §5, RFC 3659, RFC 2428).
static REPLIES: &[(u16, &str)] = &[
    (110, "a restart marker"),
    (120, "ready in a while"),
    (125, "the transfer begins"),
    (150, "the data connection is about to open"),
    (200, "done"),
    (202, "not needed here"),
    (211, "status or features"),
    (212, "status of a folder"),
    (213, "status of a file"),
    (214, "help"),
    (215, "the system's name"),
    (220, "ready for a user"),
    (221, "goodbye"),
    (225, "the data connection is open and idle"),
    (226, "the transfer is complete"),
    (227, "passive mode"),
    (228, "long passive mode"),
    (229, "extended passive mode"),
    (230, "logged in"),
    (232, "logged in, secured"),
    (234, "security is accepted"),
    (250, "done"),
    (257, "a path"),
    (331, "a password is needed"),
    (332, "an account is needed"),
    (350, "more is needed to go on"),
    (421, "the service is not available; the control connection closes"),
    (425, "the data connection can't be opened"),
    (426, "the data connection was closed; the transfer is aborted"),
    (430, "user name or password is wrong"),
    (450, "not done: the file is busy"),
    (451, "given up: an error of the server"),
    (452, "not done: the server is out of space"),
    (500, "the command is not understood"),
    (501, "the arguments are not understood"),
    (502, "the command is not implemented"),
    (503, "not now: wrong order of commands"),
    (504, "not implemented for that argument"),
    (530, "not logged in"),
    (532, "an account is needed to store files"),
    (534, "denied for reasons of policy"),
    (550, "not done: no such file, or no access"),
    (551, "given up: page type unknown"),
    (552, "given up: more than the allotted space"),
    (553, "not done: the file name is not allowed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_sorted_and_every_one_of_the_notes_table_has_a_text() {
        assert!(REPLIES.windows(2).all(|w| w[0].0 < w[1].0));
        for code in 400..600 {
            if FtpErr::from_reply(code) != FtpErr::UNKNOWN {
                assert!(protocol_text(code).is_some(), "{code}");
            }
        }
    }

    #[test]
    fn an_outcome_is_told_with_the_servers_reply() {
        assert_eq!(
            of_line("+QFTPPUT: 619,452"),
            "619: Requested action not taken: insufficient system storage; \
             the server's reply was 452"
        );
        assert_eq!(of_line("+QFTPPUT: 609,0"), "609: Timeout error");
        assert_eq!(of_line("+QFTPPUT: 0,14"), "done: 14 bytes");
        assert_eq!(of_line("+QFTPOPEN: 0,0"), "done");
        assert_eq!(of_line("+QFTPSTAT: 0,2"), "a transfer is under way");
    }

    #[test]
    fn what_is_no_outcome_is_not_taken_for_one() {
        assert_eq!(of_line("+QFTPCFG: \"filetype\",1"), "");
        assert_eq!(of_line("+QFTPPWD: 0,\"/\""), "done");
        assert_eq!(of_line("+CSQ: 24,99"), "");
        assert_eq!(reply_code("227 Entering"), Some(227));
        assert_eq!(reply_code("2270 Entering"), None);
        assert_eq!(reply_code("PASV"), None);
        assert_eq!(reply_code("22é"), None);
    }

    #[test]
    fn a_refusal_is_a_failure_and_success_is_none() {
        for bad in ["ERROR", "+CME ERROR: 603", "+QFTPGET: 627,550", "NO CARRIER"] {
            assert!(is_failure(bad), "{bad}");
        }
        for good in ["OK", "CONNECT", "+QFTPGET: 0,5", "+QFTPCFG: \"filetype\",1", "RDY"] {
            assert!(!is_failure(good), "{good}");
        }
    }

    #[test]
    fn a_refusal_of_the_server_says_what_the_module_makes_of_it() {
        assert_eq!(
            of_reply("452 Quota"),
            "not done: the server is out of space; for the module 619,452"
        );
        assert_eq!(of_reply("226-Done"), "the transfer is complete");
        assert_eq!(of_result("+CME ERROR: 603"), "FTP(S) server busy");
    }
}
