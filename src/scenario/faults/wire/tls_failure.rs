//! `tls_failure`

use super::super::{FaultKind, Layer, Needs};
use crate::scenario::form::{record, words};

record! {
    /// The TLS handshake fails: `do: {tls_failure: closed}`.
    pub struct TlsFailure short "how" {
        /// How; `alert` unless told.
        how: Failure = Failure::Alert,
    }
}

impl FaultKind for TlsFailure {
    fn layer(&self) -> Layer {
        Layer::Wire
    }

    fn needs(&self) -> Needs {
        Needs::Handshake
    }
}

words! {
    /// How a handshake fails.
    pub enum Failure {
        /// The server ends it with an alert.
        Alert = "alert",
        /// The server closes the connection.
        Closed = "closed",
        /// The server sends something that is not TLS.
        Garbage = "garbage",
    }
}
