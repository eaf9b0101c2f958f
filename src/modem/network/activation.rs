//! Who uses the PDP contexts: TCP/IP and FTP, packet calls, and the network that drops them.

use std::net::Ipv4Addr;
use std::time::Duration;

use crate::modem::Modem;
use crate::modem::command::{Flow, Handled, Refusal};
use crate::modem::interface::{DataMode, Execution, Interface};
use crate::modem::knobs::Outcome;
use crate::modem::timer::Timer;

use super::{Activation, CONTEXTS, Domain, MAX_ACTIVE, TcpIpError};

/// `AT+QIACT` takes at most so long (TCP/IP note).
const ACTIVATION_LIMIT: Duration = Duration::from_secs(150);

/// The address that the network gives to context `id`.
fn address_of(id: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 7, 157, id)
}

impl Modem {
    /// Errors unless another context can be activated: card, registration, attached, and fewer
    /// than three active (note §4.2).
    pub(crate) fn may_activate(&self, id: u8) -> Result<(), TcpIpError> {
        let served = self.registration(Domain::Evolved).is_registered();
        let free = self.network.contexts.get(id).activation == Activation::Inactive;
        if served && free && self.network.contexts.active() < MAX_ACTIVE {
            Ok(())
        } else {
            Err(TcpIpError::OPEN_PDP_FAILED)
        }
    }

    /// Errors unless `AT+QIACT=<id>` succeeds now; it needs an APN, too.
    pub(crate) fn may_activate_tcpip(&self, id: u8) -> Result<(), TcpIpError> {
        let context = self.network.contexts.get(id);
        if matches!(context.activation, Activation::TcpIp(_)) {
            return match self.knobs.qiact_when_active {
                Outcome::Ok => Ok(()),
                Outcome::Error => Err(TcpIpError::NOT_ALLOWED),
            };
        }
        if self.knobs.qiact_needs_apn && context.config.apn.is_empty() {
            return Err(TcpIpError::APN_NOT_CONFIGURED);
        }
        self.may_activate(id)
    }

    /// `AT+QIACT`: at once, or after the knob `qiact_time`.
    pub(crate) fn activate_tcpip(&mut self, id: u8) -> Handled {
        if self.knobs.qiact_time.is_zero() || self.may_activate_tcpip(id).is_err() {
            return self.activate_tcpip_now(id);
        }
        self.set_timer(Timer::Activation, self.knobs.qiact_time.min(ACTIVATION_LIMIT));
        self.execute(Execution::Activation(id))
    }

    /// Activates context `id` whatever time that takes on hardware.
    pub(crate) fn activate_tcpip_now(&mut self, id: u8) -> Handled {
        let result = self.may_activate_tcpip(id);
        if result.is_ok() {
            let context = self.network.contexts.get_mut(id);
            context.activation = Activation::TcpIp(address_of(id));
        }
        self.tcpip_result(result)
    }

    pub(in crate::modem) fn activation_done(&mut self) {
        let Interface::Executing(Execution::Activation(id)) = self.interface else { return };
        let handled = if self.knobs.qiact_time > ACTIVATION_LIMIT {
            self.tcpip_result(Err(TcpIpError::TIMEOUT))
        } else {
            self.activate_tcpip_now(id)
        };
        self.complete(handled);
    }

    /// Notes how a TCP/IP command went; those fail with plain `ERROR` (captures, INDEX point 26).
    pub(crate) fn tcpip_result(&mut self, result: Result<(), TcpIpError>) -> Handled {
        self.network.last_error = result.err().unwrap_or(TcpIpError::OK);
        result.map(|()| Flow::Done).map_err(|_| Refusal::Error)
    }

    /// Deactivates context `id`; what uses it is gone.
    pub(crate) fn deactivate_context(&mut self, id: u8) {
        self.network.contexts.get_mut(id).activation = Activation::Inactive;
        self.context_lost(id);
    }

    /// Deactivates every context: the module has detached.
    pub(crate) fn deactivate_all_contexts(&mut self) {
        for id in 1..=CONTEXTS {
            self.deactivate_context(id);
        }
    }

    /// The network drops context `id`, if it is active: the host is told, and must deactivate it
    /// before it activates it again (TCP/IP note 2.5.5).
    pub fn drop_context(&mut self, id: u8) {
        let context = self.network.contexts.get_mut(id);
        match context.activation {
            Activation::TcpIp(_) => {
                context.activation = Activation::Dropped;
                self.network.last_error = TcpIpError::PDP_BROKEN;
                self.urc(format!("+QIURC: \"pdpdeact\",{id}"));
            }
            Activation::Other(_) => context.activation = Activation::Inactive,
            Activation::Inactive | Activation::Dropped => return,
        }
        self.context_lost(id);
    }

    /// The network drops every active context.
    pub(crate) fn drop_all_contexts(&mut self) {
        for id in 1..=CONTEXTS {
            self.drop_context(id);
        }
    }

    fn context_lost(&mut self, id: u8) {
        self.ftp_context_lost(id);
        if self.network.call == Some(id) {
            self.lose_call();
        }
    }

    /// `ATD*99#`: data mode on context `id`.
    pub(crate) fn start_call(&mut self, id: u8) -> Handled {
        self.card()?;
        self.activate_other(id)?;
        self.network.call = Some(id);
        self.connect_line(DataMode::Call)
    }

    /// Whether there is a packet call, in data mode or suspended.
    pub(crate) fn has_call(&self) -> bool {
        self.network.call.is_some()
    }

    /// The packet call ends, if there is one; nothing is said in command mode.
    pub(crate) fn end_call(&mut self) {
        if let Some(id) = self.network.call {
            self.deactivate_context(id);
        }
    }

    fn lose_call(&mut self) {
        self.network.call = None;
        if matches!(self.interface, Interface::Data(DataMode::Call, _)) {
            self.leave_data_mode(Err(Refusal::NoCarrier));
        }
    }

    /// `AT+CGACT=1`.
    pub(crate) fn activate_other(&mut self, id: u8) -> Handled {
        self.may_activate(id).map_err(|_| Refusal::NoCarrier)?;
        self.network.contexts.get_mut(id).activation = Activation::Other(address_of(id));
        Ok(Flow::Done)
    }
}
