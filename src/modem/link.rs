//! What the modem asks of the FTP side, and what it hears back.
//!
//! The modem never sees a socket: it emits a [`LinkRequest`] and, some time later, is handed a
//! [`LinkEvent`]. Each carries the [`OpId`] of the operation it belongs to, so that a late answer
//! can't be taken for the next one. Timeouts belong to the modem's clock: the link waits for the
//! server as long as it takes, unless it is told to [`LinkRequest::Cancel`] or
//! [`LinkRequest::Drop`].

mod tls;

use bytes::Bytes;

pub use tls::{Credentials, TlsFailure, TlsFile, TlsRequest, TlsSession, TlsStart, TlsVersion};

/// Identifies one operation on the link; never reused within a modem's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u64);

/// Where and how to open the control connection (`AT+QFTPCFG`, `AT+QFTPOPEN`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTarget {
    /// Host name or address literal, as the host wrote it (≤ 200 bytes).
    pub host: String,
    /// TCP port, 1–65535.
    pub port: u16,
    /// User name, ≤ 255 bytes; empty means anonymous.
    pub username: String,
    /// Password, ≤ 255 bytes.
    pub password: String,
    /// How data is transferred.
    pub mode: TransferMode,
    /// FTPS settings, or `None` for plain FTP.
    pub tls: Option<Box<TlsRequest>>,
}

/// How data is transferred, as `AT+QFTPCFG` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferMode {
    /// TYPE A instead of TYPE I (`"filetype"`,1).
    pub ascii: bool,
    /// How the data connections are made.
    pub data: DataConnection,
}

/// Who opens the data connection, and to which address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataConnection {
    /// `"transmode"`,0: the module listens (PORT/EPRT).
    Active,
    /// `"transmode"`,1: the server listens (PASV/EPSV).
    Passive(DataAddress),
}

/// `"data_address"`: which address a passive data connection goes to (§2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataAddress {
    /// 0: the one the server announces.
    Announced,
    /// 1: the one of the control session.
    Control,
    /// 2: the control session's first; the server's when [`LinkRequest::SwitchAddress`] says so.
    ControlThenAnnounced,
}

/// An FTP command without a data connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlCommand {
    /// CWD; answered with [`Answer::Done`].
    Cwd(String),
    /// PWD; answered with [`Answer::Path`].
    Pwd,
    /// SIZE; answered with [`Answer::Size`].
    Size(String),
    /// DELE; answered with [`Answer::Done`].
    Delete(String),
    /// MKD; answered with [`Answer::Done`].
    Mkdir(String),
    /// RMD; answered with [`Answer::Done`].
    Rmdir(String),
    /// RNFR and RNTO; answered with [`Answer::Done`].
    Rename(String, String),
    /// MDTM; answered with [`Answer::Modified`].
    Mdtm(String),
}

/// What a [`ControlCommand`] brought home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A positive reply without a value.
    Done,
    /// The path of a 257 reply, unquoted.
    Path(String),
    /// The number of a 213 reply to SIZE, in bytes.
    Size(u64),
    /// The text of a 213 reply to MDTM: `YYYYMMDDHHMMSS[.sss]`.
    Modified(String),
}

/// Which way a transfer goes, and with which verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// STOR, or with an offset APPE/REST+STOR: data goes out by [`LinkRequest::Data`].
    Store {
        /// Remote file name.
        path: String,
        /// Where in the remote file the data goes, in bytes.
        offset: u64,
        /// Whether REST may be used (`"restenable"`); else an offset becomes APPE.
        rest: bool,
    },
    /// RETR from `offset`: data comes by [`LinkEvent::Data`].
    Retrieve {
        /// Remote file name.
        path: String,
        /// First byte wanted.
        offset: u64,
    },
    /// LIST, NLST or MLSD: data comes by [`LinkEvent::Data`], as the server sends it.
    List {
        /// The verb.
        verb: ListVerb,
        /// Directory; `.` is the current one.
        path: String,
    },
}

/// The three directory listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListVerb {
    /// LIST (RFC 959).
    List,
    /// NLST (RFC 959).
    Nlst,
    /// MLSD (RFC 3659).
    Mlsd,
}

/// From the modem to the FTP side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkRequest {
    /// Resolve, connect, secure the connection, log in, set the type. Answered with
    /// [`LinkEvent::Opened`] or [`LinkEvent::Failed`]; for FTPS, [`LinkEvent::Negotiating`] and
    /// [`LinkEvent::Secured`] come before.
    Open(OpId, Box<OpenTarget>),
    /// One FTP command. Answered with [`LinkEvent::Answered`] or [`LinkEvent::Failed`].
    Control(OpId, ControlCommand),
    /// Open a data connection and start a transfer. Answered with [`LinkEvent::Ready`], then
    /// [`LinkEvent::Data`] or [`LinkEvent::Sent`], and at the end [`LinkEvent::Finished`]; or at
    /// any point [`LinkEvent::Failed`].
    Transfer(OpId, Transfer),
    /// From the next transfer on, data is transferred so.
    Mode(TransferMode),
    /// Bytes of an upload. The modem keeps at most [`UPLOAD_WINDOW`] of them unconfirmed.
    Data(OpId, Bytes),
    /// The upload is complete: close the data connection, wait for the final reply.
    Finish(OpId),
    /// Allows the link to deliver this many more bytes of a download (back-pressure).
    Credit(OpId, u64),
    /// For [`DataAddress::ControlThenAnnounced`]: stop trying the first address, try the other.
    SwitchAddress(OpId),
    /// Nobody waits for this operation any more: give up its data connection, swallow its
    /// replies. Nothing more is reported for it.
    Cancel(OpId),
    /// QUIT, then close. Answered with [`LinkEvent::Closed`] or [`LinkEvent::Failed`]. Must work
    /// even while an earlier operation still waits for the server (then without QUIT).
    Close(OpId),
    /// Drop every connection at once, without a word; nothing is reported.
    Drop,
}

/// From the FTP side to the modem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// The TLS handshake of the control connection begins.
    Negotiating(OpId),
    /// The TLS handshake of the control connection was successful.
    Secured(OpId, TlsSession),
    /// Logged in.
    Opened(OpId),
    /// A positive answer to a [`ControlCommand`].
    Answered(OpId, Answer),
    /// The data connection of a transfer is open and the server has sent its 1xx reply; of a
    /// download, also the first byte, or the positive reply that ends an empty one. (Some servers
    /// say 150 before they look for the file, and then 550.)
    Ready(OpId),
    /// Bytes of a download, never more than the credit allows.
    Data(OpId, Bytes),
    /// So many more bytes of an upload were taken by the data connection.
    Sent(OpId, u64),
    /// The transfer ended well: data connection closed, final 2xx reply read.
    Finished(OpId),
    /// The control connection was closed as asked for.
    Closed(OpId),
    /// The operation failed.
    Failed(OpId, LinkFailure),
    /// The control connection went away while nothing was under way.
    Lost,
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFailure {
    /// The cause.
    pub cause: LinkError,
    /// Whether the control connection can still be used.
    pub session_alive: bool,
}

/// The causes of a failed operation; the modem maps them to `<err>,<protocol_error>` (§5, §6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// A 4xx or 5xx reply of the server (or one that makes no sense at that point).
    Reply(u16),
    /// The host name could not be resolved.
    NameNotResolved,
    /// No route to the host or network.
    Unreachable,
    /// The control connection was refused.
    Refused,
    /// The control connection was closed by the server without a reply.
    ControlClosed,
    /// The control connection was reset.
    ControlReset,
    /// The data connection could not be opened.
    DataNotOpened,
    /// The data connection was closed before its time.
    DataClosed,
    /// The data connection was reset.
    DataReset,
    /// The server's reply was not FTP.
    Garbled,
    /// The control connection could not be secured.
    Tls(TlsFailure),
    /// A data connection could not be secured.
    DataTls(TlsFailure),
}

/// The most bytes of an upload that the modem hands over unconfirmed.
pub const UPLOAD_WINDOW: u64 = 256 * 1024;
