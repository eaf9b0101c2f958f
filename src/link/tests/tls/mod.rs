//! FTPS: what `AT+QSSLCFG` asks for is done, and what is wrong with a certificate is found.

mod certificates;
mod handshake;
#[cfg(feature = "legacy-tls")]
mod legacy;
mod pki;
mod plans;
mod transfers;

use std::sync::Arc;

use super::embedded::{Session, config};
use super::*;
use crate::link::embedded::{ServerConfig, ServerTls};
use crate::link::tls::Authority;
use crate::modem::link::{Credentials, TlsFailure, TlsRequest, TlsSession, TlsStart};
use crate::scenario::TlsPlan;

const STARTS: [TlsStart; 2] = [TlsStart::Implicit, TlsStart::Explicit];

/// Both TLS libraries, as far as they are there: the faithful one is OpenSSL.
const FAITHFUL: &[bool] = if cfg!(feature = "legacy-tls") { &[false, true] } else { &[false] };

/// `"seclevel"`,0, and all else as after power-on.
fn unchecked(start: TlsStart) -> TlsRequest {
    TlsRequest {
        start,
        credentials: Ok(Credentials::Unchecked),
        sni: false,
        valid_at: None,
        version: None,
        cipher_suite: None,
        faithful: false,
    }
}

/// `"seclevel"`,1.
fn checked(start: TlsStart, ca: String) -> TlsRequest {
    TlsRequest { credentials: Ok(Credentials::Server { ca: ca.into() }), ..unchecked(start) }
}

fn ftps(tls: TlsRequest) -> OpenTarget {
    OpenTarget { tls: Some(Box::new(tls)), ..passive_target() }
}

async fn before(tls: ServerTls) -> Session {
    Session::before(ServerConfig { tls: Some(tls), ..config() }, None).await
}

async fn with_authority(authority: &Arc<Authority>) -> Session {
    with_plan(authority, &TlsPlan::default()).await
}

async fn with_plan(authority: &Arc<Authority>, plan: &TlsPlan) -> Session {
    let tls = pki::served(Arc::unwrap_or_clone(authority.server_config(plan)));
    let config = ServerConfig { tls: Some(tls), ..config() };
    Session::before(config, Some(authority.clone())).await
}

impl Session {
    /// Opens a session; what was agreed on, or why not.
    async fn secure(&mut self, target: OpenTarget) -> Result<TlsSession, TlsFailure> {
        let op = self.op();
        self.modem.ask(LinkRequest::Open(op, Box::new(target)));
        let mut agreed = None;
        loop {
            match self.modem.event().await {
                LinkEvent::Negotiating(id) => assert_eq!((id, agreed), (op, None)),
                LinkEvent::Secured(id, session) => {
                    assert_eq!(id, op);
                    agreed = Some(session);
                }
                LinkEvent::Opened(id) => {
                    assert_eq!(id, op);
                    return Ok(agreed.expect("secured before it is open"));
                }
                LinkEvent::Failed(id, failure) => {
                    assert_eq!((id, failure.session_alive), (op, false));
                    match failure.cause {
                        LinkError::Tls(failure) => return Err(failure),
                        other => panic!("{other:?} is no TLS failure"),
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
