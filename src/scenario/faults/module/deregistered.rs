//! `deregistered`

use super::super::{Deed, FaultKind, Layer, Needs, lasting};
use crate::modem::intercept::Effect;
use crate::scenario::form::record;
use crate::scenario::modem::RegistrationState;
use crate::scenario::values::Period;

record! {
    /// The network serves the module no longer; active contexts are lost:
    /// `do: {deregistered: {status: searching, for: 20s}}`.
    pub struct Deregistered {
        /// What `AT+CREG?` says meanwhile; `searching` unless told.
        status: RegistrationState = RegistrationState::Searching,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

impl FaultKind for Deregistered {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Anything
    }

    fn deed(&self) -> Deed {
        Deed::Effect(Effect::Registration(self.status.into(), lasting(self.lasting)))
    }
}
