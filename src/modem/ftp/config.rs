//! What `AT+QFTPCFG` sets (note §2.1). Takes effect at once, is not saved.

use std::time::Duration;

use crate::modem::link::{DataAddress, DataConnection, TransferMode};

/// The FTP(S) settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpConfig {
    /// `"account"`: user name, ≤ 255 bytes.
    pub username: String,
    /// `"account"`: password, ≤ 255 bytes.
    pub password: String,
    /// `"filetype"`,1: ASCII.
    pub ascii: bool,
    /// `"transmode"`,1: the server listens.
    pub passive: bool,
    /// `"contextid"`, 1–16.
    pub context: u8,
    /// `"rsptimeout"`, 20–180 s.
    pub rsptimeout: u8,
    /// `"ssltype"`: 0 FTP, 1 FTPS implicit, 2 FTPS explicit.
    pub ssltype: u8,
    /// `"sslctxid"`, 0–5.
    pub ssl_context: u8,
    /// `"data_address"`: 0 the server's, 1 the control session's, 2 that one first.
    pub data_address: u8,
    /// `"data_address"`,2: 15–50 s until the switch.
    pub data_timeout: u8,
    /// `"restenable"`: whether REST may be sent.
    pub rest: bool,
}

impl Default for FtpConfig {
    fn default() -> FtpConfig {
        FtpConfig {
            username: String::new(),
            password: String::new(),
            ascii: false,
            passive: true,
            context: 1,
            rsptimeout: 90,
            ssltype: 0,
            ssl_context: 0,
            data_address: 0,
            data_timeout: 25,
            rest: true,
        }
    }
}

impl FtpConfig {
    /// `"rsptimeout"` as a duration.
    pub fn response_timeout(&self) -> Duration {
        Duration::from_secs(self.rsptimeout.into())
    }

    /// How data is transferred.
    pub fn transfer_mode(&self) -> TransferMode {
        TransferMode { ascii: self.ascii, data: self.data_connection() }
    }

    fn data_connection(&self) -> DataConnection {
        if !self.passive {
            return DataConnection::Active;
        }
        DataConnection::Passive(match self.data_address {
            1 => DataAddress::Control,
            2 => DataAddress::ControlThenAnnounced,
            _ => DataAddress::Announced,
        })
    }
}
