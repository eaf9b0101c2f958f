//! Certificates, good and bad, and servers that show them.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use crate::link::embedded::ServerTls;
use crate::link::tests::HOST;

/// An authority.
pub(super) struct Ca(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(super) struct Identity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) certificate_pem: String,
    pub(super) key: KeyPair,
}

/// A certificate for [`HOST`], valid from 2020 to 2039.
pub(super) fn good() -> CertificateParams {
    of_name(HOST)
}

pub(super) fn of_name(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}

impl Ca {
    pub(super) fn new(name: &str) -> Self {
        Self::with(name, of_name(name))
    }

    pub(super) fn with(name: &str, params: CertificateParams) -> Self {
        Self::of(name, params, KeyPair::generate().unwrap())
    }

    pub(super) fn with_key(name: &str, key: KeyPair) -> Self {
        Self::of(name, of_name(name), key)
    }

    fn of(name: &str, mut params: CertificateParams, key: KeyPair) -> Self {
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// An authority below this one.
    pub(super) fn below(&self, name: &str) -> Self {
        let mut params = of_name(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::signed_by(params, key, &self.0).unwrap())
    }

    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub(super) fn issue(&self, params: CertificateParams) -> Identity {
        self.issue_for(params, KeyPair::generate().unwrap())
    }

    pub(super) fn issue_for(&self, params: CertificateParams, key: KeyPair) -> Identity {
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity { certificate: certificate.der().clone(), certificate_pem: certificate.pem(), key }
    }
}

impl Identity {
    pub(super) fn self_signed(params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate: certificate.der().clone(), certificate_pem: certificate.pem(), key }
    }

    /// A server that shows this certificate, and asks for none.
    pub(super) fn serve(&self) -> ServerTls {
        self.serve_chain(&[])
    }

    /// The same, with the certificates of the authorities in between.
    pub(super) fn serve_chain(&self, between: &[CertificateDer<'static>]) -> ServerTls {
        let builder = ServerConfig::builder_with_provider(ring::default_provider().into());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        self.finish(builder.with_no_client_auth(), between)
    }

    /// A server that shows this certificate, and insists on one that `authority` has issued.
    pub(super) fn serve_clients_of(&self, authority: &Ca) -> ServerTls {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ClientCertVerifier> =
            WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
                .build()
                .unwrap();
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        self.finish(builder.with_client_cert_verifier(verifier), &[])
    }

    fn finish(
        &self,
        builder: rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>,
        between: &[CertificateDer<'static>],
    ) -> ServerTls {
        let mut chain = vec![self.certificate.clone()];
        chain.extend_from_slice(between);
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        served(builder.with_single_cert(chain, key).unwrap())
    }
}

/// Explicit and implicit FTPS with `config`.
pub(super) fn served(config: ServerConfig) -> ServerTls {
    ServerTls { config: Arc::new(config), implicit: Some(SocketAddr::from(([127, 0, 0, 1], 0))) }
}
