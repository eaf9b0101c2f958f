//! The check of the server's certificate that `"seclevel"` and `"ignorelocaltime"` ask for.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;

use crate::modem::link::{TlsFailure, TlsFile};

/// `"seclevel"`,0: whatever the server shows is fine, and whether it has the key to it, too.
#[derive(Debug)]
pub(super) struct AcceptAnything(pub(super) Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAnything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// `"seclevel"`,1 and 2: the chain must lead to a certificate in `"cacert"`, and the host name
/// must be among its names.
#[derive(Debug)]
pub(super) struct Trusting {
    /// The certificates in `"cacert"`.
    trusted: Vec<CertificateDer<'static>>,
    chains: Arc<WebPkiServerVerifier>,
    /// When certificates must be valid, in seconds since 1970; `None`: dates are not checked.
    valid_at: Option<u64>,
}

impl Trusting {
    pub(super) fn new(
        provider: Arc<CryptoProvider>,
        trusted: Vec<CertificateDer<'static>>,
        valid_at: Option<u64>,
    ) -> Result<Self, TlsFailure> {
        let unusable = TlsFailure::NotPem(TlsFile::CaCert);
        let mut roots = RootCertStore::empty();
        let mut out_of_date = None;
        for certificate in &trusted {
            match check_dates(certificate, valid_at) {
                Ok(()) => roots.add(certificate.clone()).map_err(|_| unusable.clone())?,
                Err(failure) => out_of_date = Some(failure),
            }
        }
        if let Some(failure) = out_of_date.filter(|_| roots.is_empty()) {
            return Err(failure);
        }
        let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let chains = chains.build().map_err(|_| unusable)?;
        Ok(Self { trusted, chains, valid_at })
    }

    /// Follows the chain at a moment at which all of it is valid, as far as there is one: first
    /// at the beginning of time, then each time at the first date that was too early for.
    fn verify_undated(
        &self,
        mut verify: impl FnMut(UnixTime) -> Result<ServerCertVerified, rustls::Error>,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut at = UnixTime::since_unix_epoch(Duration::ZERO);
        loop {
            match verify(at) {
                Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
                    not_before,
                    ..
                })) if not_before > at => at = not_before,
                verified => return verified,
            }
        }
    }
}

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.trusted.contains(certificate) {
            // A server's own certificate, named as its authority.
            check_dates(certificate, self.valid_at).map_err(refuse)?;
            verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        let verify =
            |at| self.chains.verify_server_cert(certificate, intermediates, name, ocsp, at);
        let verified = match self.valid_at {
            Some(seconds) => verify(UnixTime::since_unix_epoch(Duration::from_secs(seconds))),
            None => self.verify_undated(verify),
        };
        match verified {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_),
            )) if is_self_signed(certificate) => Err(refuse(TlsFailure::SelfSigned)),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

fn refuse(failure: TlsFailure) -> rustls::Error {
    CertificateError::Other(OtherError(Arc::new(failure))).into()
}

fn parse<'a>(certificate: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    parse_x509_certificate(certificate).ok().map(|(_, parsed)| parsed)
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    parse(certificate).is_some_and(|parsed| parsed.subject() == parsed.issuer())
}

/// rustls does not look at the dates of the certificates that it is told to trust. What is no
/// certificate at all it refuses by itself.
fn check_dates(certificate: &CertificateDer<'_>, at: Option<u64>) -> Result<(), TlsFailure> {
    let Some(seconds) = at.and_then(|at| i64::try_from(at).ok()) else { return Ok(()) };
    let Some(parsed) = parse(certificate) else { return Ok(()) };
    if seconds < parsed.validity().not_before.timestamp() {
        Err(TlsFailure::NotYetValid)
    } else if seconds > parsed.validity().not_after.timestamp() {
        Err(TlsFailure::Expired)
    } else {
        Ok(())
    }
}
