//! `tls_failure`

use super::super::{Deed, FaultKind, Layer, Needs, WireDeed};
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

    fn deed(&self) -> Deed {
        Deed::Wire(WireDeed::TlsFails(self.how))
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
