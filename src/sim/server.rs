//! The embedded server with its certificate authority.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::endpoint::RuntimeDir;
use crate::link::embedded::{EmbeddedServer, ServerConfig, ServerTls};
use crate::link::tls::Authority;
use crate::link::{EmbeddedAddresses, Hosts, Router};

use super::StartError;
use super::ca_file::CaFile;

/// A server that runs, for FTP and both kinds of FTPS.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) ftp: EmbeddedServer,
    pub(super) ca: CaFile,
    authority: Arc<Authority>,
}

impl Server {
    pub(super) async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let authority = Authority::new()?;
        let dir = RuntimeDir::of_user()?;
        let ca = CaFile::create(&dir, &authority.pem()).map_err(StartError::CaFile)?;
        let tls = Some(ServerTls {
            config: authority.server_config(),
            implicit: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        });
        let ftp = EmbeddedServer::start(ServerConfig { tls, ..config }).await?;
        Ok(Self { ftp, ca, authority })
    }

    /// A router to this server.
    pub(super) fn router(&self, hosts: Hosts) -> Router {
        let addresses = EmbeddedAddresses {
            plain: self.ftp.ftp_addr(),
            implicit_tls: self.ftp.ftps_implicit_addr(),
        };
        Router::new(hosts, Some(addresses)).with_authority(self.authority.clone())
    }
}
