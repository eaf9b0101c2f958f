//! The embedded server with its certificate authority.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use crate::endpoint::RuntimeDir;
use crate::link::embedded::{EmbeddedServer, ServerConfig, ServerTls};
use crate::link::tls::Authority;
use crate::link::{EmbeddedAddresses, Hosts, Router};
use crate::scenario::TlsPlan;

use super::StartError;
use super::ca_file::CaFile;

/// A server that runs, for FTP and, unless that is not offered, both kinds of FTPS.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) ftp: EmbeddedServer,
    tls: Option<Tls>,
}

/// Where its certificates come from.
#[derive(Debug)]
struct Tls {
    authority: Arc<Authority>,
    ca: CaFile,
}

impl Server {
    /// Starts a server whose FTPS is as `tls` says.
    pub(super) async fn start(config: ServerConfig, tls: &TlsPlan) -> Result<Self, StartError> {
        if !tls.offered {
            return Ok(Self { ftp: EmbeddedServer::start(config).await?, tls: None });
        }
        let authority = Authority::new()?;
        let dir = RuntimeDir::of_user()?;
        let ca = CaFile::create(&dir, &authority.pem()).map_err(StartError::CaFile)?;
        let secured = ServerTls {
            config: authority.server_config(tls),
            implicit: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        };
        let config = ServerConfig { tls: Some(secured), ..config };
        let ftp = EmbeddedServer::start(config).await?;
        Ok(Self { ftp, tls: Some(Tls { authority, ca }) })
    }

    /// The file with the certificate of its authority.
    pub(super) fn ca(&self) -> Option<&Path> {
        self.tls.as_ref().map(|tls| tls.ca.path())
    }

    /// A router to this server.
    pub(super) fn router(&self, hosts: Hosts) -> Router {
        let addresses = EmbeddedAddresses {
            plain: self.ftp.ftp_addr(),
            implicit_tls: self.ftp.ftps_implicit_addr(),
        };
        let router = Router::new(hosts, Some(addresses));
        match &self.tls {
            Some(tls) => router.with_authority(tls.authority.clone()),
            None => router,
        }
    }
}
