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
        Event::Modem(Record::Result(text)) => {
            CmeError(cme_error(text)?).text().map(ToOwned::to_owned)
        }
        Event::Modem(Record::Urc(text)) => {
            let Outcome { err, reply } = Outcome::parse(text)?;
            let meaning = of_err(err)?;
            Some(match reply {
                Some(reply) => format!("{meaning}: the server replied {reply}"),
                None => meaning.to_owned(),
            })
        }
        Event::Modem(Record::Entered(state)) => Some(state.summary().to_owned()),
        Event::Ftp(Way::Down, line) => {
            let code = line.get(..3)?.parse().ok()?;
            of_reply(code).map(|text| format!("{}: {text}", FtpErr::from_reply(code).code()))
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
        assert_eq!(urc("+QFTPOPEN: 0,0"), None);
        let result = Event::Modem(Record::Result("+CME ERROR: 603".to_owned()));
        assert_eq!(of_event(&result).as_deref(), Some("FTP(S) server busy"));
        let reply = Event::Ftp(Way::Down, "550 No such file".to_owned());
        let meaning = "627: Requested action not taken: file unavailable";
        assert_eq!(of_event(&reply).as_deref(), Some(meaning));
        assert_eq!(of_event(&Event::Ftp(Way::Down, "226 Done".to_owned())), None);
    }
}
