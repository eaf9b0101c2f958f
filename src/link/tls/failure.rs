//! What a failed handshake means.

use std::io;

use rustls::CertificateError as Certificate;
use rustls::pki_types::ServerName;

use crate::modem::link::TlsFailure;

/// The TLS failure that an I/O error stands for; `None` if it is the connection's own.
pub(in crate::link) fn tls_failure(error: &io::Error) -> Option<TlsFailure> {
    let cause = error.get_ref()?;
    #[cfg(feature = "legacy-tls")]
    if let Some(cause) = cause.downcast_ref() {
        return super::legacy::of_alert(cause);
    }
    cause.downcast_ref().map(of_error)
}

/// What went wrong in a handshake.
pub(super) fn of_handshake(error: &io::Error) -> TlsFailure {
    tls_failure(error).unwrap_or(TlsFailure::Closed)
}

/// What an error of rustls means.
pub(super) fn of_error(error: &rustls::Error) -> TlsFailure {
    match error {
        rustls::Error::InvalidCertificate(error) => of_certificate(error),
        rustls::Error::AlertReceived(alert) => TlsFailure::Refused(format!("{alert:?}")),
        rustls::Error::InvalidMessage(_) => TlsFailure::NotTls,
        rustls::Error::InconsistentKeys(_) => TlsFailure::KeyMismatch,
        error => TlsFailure::Handshake(error.to_string()),
    }
}

fn of_certificate(error: &Certificate) -> TlsFailure {
    match error {
        Certificate::Expired | Certificate::ExpiredContext { .. } => TlsFailure::Expired,
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            TlsFailure::NotYetValid
        }
        Certificate::NotValidForNameContext { expected, .. } => {
            TlsFailure::WrongName(text(expected))
        }
        Certificate::UnknownIssuer => TlsFailure::UnknownIssuer,
        Certificate::BadSignature => TlsFailure::BadSignature,
        Certificate::Other(error) => match error.0.downcast_ref::<TlsFailure>() {
            Some(failure) => failure.clone(),
            None => TlsFailure::BadCertificate(error.to_string()),
        },
        error => TlsFailure::BadCertificate(error.to_string()),
    }
}

fn text(name: &ServerName<'_>) -> String {
    name.to_str().into_owned()
}
