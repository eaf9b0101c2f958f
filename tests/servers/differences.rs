//! What some servers do otherwise, and what the modem makes of it.

/// A known difference.
pub struct Difference {
    /// The server, as the table names it.
    pub server: &'static str,
    /// The column.
    pub check: &'static str,
    /// What the cell says instead of `ok`.
    pub cell: &'static str,
    /// Why this is right.
    pub why: &'static str,
}

/// All of them.
pub const DIFFERENCES: &[Difference] = &[
    Difference {
        server: "vsftpd",
        check: "MLSD",
        cell: "620,500",
        why: "500 Unknown command: it has no MLSD",
    },
    Difference {
        server: "vsftpd",
        check: "no folder",
        cell: "630,553",
        why: "553 Could not create file, where others say 550",
    },
    Difference {
        server: "Pure-FTPd",
        check: "no folder",
        cell: "630,553",
        why: "553 Can't open that file, where others say 550",
    },
];
