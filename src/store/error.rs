//! The error codes of the FILE commands.

use crate::at::error::CmeError;

/// Why a store refused: the `<err>` of `+CME ERROR: <err>` after a FILE command, 400–429.
///
/// Numbers as the vendor's host SDK lists them. Two meanings have two codes each (405/422 and
/// 407/424); the simulator answers with the lower one, as the modules in the field do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[error("{}", self.text())]
#[repr(u16)]
pub enum FileError {
    /// 400: a parameter no store can make sense of, such as an unknown prefix.
    InvalidInput = 400,
    /// 401: a position past the end of the file.
    PastEnd = 401,
    /// 402: a read at the end of the file.
    ReadZeroBytes = 402,
    /// 403: the disk under a folder-backed medium is full (420: the medium itself is).
    DriveFull = 403,
    /// 404: a file could not be moved or copied.
    MoveFailed = 404,
    /// 405: no file of that name.
    NotFound = 405,
    /// 406: a name a flat medium cannot hold.
    InvalidName = 406,
    /// 407: a file of that name is there already.
    AlreadyExists = 407,
    /// 408: a file could not be created.
    CreateFailed = 408,
    /// 409: a file could not be written.
    WriteFailed = 409,
    /// 410: a file could not be opened.
    OpenFailed = 410,
    /// 411: a file could not be read.
    ReadFailed = 411,
    /// 412: a name longer than 80 bytes.
    TooLong = 412,
    /// 413: ten files are open already.
    TooManyOpen = 413,
    /// 414: the handle was opened for reading only.
    ReadOnly = 414,
    /// 415: the size of a file could not be found out.
    SizeFailed = 415,
    /// 416: no such handle.
    InvalidHandle = 416,
    /// 417: the files could not be listed.
    ListFailed = 417,
    /// 418: a file could not be deleted; also a real EC25's answer when there is none to delete.
    DeleteFailed = 418,
    /// 419: the size of a medium could not be found out.
    DiskInfoFailed = 419,
    /// 420: the data do not fit into the medium.
    NoSpace = 420,
    /// 421: the host stopped sending.
    TimedOut = 421,
    /// 422: the second code for a missing file.
    FileNotFound = 422,
    /// 423: a file larger than the module handles.
    TooLarge = 423,
    /// 424: the second code for a file that exists.
    FileAlreadyExists = 424,
    /// 425: a parameter out of range.
    InvalidParameter = 425,
    /// 426: the file is open, or an upload or transfer holds it.
    AlreadyOpen = 426,
    /// 427: anything else.
    General = 427,
    /// 428: a file could not be renamed.
    RenameFailed = 428,
    /// 429: the host left data mode before all data were sent.
    DataModeQuit = 429,
}

impl FileError {
    /// The number printed with `AT+CMEE=1`, 400–429.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The text printed with `AT+CMEE=2`.
    pub fn text(self) -> &'static str {
        CmeError(self.code()).text().unwrap_or("unknown FILE error")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_texts_are_the_vendors() {
        for (error, code, text) in [
            (FileError::InvalidInput, 400, "Invalid input value"),
            (FileError::NotFound, 405, "File not found"),
            (FileError::AlreadyExists, 407, "File already existed"),
            (FileError::FileNotFound, 422, "File not found"),
            (FileError::FileAlreadyExists, 424, "File already exists"),
            (FileError::AlreadyOpen, 426, "File already opened"),
            (FileError::DataModeQuit, 429, "Quit data mode"),
        ] {
            assert_eq!((error.code(), error.text()), (code, text));
            assert_eq!(error.to_string(), text);
        }
    }
}
