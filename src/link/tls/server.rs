//! The embedded server's side of a handshake: in order, or wrong in the way that a scenario says.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{DigitallySignedStruct, DistinguishedName, SignatureScheme, SupportedProtocolVersion};

use super::Authority;
use crate::scenario::{Certificate, TlsPlan, TlsVersion};

impl Authority {
    /// For a server with certificates of this authority that does as `plan` says.
    pub fn server_config(self: &Arc<Self>, plan: &TlsPlan) -> Arc<ServerConfig> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&versions(plan))
            .expect("ring has cipher suites for both versions");
        let builder = if plan.client_certificate {
            builder.with_client_cert_verifier(Arc::new(AnyClient(provider)))
        } else {
            builder.with_no_client_auth()
        };
        let resolver = Resolver { authority: self.clone(), certificate: plan.certificate };
        let mut config = builder.with_cert_resolver(Arc::new(resolver));
        // Many clients (curl 7.88 is one) close the data connection of an upload without having
        // read the tickets. That resets it, and the end of the file is lost.
        config.send_tls13_tickets = 0;
        Arc::new(config)
    }
}

fn versions(plan: &TlsPlan) -> Vec<&'static SupportedProtocolVersion> {
    [(TlsVersion::V1_2, &TLS12), (TlsVersion::V1_3, &TLS13)]
        .into_iter()
        .filter(|(version, _)| (plan.min_version..=plan.max_version).contains(version))
        .map(|(_, version)| version)
        .collect()
}

/// Shows each client a certificate of this kind.
#[derive(Debug)]
struct Resolver {
    authority: Arc<Authority>,
    certificate: Certificate,
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Without a certificate the handshake fails, as it should.
        self.authority.issue(self.certificate, &hello).ok().map(Arc::new)
    }
}

/// A client must show a certificate and have the key to it. Who has issued it does not matter: a
/// driver under test brings its own.
#[derive(Debug)]
struct AnyClient(Arc<CryptoProvider>);

impl ClientCertVerifier for AnyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
