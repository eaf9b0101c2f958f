//! Where it is right that something does not work: what some servers do otherwise, and what the
//! modem makes of it.

/// A known difference.
pub struct Difference {
    /// The rows: what is in their name.
    pub row: &'static str,
    /// The column.
    pub check: &'static str,
    /// What the cell says instead of `ok`.
    pub cell: &'static str,
    /// Why this is right.
    pub why: &'static str,
}

const PROFTPD_CUT: &str = "with TLS it may hang up on a client that cuts a download off (its log \
                           says \"unexpected OpenSSL error, disconnecting\")";

const NO_ACTIVE_FTPS: &str = "the module refuses: active mode and FTPS do not go together (FTP \
                              note §1.3)";

/// All of them.
pub const DIFFERENCES: &[Difference] = &[
    Difference { row: "explicit active", check: "OPEN", cell: "CME 610", why: NO_ACTIVE_FTPS },
    Difference { row: "implicit active", check: "OPEN", cell: "CME 610", why: NO_ACTIVE_FTPS },
    Difference {
        row: "vsftpd",
        check: "MLSD",
        cell: "620,500",
        why: "500 Unknown command: it has no MLSD",
    },
    Difference {
        row: "Pure-FTPd implicit",
        check: "OPEN",
        cell: "631,0",
        why: "it has TLS by AUTH only, and sends its greeting where a handshake is due",
    },
    Difference { row: "ProFTPD explicit", check: "GET part", cell: "606,0", why: PROFTPD_CUT },
    Difference { row: "ProFTPD implicit", check: "GET part", cell: "606,0", why: PROFTPD_CUT },
    Difference {
        row: "Pure-FTPd explicit",
        check: "GET part",
        cell: "609,0",
        why: "with TLS it often has no reply at all to a download that the client cuts off, so \
              the next command waits in vain until the session is closed",
    },
    Difference {
        row: "vsftpd",
        check: "no folder",
        cell: "630,553",
        why: "553 Could not create file, where others say 550",
    },
    Difference {
        row: "Pure-FTPd",
        check: "no folder",
        cell: "630,553",
        why: "553 Can't open that file, where others say 550",
    },
];
