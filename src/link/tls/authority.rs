//! The certificate authority of the embedded server.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::ClientHello;
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{CipherSuite, SignatureScheme, SupportedCipherSuite};

use crate::scenario::Certificate;

/// The names that the server always has.
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// By no means a name of the server.
const OTHER_NAME: &str = "another-server.invalid";
/// So many of the names by which it was called last are in its certificate, too.
const MOST_NAMES: usize = 32;

/// The server's RSA key, for clients that insist on RSA: 2048 bits take too long to be found at each
/// start. It protects nothing, since the server is there to be tested against.
///
/// For speed it is checked only when the first such client comes: that is a third of the
/// instructions of a start.
static RSA: LazyLock<Option<ServerKey>> = LazyLock::new(|| {
    let der = include_bytes!("server_rsa_key.der").as_slice();
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&der.into(), &rcgen::PKCS_RSA_SHA256);
    ServerKey::new(pair.ok()?).ok()
});

/// An authority with a key of its own (ECDSA, P-256), which lives as long as the program.
///
/// It issues a certificate for each connection to the server, for every name by which the server
/// was called lately and for the one that the client sends (SNI). So a host that trusts the
/// authority may call the server whatever it likes, with SNI or without.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    ecdsa: ServerKey,
    serial: AtomicU64,
    names: Mutex<VecDeque<String>>,
}

/// A key of the server.
#[derive(Debug)]
struct ServerKey {
    public: KeyPair,
    secret: Arc<dyn SigningKey>,
}

impl ServerKey {
    fn new(pair: KeyPair) -> Result<Self, rcgen::Error> {
        let der = PrivatePkcs8KeyDer::from(pair.serialize_der());
        let secret = ring::sign::any_supported_type(&der.into())
            .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        Ok(Self { public: pair, secret })
    }
}

impl Authority {
    /// A new authority, with a new key for the server.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub fn new() -> Result<Arc<Self>, rcgen::Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "qftpsim authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(Arc::new(Self {
            issuer: CertifiedIssuer::self_signed(params, KeyPair::generate()?)?,
            ecdsa: ServerKey::new(KeyPair::generate()?)?,
            serial: AtomicU64::new(1),
            names: Mutex::default(),
        }))
    }

    /// The authority's certificate, as hosts upload it and name it as `"cacert"`.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The server is called by `name`, host name or address, from now on.
    pub(in crate::link) fn call(&self, name: &str) {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let mut names = self.names.lock().expect("no panic while the names are locked");
        names.retain(|other| *other != name);
        names.push_front(name);
        names.truncate(MOST_NAMES);
    }

    /// A certificate of this kind, which fits all names of the server and the one that the client
    /// sends, as far as it is to fit.
    pub(super) fn issue(
        &self,
        certificate: Certificate,
        hello: &ClientHello<'_>,
    ) -> Result<CertifiedKey, rcgen::Error> {
        let key = match takes_ecdsa(hello.cipher_suites()) {
            true => &self.ecdsa,
            false => RSA.as_ref().ok_or(rcgen::Error::CouldNotParseKeyPair)?,
        };
        let names = match certificate {
            Certificate::WrongName => vec![OTHER_NAME.to_owned()],
            _ => self.names(hello.server_name()),
        };
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "qftpsim server");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.serial_number = Some(self.serial.fetch_add(1, Ordering::Relaxed).into());
        match certificate {
            Certificate::Expired => {
                params.not_before = date_time_ymd(2000, 1, 1);
                params.not_after = date_time_ymd(2001, 1, 1);
            }
            Certificate::NotYetValid => params.not_before = date_time_ymd(2099, 1, 1),
            Certificate::Valid | Certificate::WrongName | Certificate::SelfSigned => {}
        }
        let issued = match certificate {
            Certificate::SelfSigned => params.self_signed(&key.public)?,
            _ => params.signed_by(&key.public, &self.issuer)?,
        };
        Ok(CertifiedKey::new(vec![issued.der().clone()], key.secret.clone()))
    }

    /// All names of the server, and `also`.
    fn names(&self, also: Option<&str>) -> Vec<String> {
        let called = self.names.lock().expect("no panic while the names are locked").clone();
        let names = OWN_NAMES.into_iter().map(str::to_owned);
        names.chain(called).chain(also.map(str::to_owned)).collect()
    }
}

/// Whether one of the suites works with an ECDSA key; those of TLS 1.3 work with any.
fn takes_ecdsa(offered: &[CipherSuite]) -> bool {
    ring::DEFAULT_CIPHER_SUITES.iter().filter(|suite| offered.contains(&suite.suite())).any(
        |suite| match suite {
            SupportedCipherSuite::Tls13(_) => true,
            SupportedCipherSuite::Tls12(suite) => {
                suite.sign.contains(&SignatureScheme::ECDSA_NISTP256_SHA256)
            }
        },
    )
}
