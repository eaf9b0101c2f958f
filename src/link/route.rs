//! Where a host name leads, and the door through which every connection leaves.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpStream, lookup_host};

use super::interposer::{Interposition, Tap};
use super::tls::Authority;
use crate::modem::link::{LinkError, TlsStart};
use crate::scenario::{Destination, is_host_name};

/// The port on which FTPS servers expect TLS from the first byte.
const IMPLICIT_TLS_PORT: u16 = 990;

/// Which host name has which destination; names are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    named: BTreeMap<String, Destination>,
    others: Destination,
}

impl Default for Hosts {
    /// Every name leads to the embedded server.
    fn default() -> Self {
        Self { named: BTreeMap::new(), others: Destination::Embedded }
    }
}

impl Hosts {
    /// Sends `name` to `destination`; the name `*` stands for all that aren't named.
    pub fn insert(&mut self, name: &str, destination: Destination) {
        if name == "*" {
            self.others = destination;
        } else {
            self.named.insert(name.to_ascii_lowercase(), destination);
        }
    }

    /// The destination of `name`.
    pub fn get(&self, name: &str) -> &Destination {
        self.named.get(&name.to_ascii_lowercase()).unwrap_or(&self.others)
    }
}

/// Where the embedded server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedAddresses {
    /// FTP, and FTPS after AUTH TLS.
    pub plain: SocketAddr,
    /// FTPS with TLS from the first byte, if the server offers it.
    pub implicit_tls: Option<SocketAddr>,
}

/// Decides where connections go, and opens them.
#[derive(Clone, Debug)]
pub struct Router {
    hosts: Hosts,
    embedded: Option<EmbeddedAddresses>,
    authority: Option<Arc<Authority>>,
    interposition: Option<Interposition>,
}

impl Router {
    /// A router that follows `hosts`. Without an embedded server, [`Destination::Embedded`]
    /// refuses connections.
    pub fn new(hosts: Hosts, embedded: Option<EmbeddedAddresses>) -> Self {
        Self { hosts, embedded, authority: None, interposition: None }
    }

    /// The embedded server has its certificates from `authority`, which is told by what name the
    /// server is called.
    pub fn with_authority(self, authority: Arc<Authority>) -> Self {
        Self { authority: Some(authority), ..self }
    }

    /// Every session passes through an interposer. It belongs to one modem, so the router does too.
    pub fn with_interposition(self, interposition: Interposition) -> Self {
        Self { interposition: Some(interposition), ..self }
    }

    /// Where the interposer of a session that begins is asked.
    pub(super) fn tap(&self) -> Tap {
        self.interposition.as_ref().map_or_else(Tap::default, Interposition::tap)
    }

    /// The addresses to try, in this order, for `host`:`port`.
    ///
    /// # Errors
    ///
    /// [`LinkError::NameNotResolved`], [`LinkError::Unreachable`] or [`LinkError::Refused`]: when
    /// the destination says so, when `host` isn't a possible name or address, or when it can't be
    /// resolved.
    pub async fn route(
        &self,
        host: &str,
        port: u16,
        tls: Option<TlsStart>,
    ) -> Result<Vec<SocketAddr>, LinkError> {
        if !is_host_name(host) {
            return Err(LinkError::NameNotResolved);
        }
        match self.hosts.get(host) {
            Destination::Embedded => {
                let server = self.embedded.ok_or(LinkError::Refused)?;
                if let (Some(authority), Some(_)) = (&self.authority, tls) {
                    authority.call(host);
                }
                let implicit = tls == Some(TlsStart::Implicit) || port == IMPLICIT_TLS_PORT;
                let address = server.implicit_tls.filter(|_| implicit).unwrap_or(server.plain);
                Ok(vec![address])
            }
            Destination::Unresolvable => Err(LinkError::NameNotResolved),
            Destination::Unreachable => Err(LinkError::Unreachable),
            Destination::Refused => Err(LinkError::Refused),
            Destination::Elsewhere { host, port } => resolve(host, *port).await,
            Destination::Direct => resolve(host, port).await,
        }
    }

    /// Opens a data connection.
    pub(super) async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        adopt(TcpStream::connect(address).await?)
    }
}

/// The door through which every connection passes that the FTP side opens: those for data, dialled
/// by [`Router::dial`], and control connections, which suppaftp dials.
pub(super) fn adopt(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, LinkError> {
    let addresses = lookup_host((host, port)).await.map_err(|_| LinkError::NameNotResolved)?;
    let addresses: Vec<_> = addresses.collect();
    if addresses.is_empty() { Err(LinkError::NameNotResolved) } else { Ok(addresses) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "127.0.0.1:41002";
    const IMPLICIT: &str = "127.0.0.1:41003";

    fn router(rules: &[(&str, &str)]) -> Router {
        let mut hosts = Hosts::default();
        for (name, destination) in rules {
            hosts.insert(name, destination.parse().unwrap());
        }
        let embedded = EmbeddedAddresses {
            plain: PLAIN.parse().unwrap(),
            implicit_tls: Some(IMPLICIT.parse().unwrap()),
        };
        Router::new(hosts, Some(embedded))
    }

    async fn route(router: &Router, host: &str, port: u16) -> Result<Vec<String>, LinkError> {
        let addresses = router.route(host, port, None).await?;
        Ok(addresses.iter().map(SocketAddr::to_string).collect())
    }

    #[tokio::test]
    async fn every_host_and_port_leads_to_the_embedded_server() {
        let router = router(&[]);
        for (host, port) in [
            ("ftp.example.com", 21),
            ("ftp.example.com.", 2121),
            ("10.20.30.40", 21),
            ("2001:db8::1", 21),
            ("my_host", 65535),
        ] {
            assert_eq!(route(&router, host, port).await, Ok(vec![PLAIN.to_owned()]), "{host}");
        }
    }

    #[tokio::test]
    async fn port_990_and_implicit_tls_lead_to_the_implicit_tls_listener() {
        let router = router(&[]);
        assert_eq!(route(&router, "a.example", 990).await, Ok(vec![IMPLICIT.to_owned()]));
        let implicit = router.route("a.example", 21, Some(TlsStart::Implicit)).await;
        assert_eq!(implicit, Ok(vec![IMPLICIT.parse().unwrap()]));
        let explicit = router.route("a.example", 21, Some(TlsStart::Explicit)).await;
        assert_eq!(explicit, Ok(vec![PLAIN.parse().unwrap()]));
    }

    #[tokio::test]
    async fn an_embedded_server_without_implicit_tls_gets_everything_on_its_one_port() {
        let embedded = EmbeddedAddresses { plain: PLAIN.parse().unwrap(), implicit_tls: None };
        let router = Router::new(Hosts::default(), Some(embedded));
        assert_eq!(route(&router, "a.example", 990).await, Ok(vec![PLAIN.to_owned()]));
    }

    #[tokio::test]
    async fn impossible_names_are_not_resolved() {
        let router = router(&[]);
        let long = "a.".repeat(100) + "a";
        for host in [
            "",
            " ",
            "two words",
            "ftp://host",
            "300.1.1.1",
            "1.2.3",
            "a..b",
            ".",
            "-:1",
            "höst",
            &long,
            &"x".repeat(64),
        ] {
            assert_eq!(route(&router, host, 21).await, Err(LinkError::NameNotResolved), "{host:?}");
        }
    }

    #[tokio::test]
    async fn named_hosts_go_where_the_map_says_whatever_their_case() {
        let router = router(&[
            ("Gone.Example", "unresolvable"),
            ("far.example", "unreachable"),
            ("shut.example", "refused"),
            ("other.example", "127.0.0.9:2100"),
            ("ip.example", "[::1]:21"),
            ("127.0.0.5", "direct"),
        ]);
        assert_eq!(route(&router, "gone.EXAMPLE", 21).await, Err(LinkError::NameNotResolved));
        assert_eq!(route(&router, "far.example", 21).await, Err(LinkError::Unreachable));
        assert_eq!(route(&router, "shut.example", 21).await, Err(LinkError::Refused));
        assert_eq!(route(&router, "other.example", 21).await, Ok(vec!["127.0.0.9:2100".into()]));
        assert_eq!(route(&router, "ip.example", 990).await, Ok(vec!["[::1]:21".into()]));
        assert_eq!(route(&router, "127.0.0.5", 990).await, Ok(vec!["127.0.0.5:990".into()]));
        assert_eq!(route(&router, "any.example", 21).await, Ok(vec![PLAIN.into()]));
    }

    #[tokio::test]
    async fn the_star_stands_for_all_others() {
        let router = router(&[("*", "unresolvable"), ("ftp.example.com", "embedded")]);
        assert_eq!(route(&router, "ftp.example.com", 21).await, Ok(vec![PLAIN.into()]));
        assert_eq!(route(&router, "other.example", 21).await, Err(LinkError::NameNotResolved));
    }

    #[tokio::test]
    async fn without_an_embedded_server_its_connections_are_refused() {
        let router = Router::new(Hosts::default(), None);
        assert_eq!(route(&router, "ftp.example.com", 21).await, Err(LinkError::Refused));
    }
}
