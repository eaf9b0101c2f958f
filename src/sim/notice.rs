//! What a user should know and the host is not told: why a handshake failed, what took the place
//! of something out of use.

use std::fmt;
use std::sync::Arc;

use crate::modem::link::{LinkError, LinkEvent, TlsSession};

/// A remark about a modem, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The modem: `modem0`.
    pub modem: String,
    /// What there is to know.
    pub text: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.modem, self.text)
    }
}

/// Whoever wants to hear of it.
#[derive(Clone)]
pub(super) struct Listener(pub(super) Arc<dyn Fn(&Notice) + Send + Sync>);

impl Default for Listener {
    fn default() -> Self {
        Listener(Arc::new(|_| {}))
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

impl Listener {
    /// Tells what a user should know of `event`, which concerns `modem`; and returns it.
    pub(super) fn hear(&self, modem: &str, event: &LinkEvent) -> Option<String> {
        let notice = Notice { modem: modem.to_owned(), text: of_event(event)? };
        (self.0)(&notice);
        Some(notice.text)
    }
}

/// What a user should know of `event`.
fn of_event(event: &LinkEvent) -> Option<String> {
    match event {
        LinkEvent::Failed(_, failure) => match &failure.cause {
            LinkError::Tls(cause) => Some(format!("FTPS failed: {cause}")),
            LinkError::DataTls(cause) => Some(format!("FTPS failed on a data connection: {cause}")),
            _ => None,
        },
        LinkEvent::Secured(_, session) => substitute(session),
        _ => None,
    }
}

fn substitute(session: &TlsSession) -> Option<String> {
    let asked = match (session.instead_of, session.suite_instead_of) {
        (Some(version), None) => version.to_string(),
        (None, Some(suite)) => format!("cipher suite 0X{suite:04X}"),
        (Some(version), Some(suite)) => format!("{version} with cipher suite 0X{suite:04X}"),
        (None, None) => return None,
    };
    let used = session.version;
    Some(format!("{asked} was asked for and is out of use: {used} took its place"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modem::link::{LinkFailure, OpId, TlsFailure, TlsVersion};

    #[test]
    fn a_failed_handshake_is_told_with_its_cause() {
        let cause = LinkError::Tls(TlsFailure::CipherSuiteUnavailable(0x0035));
        let failed = LinkEvent::Failed(OpId(1), LinkFailure { cause, session_alive: false });
        assert!(of_event(&failed).is_some_and(|text| text.starts_with("FTPS failed: ")));
        let refused = LinkFailure { cause: LinkError::Reply(530), session_alive: false };
        assert_eq!(of_event(&LinkEvent::Failed(OpId(1), refused)), None);
    }

    #[test]
    fn what_took_the_place_of_something_is_told() {
        let session = TlsSession {
            version: TlsVersion::Tls13,
            cipher_suite: 0x1302,
            instead_of: Some(TlsVersion::Tls10),
            suite_instead_of: None,
        };
        assert_eq!(
            of_event(&LinkEvent::Secured(OpId(1), session)).as_deref(),
            Some("TLS 1.0 was asked for and is out of use: TLS 1.3 took its place")
        );
        let as_asked = TlsSession { instead_of: None, ..session };
        assert_eq!(of_event(&LinkEvent::Secured(OpId(1), as_asked)), None);
    }
}
