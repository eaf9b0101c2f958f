//! The errors that `AT+QIGETERROR` tells and that `+QPING:` and `+QIURC: "dnsgip"` carry.

use std::fmt;

/// An error of the TCP/IP commands: 0, or 550–574 (TCP/IP note, chapter 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpIpError(pub u16);

impl TcpIpError {
    /// 0, operate successfully.
    pub const OK: TcpIpError = TcpIpError(0);
    /// 561, a PDP context could not be activated.
    pub const OPEN_PDP_FAILED: TcpIpError = TcpIpError(561);
    /// 565, a name could not be resolved.
    pub const DNS_PARSE_FAILED: TcpIpError = TcpIpError(565);
    /// 569, no answer in time.
    pub const TIMEOUT: TcpIpError = TcpIpError(569);
    /// 570, the network has dropped the PDP context.
    pub const PDP_BROKEN: TcpIpError = TcpIpError(570);
    /// 572, not allowed now.
    pub const NOT_ALLOWED: TcpIpError = TcpIpError(572);
    /// 573, the context has no APN.
    pub const APN_NOT_CONFIGURED: TcpIpError = TcpIpError(573);

    /// The text that `AT+QIGETERROR` prints. Only that of 0 was recorded (capture
    /// `bg770a-gl-ar01a05-labwired`); the others are written like it.
    pub fn text(self) -> &'static str {
        match self.0 {
            0 => "operate successfully",
            551 => "operation blocked",
            552 => "invalid parameters",
            553 => "memory not enough",
            554 => "create socket failed",
            555 => "operation not supported",
            556 => "socket bind failed",
            557 => "socket listen failed",
            558 => "socket write failed",
            559 => "socket read failed",
            560 => "socket accept failed",
            561 => "open PDP context failed",
            562 => "close PDP context failed",
            563 => "socket identity has been used",
            564 => "DNS busy",
            565 => "DNS parse failed",
            566 => "socket connect failed",
            567 => "socket has been closed",
            568 => "operation busy",
            569 => "operation timeout",
            570 => "PDP context broken down",
            571 => "cancel send",
            572 => "operation not allowed",
            573 => "APN not configured",
            574 => "port busy",
            _ => "unknown error",
        }
    }
}

impl fmt::Display for TcpIpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
