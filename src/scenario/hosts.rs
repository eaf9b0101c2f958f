//! Which host name leads where.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::form::{Form, Reader};
use super::node::Node;
use super::shape::{Shape, Word};
use super::values::KeyForm;

/// What becomes of a host name that the modem is told to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The embedded server, whatever the port.
    Embedded,
    /// The name can't be resolved.
    Unresolvable,
    /// There is no route to it.
    Unreachable,
    /// The connection is refused.
    Refused,
    /// Another host and port, resolved for real.
    Elsewhere {
        /// Host name or address literal.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// Resolved for real, with the port that the modem was given.
    Direct,
}

/// A [`Destination`] that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is neither a host:port nor one of embedded, unresolvable, unreachable, refused, direct"
)]
pub struct DestinationError(String);

impl FromStr for Destination {
    type Err = DestinationError;

    /// Reads `embedded`, `unresolvable`, `unreachable`, `refused`, `direct` or `host:port` (an
    /// IPv6 address in brackets; port 1–65535).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let elsewhere = || {
            let (host, port) = text.rsplit_once(':')?;
            let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
            let port = port.parse().ok().filter(|&port| port != 0)?;
            is_host_name(host).then(|| Self::Elsewhere { host: host.to_owned(), port })
        };
        let word = WORDS.iter().find(|(word, ..)| *word == text);
        word.map(|(_, destination, _)| destination.clone())
            .or_else(elsewhere)
            .ok_or_else(|| DestinationError(text.to_owned()))
    }
}

/// Those that are words, and what they mean.
static WORDS: &[(&str, Destination, &str)] = &[
    ("embedded", Destination::Embedded, "The embedded server, whatever the port."),
    ("unresolvable", Destination::Unresolvable, "The name can't be resolved."),
    ("unreachable", Destination::Unreachable, "There is no route to it."),
    ("refused", Destination::Refused, "It refuses connections."),
    ("direct", Destination::Direct, "Resolved for real."),
];

impl Form for Destination {
    fn shape() -> Shape {
        let word = |&(name, _, doc): &(&str, _, _)| Word { name: name.to_owned(), doc };
        let elsewhere = Shape::Like { pattern: "^.+:[0-9]+$", example: "192.0.2.1:21" };
        Shape::Any(vec![Shape::Words(WORDS.iter().map(word).collect()), elsewhere])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Destination> {
        let what = "embedded, unresolvable, unreachable, refused, direct or host:port";
        match reader.text(node, what)?.parse() {
            Ok(destination) => Some(destination),
            Err(_) => reader.expected(node, what),
        }
    }
}

/// Whether `host` can be a DNS name (RFC 1123, underscores tolerated) or an address literal.
///
/// The module takes at most 200 bytes (§2.2). A name whose last label is a number would be an
/// IPv4 address, so it has to be a valid one.
pub fn is_host_name(host: &str) -> bool {
    if host.len() > 200 {
        return false;
    }
    if host.contains(':') {
        return host.parse::<Ipv6Addr>().is_ok();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let numeric = name.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    name.split('.').all(is_label) && (!numeric || name.parse::<Ipv4Addr>().is_ok())
}

/// A host name or address as the host of the modem writes it, in lower case; `*` is all others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostName(pub String);

impl KeyForm for HostName {
    const PATTERN: &'static str = r"^(\*|[A-Za-z0-9._:-]{1,200})$";

    fn read_key(text: &str) -> Result<HostName, String> {
        match text {
            text if text == "*" || is_host_name(text) => Ok(HostName(text.to_ascii_lowercase())),
            _ => Err("a host name, an address or \"*\"".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn a_host_leads_somewhere() {
        assert_eq!(read("refused"), Some(Destination::Refused));
        let elsewhere =
            |host: &str, port| Some(Destination::Elsewhere { host: host.to_owned(), port });
        assert_eq!(read("192.0.2.1:2121"), elsewhere("192.0.2.1", 2121));
        assert_eq!(read("'[::1]:21'"), elsewhere("::1", 21));
        assert_eq!(
            problems::<BTreeMap<HostName, Destination>>("{A.example: direct, a.EXAMPLE: refused}"),
            ["1:21: `a.EXAMPLE` means the same as a key before it"]
        );
        assert_eq!(
            problems::<BTreeMap<HostName, Destination>>("{two words: direct, a: nowhere}"),
            [
                "1:2: expected a host name, an address or \"*\", found `two words`",
                "1:24: expected embedded, unresolvable, unreachable, refused, direct or \
                 host:port, found `nowhere`",
            ]
        );
    }

    #[test]
    fn a_destination_that_is_no_word_and_no_host_and_port_is_refused() {
        for text in ["", "Embedded", "host", "host:", "host:0", "host:65536", ":21", "a b:21"] {
            assert_eq!(text.parse::<Destination>(), Err(DestinationError(text.to_owned())));
        }
    }
}
