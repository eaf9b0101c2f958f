//! A certificate for the servers at the loopback addresses, and the authority that issued it.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// All in PEM.
pub struct Certificate {
    /// The authority's certificate.
    pub authority: String,
    /// The server's key and certificate: every server takes both from one file.
    pub server: String,
}

impl Certificate {
    pub fn new() -> Certificate {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, key()).expect("a certificate");
        let key = key();
        let names = ["127.0.0.1".to_owned(), "::1".to_owned()];
        let params = CertificateParams::new(names).expect("names");
        let server = params.signed_by(&key, &issuer).expect("a certificate");
        Certificate { authority: issuer.pem(), server: key.serialize_pem() + &server.pem() }
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}
