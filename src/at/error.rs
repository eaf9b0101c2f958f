//! The error codes a module prints, and their texts: the one place where they are written.

use std::fmt;

/// A `+CME ERROR` code: 27.007 general errors (0–151), FILE errors (400–429), FTP(S) errors
/// (601–631), and whatever a scenario asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CmeError(pub u16);

impl CmeError {
    /// 3, operation not allowed (27.007 §9.2).
    pub const NOT_ALLOWED: CmeError = CmeError(3);
    /// 4, operation not supported.
    pub const NOT_SUPPORTED: CmeError = CmeError(4);
    /// 10, SIM not inserted.
    pub const SIM_NOT_INSERTED: CmeError = CmeError(10);
    /// 11, SIM PIN required.
    pub const SIM_PIN_REQUIRED: CmeError = CmeError(11);
    /// 12, SIM PUK required.
    pub const SIM_PUK_REQUIRED: CmeError = CmeError(12);
    /// 13, SIM failure.
    pub const SIM_FAILURE: CmeError = CmeError(13);
    /// 14, SIM busy.
    pub const SIM_BUSY: CmeError = CmeError(14);
    /// 16, incorrect password.
    pub const INCORRECT_PASSWORD: CmeError = CmeError(16);
    /// 30, no network service.
    pub const NO_NETWORK_SERVICE: CmeError = CmeError(30);
    /// 50, incorrect parameters.
    pub const INCORRECT_PARAMETERS: CmeError = CmeError(50);

    /// The text printed with `AT+CMEE=2`, where there is one.
    ///
    /// 27.007 texts are in lower case; FILE texts begin with a capital, as the one that a real
    /// EC25 printed beside them (capture `ec25-afxgar07a04m1g-notes`). The FTP texts are those of
    /// the note's table 3; whether a module prints them is unknown (our choice).
    pub fn text(self) -> Option<&'static str> {
        TEXTS.binary_search_by_key(&self.0, |&(code, _)| code).ok().map(|at| TEXTS[at].1)
    }
}

impl fmt::Display for CmeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An `<err>` of the FTP(S) commands: 0 or 601–631 (FTP note §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FtpErr(u16);

impl FtpErr {
    /// 0, operation successful.
    pub const OK: FtpErr = FtpErr(0);
    /// 601, unknown error.
    pub const UNKNOWN: FtpErr = FtpErr(601);
    /// 603, server busy: an operation is under way.
    pub const BUSY: FtpErr = FtpErr(603);
    /// 604, DNS parse failed; also: the PDP context is not active (§4.3).
    pub const DNS: FtpErr = FtpErr(604);
    /// 605, network error.
    pub const NETWORK: FtpErr = FtpErr(605);
    /// 606, control connection closed.
    pub const CONTROL_CLOSED: FtpErr = FtpErr(606);
    /// 607, data connection closed.
    pub const DATA_CLOSED: FtpErr = FtpErr(607);
    /// 608, socket closed by peer.
    pub const PEER_CLOSED: FtpErr = FtpErr(608);
    /// 609, timeout.
    pub const TIMEOUT: FtpErr = FtpErr(609);
    /// 610, invalid parameter.
    pub const INVALID_PARAMETER: FtpErr = FtpErr(610);
    /// 611, failed to open file.
    pub const OPEN_FILE: FtpErr = FtpErr(611);
    /// 612, file position invalid.
    pub const POSITION: FtpErr = FtpErr(612);
    /// 613, file error.
    pub const FILE: FtpErr = FtpErr(613);
    /// 615, data connection can't be opened.
    pub const OPEN_DATA: FtpErr = FtpErr(615);
    /// 631, SSL authentication failed.
    pub const SSL: FtpErr = FtpErr(631);

    /// The number.
    pub const fn code(self) -> u16 {
        self.0
    }

    /// The `<err>` that a reply of the server implies (§5 and §6 carry the same texts); 601 for
    /// every reply that §6 does not list.
    pub fn from_reply(reply: u16) -> FtpErr {
        FtpErr(match reply {
            421 => 614,
            425 => 615,
            426 => 616,
            450 => 617,
            451 => 618,
            452 => 619,
            500 => 620,
            501 => 621,
            502 => 622,
            503 => 623,
            504 => 624,
            530 => 625,
            532 => 626,
            550 => 627,
            551 => 628,
            552 => 629,
            553 => 630,
            _ => 601,
        })
    }

    /// The number as an `<err>`, if it is one.
    pub fn from_code(code: u16) -> Option<FtpErr> {
        (code == 0 || (601..=631).contains(&code)).then_some(FtpErr(code))
    }
}

impl From<FtpErr> for CmeError {
    fn from(err: FtpErr) -> CmeError {
        CmeError(err.0)
    }
}

/// Sorted by code.
static TEXTS: &[(u16, &str)] = &[
    (0, "phone failure"),
    (1, "no connection to phone"),
    (2, "phone-adaptor link reserved"),
    (3, "operation not allowed"),
    (4, "operation not supported"),
    (5, "PH-SIM PIN required"),
    (6, "PH-FSIM PIN required"),
    (7, "PH-FSIM PUK required"),
    (10, "SIM not inserted"),
    (11, "SIM PIN required"),
    (12, "SIM PUK required"),
    (13, "SIM failure"),
    (14, "SIM busy"),
    (15, "SIM wrong"),
    (16, "incorrect password"),
    (17, "SIM PIN2 required"),
    (18, "SIM PUK2 required"),
    (20, "memory full"),
    (21, "invalid index"),
    (22, "not found"),
    (23, "memory failure"),
    (24, "text string too long"),
    (25, "invalid characters in text string"),
    (26, "dial string too long"),
    (27, "invalid characters in dial string"),
    (30, "no network service"),
    (31, "network timeout"),
    (32, "network not allowed - emergency calls only"),
    (40, "network personalization PIN required"),
    (41, "network personalization PUK required"),
    (42, "network subset personalization PIN required"),
    (43, "network subset personalization PUK required"),
    (44, "service provider personalization PIN required"),
    (45, "service provider personalization PUK required"),
    (46, "corporate personalization PIN required"),
    (47, "corporate personalization PUK required"),
    (50, "incorrect parameters"),
    (400, "Invalid input value"),
    (401, "Larger than the size of the file"),
    (402, "Read zero byte"),
    (403, "Drive full"),
    (404, "Move file error"),
    (405, "File not found"),
    (406, "Invalid file name"),
    (407, "File already existed"),
    (408, "Fail to create"),
    (409, "Fail to write"),
    (410, "Fail to open"),
    (411, "Fail to read"),
    (412, "Exceed max length"),
    (413, "Max number of open files"),
    (414, "File read-only"),
    (415, "Get file size failed"),
    (416, "Invalid file descriptor"),
    (417, "List failed"),
    (418, "Delete failed"),
    (419, "Get disk info failed"),
    (420, "No space"),
    (421, "Time out"),
    (422, "File not found"),
    (423, "File too large"),
    (424, "File already exists"),
    (425, "Invalid parameter"),
    (426, "File already opened"),
    (427, "General error"),
    (428, "Rename error"),
    (429, "Quit data mode"),
    (601, "Unknown error"),
    (602, "FTP(S) server blocked"),
    (603, "FTP(S) server busy"),
    (604, "DNS parse failed"),
    (605, "Network error"),
    (606, "Control connection closed"),
    (607, "Data connection closed"),
    (608, "Socket closed by peer"),
    (609, "Timeout error"),
    (610, "Invalid parameter"),
    (611, "Failed to open file"),
    (612, "File position invalid"),
    (613, "File error"),
    (614, "Service not available, closing control connection"),
    (615, "Open data connection failed"),
    (616, "Connection closed; transfer aborted"),
    (617, "Requested file action not taken"),
    (618, "Requested action aborted: local error in processing"),
    (619, "Requested action not taken: insufficient system storage"),
    (620, "Syntax error, command unrecognized"),
    (621, "Syntax error in parameters or arguments"),
    (622, "Command not implemented"),
    (623, "Bad sequence of commands"),
    (624, "Command parameter not implemented"),
    (625, "Not logged in"),
    (626, "Need account for storing files"),
    (627, "Requested action not taken: file unavailable"),
    (628, "Requested action aborted: page type unknown"),
    (629, "Requested file action aborted: exceeded storage allocation"),
    (630, "Requested action not taken: file name not allowed"),
    (631, "SSL authentication failed"),
    (901, "audio unknown error"),
    (902, "audio invalid parameters"),
    (903, "audio operation not supported"),
    (904, "audio device busy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sorted_and_found() {
        assert!(TEXTS.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(CmeError(10).text(), Some("SIM not inserted"));
        assert_eq!(CmeError(400).text(), Some("Invalid input value"));
        assert_eq!(CmeError(515).text(), None);
    }

    #[test]
    fn every_ftp_err_has_a_text() {
        for code in 601..=631 {
            let err = FtpErr::from_code(code).expect("in range");
            assert!(CmeError::from(err).text().is_some(), "{code}");
        }
        assert_eq!(FtpErr::from_code(600), None);
        assert_eq!(FtpErr::from_code(632), None);
    }

    #[test]
    fn the_replies_of_table_6_have_their_err_and_all_others_601() {
        assert_eq!(FtpErr::from_reply(530).code(), 625);
        assert_eq!(FtpErr::from_reply(550).code(), 627);
        assert_eq!(FtpErr::from_reply(421).code(), 614);
        assert_eq!(FtpErr::from_reply(331), FtpErr::UNKNOWN);
        assert_eq!(FtpErr::from_reply(999), FtpErr::UNKNOWN);
    }
}
