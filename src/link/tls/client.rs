//! The module's side of a handshake.

use std::sync::Arc;

use bytes::Bytes;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion, SupportedProtocolVersion};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::failure::{of_error, of_handshake};
use super::verify::{AcceptAnything, Trusting};
use crate::link::wire::Wire;
use crate::modem::link::{
    Credentials, TlsFailure, TlsFile, TlsRequest, TlsSession, TlsStart, TlsVersion,
};

/// Secures the connections of one FTPS session: the later ones resume the TLS session of the
/// first, as some servers demand of data connections.
pub(in crate::link) struct TlsClient {
    /// When TLS starts on the control connection.
    pub(in crate::link) start: TlsStart,
    config: TlsConnector,
    name: ServerName<'static>,
    asked: Option<TlsVersion>,
}

impl std::fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsClient").field("name", &self.name).finish_non_exhaustive()
    }
}

impl TlsClient {
    /// A client that does as `request` says towards the server called `host`.
    pub(in crate::link) fn new(request: &TlsRequest, host: &str) -> Result<Self, TlsFailure> {
        let credentials = request.credentials.as_ref().map_err(TlsFailure::clone)?;
        let name = ServerName::try_from(host.trim_end_matches('.').to_owned())
            .map_err(|_| TlsFailure::WrongName(host.to_owned()))?;
        let provider = Arc::new(provider(request.cipher_suite)?);
        let verifier: Arc<dyn ServerCertVerifier> = match credentials {
            Credentials::Unchecked => Arc::new(AcceptAnything(provider.clone())),
            Credentials::Server { ca } | Credentials::Mutual { ca, .. } => {
                let trusted = certificates(TlsFile::CaCert, ca)?;
                Arc::new(Trusting::new(provider.clone(), trusted, request.valid_at)?)
            }
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions(request)?)
            .map_err(|error| match request.cipher_suite {
                // It is one of the other version.
                Some(suite) => TlsFailure::CipherSuiteUnavailable(suite),
                None => of_error(&error),
            })?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match credentials {
            Credentials::Unchecked | Credentials::Server { .. } => config.with_no_client_auth(),
            Credentials::Mutual { certificate, key, .. } => config
                .with_client_auth_cert(
                    certificates(TlsFile::ClientCert, certificate)?,
                    private_key(key)?,
                )
                .map_err(|error| of_error(&error))?,
        };
        config.enable_sni = request.sni;
        let config = TlsConnector::from(Arc::new(config));
        Ok(Self { start: request.start, config, name, asked: request.version })
    }

    /// Does the handshake on `stream`.
    pub(in crate::link) async fn secure(&self, stream: TcpStream) -> Result<Wire, TlsFailure> {
        self.handshake(stream).await.map(|stream| Wire::Tls(Box::new(stream)))
    }

    /// The same, and tells what was agreed on.
    pub(in crate::link) async fn negotiate(
        &self,
        stream: TcpStream,
    ) -> Result<(Wire, TlsSession), TlsFailure> {
        let stream = self.handshake(stream).await?;
        let connection = stream.get_ref().1;
        let version = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => TlsVersion::Tls12,
            _ => TlsVersion::Tls13,
        };
        let suite = connection.negotiated_cipher_suite();
        let session = TlsSession {
            version,
            cipher_suite: suite.map_or(0, |suite| suite.suite().into()),
            instead_of: self.asked.filter(|&asked| asked != version),
        };
        Ok((Wire::Tls(Box::new(stream)), session))
    }

    async fn handshake(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, TlsFailure> {
        let stream = self.config.connect(self.name.clone(), stream).await;
        stream.map_err(|error| of_handshake(&error))
    }
}

/// The cipher suites that may be used.
fn provider(suite: Option<u16>) -> Result<CryptoProvider, TlsFailure> {
    let mut provider = ring::default_provider();
    if let Some(number) = suite {
        provider.cipher_suites.retain(|suite| u16::from(suite.suite()) == number);
        if provider.cipher_suites.is_empty() {
            return Err(TlsFailure::CipherSuiteUnavailable(number));
        }
    }
    Ok(provider)
}

/// The versions that may be used. rustls has none of those that are out of use.
fn versions(request: &TlsRequest) -> Result<Vec<&'static SupportedProtocolVersion>, TlsFailure> {
    match request.version {
        Some(TlsVersion::Tls12) => Ok(vec![&TLS12]),
        Some(TlsVersion::Tls13) => Ok(vec![&TLS13]),
        Some(version) if request.faithful => Err(TlsFailure::VersionUnavailable(version)),
        Some(_) | None => Ok(vec![&TLS13, &TLS12]),
    }
}

/// All certificates in a PEM file.
fn certificates(file: TlsFile, pem: &Bytes) -> Result<Vec<CertificateDer<'static>>, TlsFailure> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    certificates.ok().filter(|found| !found.is_empty()).ok_or(TlsFailure::NotPem(file))
}

/// The first key in a PEM file: PKCS #1, PKCS #8 or SEC 1.
fn private_key(pem: &Bytes) -> Result<PrivateKeyDer<'static>, TlsFailure> {
    // Both of the ways in which PEM says so: RFC 5958 and RFC 1421.
    if pem.windows(9).any(|word| word == b"ENCRYPTED") {
        return Err(TlsFailure::KeyEncrypted);
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| TlsFailure::NotPem(TlsFile::ClientKey))
}
