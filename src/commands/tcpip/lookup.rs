//! What the commands that look into the network share: a context, and how they fail.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::Refusal;
use crate::modem::network::TcpIpError;

/// `<contextID>`, the first parameter of all of them.
pub(super) const CONTEXT: Param = Param::number("<contextID>", &[(1, 16)]);

/// Plain `ERROR` unless context `id` is active.
pub(super) fn need_active(modem: &mut Modem, id: u8) -> Result<(), Refusal> {
    let active = modem.network.contexts.is_active(id);
    let result = if active { Ok(()) } else { Err(TcpIpError::OPEN_PDP_FAILED) };
    modem.tcpip_result(result).map(drop)
}

/// Activates context `id` if need be, as a module did for a ping (capture
/// `ec2x-linux-fc20-gateway`).
pub(super) fn activate(modem: &mut Modem, id: u8) -> Result<(), Refusal> {
    if modem.network.contexts.is_active(id) {
        return Ok(());
    }
    modem.activate_tcpip_now(id).map(drop)
}
