//! Handshakes with the versions in use, TLS 1.2 and 1.3, by rustls.

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

use super::failure::{of_error, of_handshake};
use super::verify::{AcceptAnything, Trusting};
use crate::link::wire::Wire;
use crate::modem::link::{Credentials, TlsFailure, TlsFile, TlsRequest, TlsSession, TlsVersion};

/// What later handshakes need, the session of the first included: they resume it.
pub(super) struct Current {
    connector: TlsConnector,
    name: ServerName<'static>,
    asked: Option<TlsVersion>,
    /// The cipher suite that was asked for and is not to be had.
    missing_suite: Option<u16>,
}

impl Current {
    pub(super) fn new(
        request: &TlsRequest,
        credentials: &Credentials,
        host: &str,
    ) -> Result<Self, TlsFailure> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| TlsFailure::WrongName(host.to_owned()))?;
        let (provider, missing_suite) = provider(request)?;
        let provider = Arc::new(provider);
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
        Ok(Self { connector: Arc::new(config).into(), name, asked: request.version, missing_suite })
    }

    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
    ) -> Result<(Wire, TlsSession), TlsFailure> {
        let stream = self.connector.connect(self.name.clone(), stream).await;
        let stream = stream.map_err(|error| of_handshake(&error))?;
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
            suite_instead_of: self.missing_suite,
        };
        Ok((Wire::Tls(Box::new(stream)), session))
    }
}

/// The cipher suites that may be used, and the one that was asked for if rustls lacks it: it has
/// none with RSA key exchange or CBC, such as the 0X0035 that field code likes to set. As with
/// versions, all others take its place unless the request is to be obeyed faithfully.
fn provider(request: &TlsRequest) -> Result<(CryptoProvider, Option<u16>), TlsFailure> {
    let mut provider = ring::default_provider();
    let Some(number) = request.cipher_suite else { return Ok((provider, None)) };
    let known = |suite: &rustls::SupportedCipherSuite| u16::from(suite.suite()) == number;
    if provider.cipher_suites.iter().any(known) {
        provider.cipher_suites.retain(known);
        Ok((provider, None))
    } else if request.faithful {
        Err(TlsFailure::CipherSuiteUnavailable(number))
    } else {
        Ok((provider, Some(number)))
    }
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
