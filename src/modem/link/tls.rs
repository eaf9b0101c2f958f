//! What `AT+QSSLCFG` asks of a TLS handshake, and what came of it.

use std::fmt;

use bytes::Bytes;

use crate::store::FileError;

/// When TLS starts on the control connection (`"ssltype"`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsStart {
    /// 1: from the first byte.
    Implicit,
    /// 2: after AUTH TLS (RFC 4217).
    Explicit,
}

/// Everything a handshake needs, as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsRequest {
    /// Implicit or explicit FTPS.
    pub start: TlsStart,
    /// `"seclevel"`, with the files it needs; or what is wrong with these.
    pub credentials: Result<Credentials, TlsFailure>,
    /// `"sni"`: the name of the server is sent.
    pub sni: bool,
    /// `"ignorelocaltime"`,0: the moment at which certificates must be valid, in seconds since
    /// 1970-01-01 UTC. `None`: dates are not checked.
    pub valid_at: Option<u64>,
    /// `"sslversion"`: exactly this one, as far as the link can; `None` is all of them.
    pub version: Option<TlsVersion>,
    /// `"ciphersuite"`: the only one offered, by its IANA number; `None` is all of them.
    pub cipher_suite: Option<u16>,
    /// Knob `tls_faithful`: a version that is out of use is used, or else the handshake fails;
    /// without it a later version takes its place.
    pub faithful: bool,
}

/// `"seclevel"`: who has to show a certificate. All contents are PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// 0: nobody; the server's is not looked at.
    Unchecked,
    /// 1: the server.
    Server {
        /// `"cacert"`: certificates of trusted authorities.
        ca: Bytes,
    },
    /// 2: both.
    Mutual {
        /// `"cacert"`: certificates of trusted authorities.
        ca: Bytes,
        /// `"clientcert"`: our certificate, then those of its issuers.
        certificate: Bytes,
        /// `"clientkey"`: its private key.
        key: Bytes,
    },
}

/// A version of SSL or TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// SSL 3.0 (RFC 6101).
    Ssl30,
    /// TLS 1.0 (RFC 2246).
    Tls10,
    /// TLS 1.1 (RFC 4346).
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl TlsVersion {
    /// What `"sslversion"` means: 0 to 3; `None` is all of them (4, 5).
    pub fn of_setting(sslversion: u8) -> Option<TlsVersion> {
        match sslversion {
            0 => Some(TlsVersion::Ssl30),
            1 => Some(TlsVersion::Tls10),
            2 => Some(TlsVersion::Tls11),
            3 => Some(TlsVersion::Tls12),
            _ => None,
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TlsVersion::Ssl30 => "SSL 3.0",
            TlsVersion::Tls10 => "TLS 1.0",
            TlsVersion::Tls11 => "TLS 1.1",
            TlsVersion::Tls12 => "TLS 1.2",
            TlsVersion::Tls13 => "TLS 1.3",
        })
    }
}

/// What a handshake agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsSession {
    /// The version in use.
    pub version: TlsVersion,
    /// The cipher suite in use, by its IANA number.
    pub cipher_suite: u16,
    /// The version that was asked for, if another took its place: a real module would have used
    /// that one, or failed.
    pub instead_of: Option<TlsVersion>,
    /// The same for the cipher suite.
    pub suite_instead_of: Option<u16>,
}

/// A file that `AT+QSSLCFG` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFile {
    /// `"cacert"`.
    CaCert,
    /// `"clientcert"`.
    ClientCert,
    /// `"clientkey"`.
    ClientKey,
}

impl fmt::Display for TlsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TlsFile::CaCert => "cacert",
            TlsFile::ClientCert => "clientcert",
            TlsFile::ClientKey => "clientkey",
        })
    }
}

/// Why there is no TLS session. To a host it is all the same: `<err>` 631.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFailure {
    /// The security level needs the file, and none is named.
    #[error("the security level needs a {0}, and none is set")]
    FileNotSet(TlsFile),
    /// The file can't be read.
    #[error("{file} `{name}`: {error}")]
    FileNotRead {
        /// Which setting names it.
        file: TlsFile,
        /// Its name as set.
        name: String,
        /// What the store says.
        error: FileError,
    },
    /// What should be in the file isn't there, or is damaged.
    #[error("there is no usable PEM section in the file of {0}")]
    NotPem(TlsFile),
    /// The key is protected by a password, which is not supported.
    #[error("the clientkey is encrypted: give it without a password")]
    KeyEncrypted,
    /// The key belongs to another certificate.
    #[error("the clientkey does not belong to the clientcert")]
    KeyMismatch,
    /// The link can't speak this version.
    #[error("{0} is not available")]
    VersionUnavailable(TlsVersion),
    /// The link does not have this cipher suite, or not in the version asked for.
    #[error("cipher suite 0X{0:04X} is not available")]
    CipherSuiteUnavailable(u16),
    /// A certificate of the server's chain, or the CA's, is no longer valid.
    #[error("the certificate has expired")]
    Expired,
    /// A certificate of the server's chain, or the CA's, is not valid yet.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The certificate is for other names than the host name.
    #[error("the certificate is not for `{0}`")]
    WrongName(String),
    /// The certificate was issued by an authority that is not in `"cacert"`.
    #[error("the certificate's issuer is not trusted")]
    UnknownIssuer,
    /// The certificate was issued by nobody, and isn't itself in `"cacert"`.
    #[error("the certificate is self-signed and not trusted")]
    SelfSigned,
    /// A certificate of the chain was not signed by the key of its issuer.
    #[error("the certificate was not signed by its issuer")]
    BadSignature,
    /// The certificate is no good for another reason.
    #[error("the certificate is not acceptable: {0}")]
    BadCertificate(String),
    /// The server ended the handshake with this alert: `CertificateRequired`.
    #[error("the server refused: {0}")]
    Refused(String),
    /// What the server sent is not TLS.
    #[error("the server does not speak TLS")]
    NotTls,
    /// The connection ended within the handshake.
    #[error("the connection ended within the handshake")]
    Closed,
    /// Client and server have nothing in common, or one of them broke the rules.
    #[error("the handshake failed: {0}")]
    Handshake(String),
}
