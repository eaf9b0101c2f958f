//! Handshakes as an old module makes them, by the system's OpenSSL (3.0 or later): exactly the
//! version and the cipher suite asked for, as far as that library still has them.

use std::net::IpAddr;
use std::pin::Pin;

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{
    self, Ssl, SslContext, SslContextBuilder, SslMethod, SslMode, SslOptions, SslRef,
    SslVerifyMode, SslVersion,
};
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509VerifyResult};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use crate::link::wire::Wire;
use crate::modem::link::{Credentials, TlsFailure, TlsFile, TlsRequest, TlsSession, TlsVersion};

/// What each handshake needs.
pub(super) struct Legacy {
    context: SslContext,
    host: String,
    sni: bool,
    version: Option<TlsVersion>,
}

impl Legacy {
    pub(super) fn new(
        request: &TlsRequest,
        credentials: &Credentials,
        host: &str,
    ) -> Result<Self, TlsFailure> {
        let mut context = SslContext::builder(SslMethod::tls_client()).map_err(other)?;
        // Otherwise TLS 1.0 and 1.1 are there but refused.
        context.set_security_level(0);
        context.set_mode(SslMode::ENABLE_PARTIAL_WRITE | SslMode::ACCEPT_MOVING_WRITE_BUFFER);
        // The end without close_notify is what FTP's replies make of it.
        context.set_options(SslOptions::IGNORE_UNEXPECTED_EOF);
        set_version(&mut context, request.version)?;
        if let Some(number) = request.cipher_suite {
            set_cipher_suite(&mut context, number)?;
        }
        match credentials {
            Credentials::Unchecked => context.set_verify(SslVerifyMode::NONE),
            Credentials::Server { ca } => trust(&mut context, ca, request.valid_at)?,
            Credentials::Mutual { ca, certificate, key } => {
                trust(&mut context, ca, request.valid_at)?;
                show(&mut context, certificate, key)?;
            }
        }
        Ok(Self {
            context: context.build(),
            host: host.to_owned(),
            sni: request.sni,
            version: request.version,
        })
    }

    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
    ) -> Result<(Wire, TlsSession), TlsFailure> {
        let mut ssl = Ssl::new(&self.context).map_err(other)?;
        let named = match self.host.parse::<IpAddr>() {
            Ok(address) => ssl.param_mut().set_ip(address),
            Err(_) => ssl.param_mut().set_host(&self.host),
        };
        named.map_err(other)?;
        if self.sni && self.host.parse::<IpAddr>().is_err() {
            ssl.set_hostname(&self.host).map_err(other)?;
        }
        let mut stream = SslStream::new(ssl, stream).map_err(other)?;
        match Pin::new(&mut stream).connect().await {
            Ok(()) => {
                let session = agreed(stream.ssl());
                Ok((Wire::Legacy(Box::new(stream)), session))
            }
            Err(error) => Err(self.failure(stream.ssl(), &error)),
        }
    }

    fn failure(&self, ssl: &SslRef, error: &ssl::Error) -> TlsFailure {
        let verdict = ssl.verify_result();
        if verdict != X509VerifyResult::OK {
            return of_verdict(verdict, &self.host);
        }
        if let Some(refused) = of_alert(error) {
            return refused;
        }
        match (reason(error), self.version) {
            (None, _) => TlsFailure::Closed,
            (Some("no protocols available"), Some(version)) => {
                TlsFailure::VersionUnavailable(version)
            }
            // What plain text looks like.
            (Some("wrong version number"), _) => TlsFailure::NotTls,
            (Some(reason), _) => TlsFailure::Handshake(reason.to_owned()),
        }
    }
}

/// What the server says in an alert, if that is the error.
pub(super) fn of_alert(error: &ssl::Error) -> Option<TlsFailure> {
    let reason = reason(error).filter(|reason| reason.contains("alert"))?;
    Some(TlsFailure::Refused(reason.to_owned()))
}

fn reason(error: &ssl::Error) -> Option<&'static str> {
    error.ssl_error()?.errors().last()?.reason()
}

fn set_version(
    context: &mut SslContextBuilder,
    version: Option<TlsVersion>,
) -> Result<(), TlsFailure> {
    let Some(version) = version else {
        // Whatever there is, from the oldest on.
        return context.set_min_proto_version(None).map_err(other);
    };
    let exactly = Some(match version {
        TlsVersion::Ssl30 => SslVersion::SSL3,
        TlsVersion::Tls10 => SslVersion::TLS1,
        TlsVersion::Tls11 => SslVersion::TLS1_1,
        TlsVersion::Tls12 => SslVersion::TLS1_2,
        TlsVersion::Tls13 => SslVersion::TLS1_3,
    });
    context
        .set_min_proto_version(exactly)
        .and_then(|()| context.set_max_proto_version(exactly))
        .map_err(|_| TlsFailure::VersionUnavailable(version))
}

fn set_cipher_suite(context: &mut SslContextBuilder, number: u16) -> Result<(), TlsFailure> {
    let unavailable = |_| TlsFailure::CipherSuiteUnavailable(number);
    // Only a connection can tell the name of a number.
    let any = SslContext::builder(SslMethod::tls_client()).map_err(other)?.build();
    let any = Ssl::new(&any).map_err(other)?;
    let found = any.bytes_to_cipher_list(&number.to_be_bytes(), false).map_err(unavailable)?;
    let suite = found.suites.iter().next();
    let suite = suite.ok_or(TlsFailure::CipherSuiteUnavailable(number))?;
    if suite.version() == "TLSv1.3" {
        context.set_min_proto_version(Some(SslVersion::TLS1_3)).map_err(unavailable)?;
        context.set_ciphersuites(suite.name()).map_err(unavailable)
    } else {
        context.set_ciphersuites("").map_err(unavailable)?;
        context.set_cipher_list(suite.name()).map_err(unavailable)
    }
}

fn trust(
    context: &mut SslContextBuilder,
    ca: &[u8],
    valid_at: Option<u64>,
) -> Result<(), TlsFailure> {
    context.set_verify(SslVerifyMode::PEER);
    for authority in certificates(TlsFile::CaCert, ca)? {
        context.cert_store_mut().add_cert(authority).map_err(other)?;
    }
    let params = context.verify_param_mut();
    match valid_at {
        Some(seconds) => params.set_time(seconds.try_into().unwrap_or(i64::MAX)),
        None => params.set_flags(X509VerifyFlags::NO_CHECK_TIME).map_err(other)?,
    }
    // A server's own certificate may be named as its authority.
    params.set_flags(X509VerifyFlags::PARTIAL_CHAIN).map_err(other)
}

fn show(context: &mut SslContextBuilder, chain: &[u8], key: &[u8]) -> Result<(), TlsFailure> {
    let mut chain = certificates(TlsFile::ClientCert, chain)?.into_iter();
    let own = chain.next().ok_or(TlsFailure::NotPem(TlsFile::ClientCert))?;
    context.set_certificate(&own).map_err(other)?;
    for issuer in chain {
        context.add_extra_chain_cert(issuer).map_err(other)?;
    }
    let mut encrypted = false;
    let key = PKey::private_key_from_pem_callback(key, |_| {
        encrypted = true;
        Ok(0)
    });
    let key = key.map_err(|_| match encrypted {
        true => TlsFailure::KeyEncrypted,
        false => TlsFailure::NotPem(TlsFile::ClientKey),
    })?;
    context.set_private_key(&key).map_err(|_| TlsFailure::KeyMismatch)?;
    context.check_private_key().map_err(|_| TlsFailure::KeyMismatch)
}

fn certificates(file: TlsFile, pem: &[u8]) -> Result<Vec<X509>, TlsFailure> {
    let found = X509::stack_from_pem(pem).ok().filter(|found| !found.is_empty());
    found.ok_or(TlsFailure::NotPem(file))
}

fn agreed(ssl: &SslRef) -> TlsSession {
    let version = match ssl.version2() {
        Some(SslVersion::SSL3) => TlsVersion::Ssl30,
        Some(SslVersion::TLS1) => TlsVersion::Tls10,
        Some(SslVersion::TLS1_1) => TlsVersion::Tls11,
        Some(SslVersion::TLS1_2) => TlsVersion::Tls12,
        _ => TlsVersion::Tls13,
    };
    let suite = ssl.current_cipher().map_or([0; 2], |suite| suite.protocol_id());
    TlsSession {
        version,
        cipher_suite: u16::from_be_bytes(suite),
        instead_of: None,
        suite_instead_of: None,
    }
}

/// The numbers are OpenSSL's (`X509_V_ERR_…`, x509_vfy.h).
fn of_verdict(verdict: X509VerifyResult, host: &str) -> TlsFailure {
    match verdict.as_raw() {
        7 => TlsFailure::BadSignature,
        9 => TlsFailure::NotYetValid,
        10 => TlsFailure::Expired,
        18 => TlsFailure::SelfSigned,
        2 | 19 | 20 | 21 => TlsFailure::UnknownIssuer,
        62 | 64 => TlsFailure::WrongName(host.to_owned()),
        _ => TlsFailure::BadCertificate(verdict.error_string().to_owned()),
    }
}

fn other(error: ErrorStack) -> TlsFailure {
    TlsFailure::Handshake(error.to_string())
}
