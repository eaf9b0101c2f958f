//! What the codes in a transcript mean, in words.

use crate::at::error::{CmeError, FtpErr};
use crate::commands::TABLE;
use crate::modem::command::Group;
use crate::modem::knobs::Knobs;
use crate::modem::record::Record;

use super::event::{Event, Way};

/// The outcome of an FTP command: `+QFTPPUT: 619,452`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it went.
    pub err: FtpErr,
    /// The reply of the server that says so; none if it went well or the server has not replied.
    pub reply: Option<u16>,
}

impl Outcome {
    /// Reads the line of an outcome; none if `text` is another line.
    pub fn parse(text: &str) -> Option<Outcome> {
        let (name, values) = text.split_once(": ")?;
        let spec = TABLE.find(name, &Knobs::default())?;
        // The state of the session looks like an outcome, and comes as one.
        if spec.group != Group::Ftp || name == "+QFTPSTAT" {
            return None;
        }
        let mut values = values.split(',');
        let err = FtpErr::from_code(values.next()?.parse().ok()?)?;
        let reply = values.next().and_then(|value| value.parse().ok());
        let reply = reply.filter(|&reply: &u16| err != FtpErr::OK && reply != 0);
        Some(Outcome { err, reply })
    }
}

/// The number in a final result `+CME ERROR: 603`.
pub fn cme_error(result: &str) -> Option<u16> {
    result.strip_prefix("+CME ERROR: ")?.parse().ok()
}

/// What an `<err>` means; none for 0.
pub fn of_err(err: FtpErr) -> Option<&'static str> {
    if err == FtpErr::OK { None } else { CmeError::from(err).text() }
}

/// What a reply of the server means for the module (FTP note §6); none if it is not listed.
pub fn of_reply(reply: u16) -> Option<&'static str> {
    match FtpErr::from_reply(reply) {
        FtpErr::UNKNOWN => None,
        err => of_err(err),
    }
}

/// What a positive reply of the server means (RFC 959 §4.2, RFC 2228, RFC 2428, RFC 3659).
fn of_positive_reply(code: u16) -> Option<&'static str> {
    Some(match code {
        120 => "ready in a while",
        125 => "the transfer begins",
        150 => "the data connection is about to open",
        200 | 250 => "done",
        202 => "not needed here",
        211 => "status, or what the server can do",
        213 => "about a file",
        214 => "help",
        215 => "the name of the system",
        220 => "ready for a user",
        221 => "goodbye",
        225 => "the data connection is open and idle",
        226 => "the transfer is complete",
        227 => "passive mode, at that address",
        229 => "extended passive mode, at that port",
        230 | 232 => "logged in",
        234 => "TLS may begin",
        257 => "a path",
        331 => "a password is needed",
        332 => "an account is needed",
        350 => "more is needed to go on",
        _ => return None,
    })
}

/// The code of a server's reply, if the line begins with one.
pub fn reply_code(line: &str) -> Option<u16> {
    let code = line.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()))?;
    matches!(line.as_bytes().get(3), None | Some(b' ' | b'-')).then(|| code.parse().ok())?
}

/// What other lines of the module mean, by how they begin.
static LINES: &[(&str, &str)] = &[
    ("+QFTPSTAT: 0,0", "the session is being opened"),
    ("+QFTPSTAT: 0,1", "the session is open and idle"),
    ("+QFTPSTAT: 0,2", "a transfer is under way"),
    ("+QFTPSTAT: 0,3", "the session is being closed"),
    ("+QFTPSTAT: 0,4", "the session is closed"),
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
];

fn of_line(text: &str) -> Option<String> {
    let Some(Outcome { err, reply }) = Outcome::parse(text) else {
        let line = LINES.iter().find(|(start, _)| text.starts_with(start));
        return line.map(|(_, meaning)| (*meaning).to_owned());
    };
    Some(match (of_err(err), reply) {
        (Some(meaning), Some(reply)) => format!("{meaning}: the server replied {reply}"),
        (Some(meaning), None) => meaning.to_owned(),
        (None, _) => "it went well".to_owned(),
    })
}

/// Whether an event tells of a failure: a refusal of the module or of the server.
pub fn is_failure(event: &Event) -> bool {
    match event {
        Event::Modem(Record::Command(command)) => !command.known,
        Event::Modem(Record::Result(text)) => {
            matches!(text.as_str(), "ERROR" | "NO CARRIER") || cme_error(text).is_some()
        }
        Event::Modem(Record::Urc(text)) => {
            Outcome::parse(text).is_some_and(|outcome| outcome.err != FtpErr::OK)
        }
        Event::Ftp(Way::Down, line) => reply_code(line).is_some_and(|code| code >= 400),
        _ => false,
    }
}

/// What the codes in an event mean, or the command in it is for.
pub fn of_event(event: &Event) -> Option<String> {
    match event {
        Event::Modem(Record::Command(command)) => {
            let spec = TABLE.iter().find(|spec| spec.name == command.name);
            Some(match spec {
                Some(spec) => format!("{} ({})", spec.summary, command.form.word()),
                None => "the module does not know this command".to_owned(),
            })
        }
        Event::Modem(Record::Result(text)) => match text.as_str() {
            "ERROR" => Some("refused, without a reason".to_owned()),
            "NO CARRIER" => Some("the connection is gone".to_owned()),
            _ if text.starts_with("CONNECT") => Some("data mode begins".to_owned()),
            _ => CmeError(cme_error(text)?).text().map(ToOwned::to_owned),
        },
        Event::Modem(Record::Urc(text) | Record::Info(text)) => of_line(text),
        Event::Modem(Record::Entered(state)) => Some(state.summary().to_owned()),
        Event::Ftp(Way::Down, line) => {
            let code = reply_code(line)?;
            match of_reply(code) {
                Some(text) => Some(format!("{}: {text}", FtpErr::from_reply(code).code())),
                None => of_positive_reply(code).map(ToOwned::to_owned),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(err: u16, reply: Option<u16>) -> Option<Outcome> {
        FtpErr::from_code(err).map(|err| Outcome { err, reply })
    }

    #[test]
    fn an_outcome_is_an_err_and_perhaps_a_reply() {
        assert_eq!(Outcome::parse("+QFTPPUT: 619,452"), outcome(619, Some(452)));
        assert_eq!(Outcome::parse("+QFTPOPEN: 604,0"), outcome(604, None));
        assert_eq!(Outcome::parse("+QFTPGET: 0,1000"), outcome(0, None));
        assert_eq!(Outcome::parse("+QFTPPWD: 0,\"/a,550\""), outcome(0, None));
        assert_eq!(Outcome::parse("+QFTPCLOSE: 0,0"), outcome(0, None));
        for other in ["+QFTPSTAT: 0,4", "+CSQ: 0,99", "RDY", "+QFTPPUT: x", "+QFTPPUT: 700,0"] {
            assert_eq!(Outcome::parse(other), None, "{other}");
        }
    }

    #[test]
    fn codes_are_told_in_words() {
        let urc = |text: &str| of_event(&Event::Modem(Record::Urc(text.to_owned())));
        assert_eq!(
            urc("+QFTPPUT: 619,452").as_deref(),
            Some("Requested action not taken: insufficient system storage: the server replied 452")
        );
        assert_eq!(urc("+QFTPOPEN: 604,0").as_deref(), Some("DNS parse failed"));
        assert_eq!(urc("+QFTPOPEN: 0,0").as_deref(), Some("it went well"));
        assert_eq!(urc("+QFTPSTAT: 0,2").as_deref(), Some("a transfer is under way"));
        assert_eq!(urc("+CSQ: 24,99"), None);
        let result = Event::Modem(Record::Result("+CME ERROR: 603".to_owned()));
        assert_eq!(of_event(&result).as_deref(), Some("FTP(S) server busy"));
        let reply = Event::Ftp(Way::Down, "550 No such file".to_owned());
        let meaning = "627: Requested action not taken: file unavailable";
        assert_eq!(of_event(&reply).as_deref(), Some(meaning));
        let done = Event::Ftp(Way::Down, "226 Done".to_owned());
        assert_eq!(of_event(&done).as_deref(), Some("the transfer is complete"));
    }

    #[test]
    fn a_reply_begins_with_its_code() {
        assert_eq!(reply_code("227 Entering"), Some(227));
        assert_eq!(reply_code("211-Features"), Some(211));
        for other in ["2270 Entering", "PASV", "22é", "", "+27 a"] {
            assert_eq!(reply_code(other), None, "{other}");
        }
    }

    #[test]
    fn refusals_of_module_and_server_are_failures() {
        let result = |text: &str| Event::Modem(Record::Result(text.to_owned()));
        let urc = |text: &str| Event::Modem(Record::Urc(text.to_owned()));
        let reply = |text: &str| Event::Ftp(Way::Down, text.to_owned());
        for bad in [result("ERROR"), result("+CME ERROR: 603"), urc("+QFTPGET: 627,550")] {
            assert!(is_failure(&bad), "{bad:?}");
        }
        assert!(is_failure(&reply("550 No")));
        for good in [result("OK"), result("CONNECT"), urc("+QFTPGET: 0,5"), urc("RDY")] {
            assert!(!is_failure(&good), "{good:?}");
        }
        assert!(!is_failure(&reply("226 Done")));
    }
}
