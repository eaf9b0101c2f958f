//! The module's side of a handshake.

use std::fmt;

use tokio::net::TcpStream;

use super::current::Current;
#[cfg(feature = "legacy-tls")]
use super::legacy::Legacy;
use crate::link::wire::Wire;
use crate::modem::link::{TlsFailure, TlsRequest, TlsSession, TlsStart};

/// Secures the connections of one FTPS session. With rustls the later ones resume the TLS session
/// of the first, as some servers demand of data connections.
pub(in crate::link) struct TlsClient {
    /// When TLS starts on the control connection.
    pub(in crate::link) start: TlsStart,
    library: Library,
}

enum Library {
    Current(Box<Current>),
    #[cfg(feature = "legacy-tls")]
    Legacy(Legacy),
}

impl TlsClient {
    /// A client that does as `request` says towards the server called `host`.
    pub(in crate::link) fn new(request: &TlsRequest, host: &str) -> Result<Self, TlsFailure> {
        let credentials = request.credentials.as_ref().map_err(TlsFailure::clone)?;
        let host = host.trim_end_matches('.');
        #[cfg(feature = "legacy-tls")]
        if request.faithful {
            let library = Library::Legacy(Legacy::new(request, credentials, host)?);
            return Ok(Self { start: request.start, library });
        }
        let library = Library::Current(Current::new(request, credentials, host)?.into());
        Ok(Self { start: request.start, library })
    }

    /// Does the handshake on `stream`.
    pub(in crate::link) async fn secure(
        &self,
        stream: TcpStream,
    ) -> Result<(Wire, TlsSession), TlsFailure> {
        match &self.library {
            Library::Current(current) => current.handshake(stream).await,
            #[cfg(feature = "legacy-tls")]
            Library::Legacy(legacy) => legacy.handshake(stream).await,
        }
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsClient").field("start", &self.start).finish_non_exhaustive()
    }
}
