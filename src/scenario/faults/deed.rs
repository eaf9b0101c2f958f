//! What the kinds of faults do, in the words of the places where they do it.

use std::net::Ipv4Addr;
use std::time::Duration;

use crate::at::error::FtpErr;
use crate::modem::intercept::{CommandVerdict, Effect, Outlook};
use crate::scenario::link::Baud;
use crate::scenario::values::{Period, Rate, ReplyCode};

use super::Failure;

/// What a fault does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Something becomes of a command.
    Command(CommandVerdict),
    /// An FTP command ends with this `<err>` and reply.
    Outcome(FtpErr, u16),
    /// Something becomes of the line with an outcome.
    Outlook(Outlook),
    /// Something happens to the module.
    Effect(Effect),
    /// Something becomes of what client and server say to each other.
    Wire(WireDeed),
    /// From now on the network is like this; for so long, or for good.
    Condition(Condition, Option<Duration>),
    /// Something becomes of the serial line.
    Line(LineDeed),
}

/// What becomes of what client and server say to each other.
#[derive(Clone, Debug, PartialEq)]
pub enum WireDeed {
    /// The name is not resolved.
    Unresolvable,
    /// There is no route to the server.
    Unreachable,
    /// The server refuses the connection.
    Refused,
    /// The server answers a verb so, or ends a transfer so.
    Reply(Said),
    /// The server's last word on a transfer.
    FinalReply(Said),
    /// The control connection ends.
    ControlEnds(ControlEnd),
    /// Where the server says that it listens for data.
    PassiveAddress(Ipv4Addr),
    /// The data connection is refused.
    DataRefused,
    /// Nobody answers where the data connection should be.
    DataSilent,
    /// The data connection ends.
    DataEnds(DataEnd),
    /// It carries nothing for so long, or for good.
    DataStalls(Option<Duration>),
    /// The rest of the data is swallowed.
    DataSwallowed,
    /// So many bytes are inverted.
    DataInverted(u64),
    /// The TLS handshake fails.
    TlsFails(Failure),
}

/// A reply of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its code, 100 to 999.
    pub code: u16,
    /// Its text.
    pub text: String,
}

impl Said {
    pub(super) fn new(code: ReplyCode, text: Option<&str>) -> Said {
        let text = text.unwrap_or("As the scenario says.").to_owned();
        Said { code: code.get() as u16, text }
    }
}

/// How a control connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlEnd {
    /// After 421.
    Goodbye,
    /// Without a word.
    Closed,
    /// By a reset.
    Reset,
}

/// How a data connection ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataEnd {
    /// It is closed.
    Closed,
    /// It is reset.
    Reset,
}

/// What the network is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// Every reply comes so much later.
    SlowServer(Duration),
    /// Packets take longer.
    Latency {
        /// From a packet to its answer.
        round_trip: Duration,
        /// It varies by up to so much.
        jitter: Duration,
    },
    /// Data passes no faster.
    Bandwidth {
        /// To the server.
        up: Option<Rate>,
        /// From the server.
        down: Option<Rate>,
    },
    /// Nothing passes.
    RadioLost,
}

/// What becomes of the serial line. Where it lasts, `None` means for good.
#[derive(Clone, Debug, PartialEq)]
pub enum LineDeed {
    /// Bytes pass no faster than at this rate.
    Pace(Baud, Option<Duration>),
    /// What the module writes arrives in pieces.
    Slices {
        /// Bytes in a piece.
        bytes: usize,
        /// The pause between two pieces.
        gap: Duration,
        /// For how long.
        lasts: Option<Duration>,
    },
    /// So many bytes are lost.
    Lost(u64),
    /// So many bytes come twice.
    Repeated(u64),
    /// Bits are flipped.
    Flipped {
        /// In so many bytes.
        bytes: u64,
        /// Which bits of each.
        mask: u8,
    },
    /// So many bytes that nobody sent arrive at the host.
    Garbage(u64),
    /// The module sees DTR change.
    Dtr(bool, Option<Duration>),
    /// The host sees DCD change.
    Dcd(bool, Option<Duration>),
    /// The port is gone for so long.
    PortVanishes(Duration),
}

/// A period as it was written, or none.
pub(crate) fn lasting(period: Option<Period>) -> Option<Duration> {
    period.map(|period| period.0)
}
