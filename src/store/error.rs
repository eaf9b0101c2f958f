//! The error codes of the FILE commands.

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
    /// Every code, in ascending order.
    pub const ALL: [Self; 30] = [
        Self::InvalidInput,
        Self::PastEnd,
        Self::ReadZeroBytes,
        Self::DriveFull,
        Self::MoveFailed,
        Self::NotFound,
        Self::InvalidName,
        Self::AlreadyExists,
        Self::CreateFailed,
        Self::WriteFailed,
        Self::OpenFailed,
        Self::ReadFailed,
        Self::TooLong,
        Self::TooManyOpen,
        Self::ReadOnly,
        Self::SizeFailed,
        Self::InvalidHandle,
        Self::ListFailed,
        Self::DeleteFailed,
        Self::DiskInfoFailed,
        Self::NoSpace,
        Self::TimedOut,
        Self::FileNotFound,
        Self::TooLarge,
        Self::FileAlreadyExists,
        Self::InvalidParameter,
        Self::AlreadyOpen,
        Self::General,
        Self::RenameFailed,
        Self::DataModeQuit,
    ];

    /// The number printed with `AT+CMEE=1`, 400–429.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The text printed with `AT+CMEE=2`.
    ///
    /// Capitalised, because a real EC25 prints `Invalid input value` beside the lower-case texts
    /// of 27.007.
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvalidInput => "Invalid input value",
            Self::PastEnd => "Larger than the size of the file",
            Self::ReadZeroBytes => "Read zero byte",
            Self::DriveFull => "Drive full",
            Self::MoveFailed => "Move file error",
            Self::NotFound | Self::FileNotFound => "File not found",
            Self::InvalidName => "Invalid file name",
            Self::AlreadyExists => "File already existed",
            Self::CreateFailed => "Fail to create",
            Self::WriteFailed => "Fail to write",
            Self::OpenFailed => "Fail to open",
            Self::ReadFailed => "Fail to read",
            Self::TooLong => "Exceed max length",
            Self::TooManyOpen => "Max number of open files",
            Self::ReadOnly => "File read-only",
            Self::SizeFailed => "Get file size failed",
            Self::InvalidHandle => "Invalid file descriptor",
            Self::ListFailed => "List failed",
            Self::DeleteFailed => "Delete failed",
            Self::DiskInfoFailed => "Get disk info failed",
            Self::NoSpace => "No space",
            Self::TimedOut => "Time out",
            Self::TooLarge => "File too large",
            Self::FileAlreadyExists => "File already exists",
            Self::InvalidParameter => "Invalid parameter",
            Self::AlreadyOpen => "File already opened",
            Self::General => "General error",
            Self::RenameFailed => "Rename error",
            Self::DataModeQuit => "Quit data mode",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_run_from_400_to_429_without_a_gap() {
        let codes: Vec<u16> = FileError::ALL.iter().map(|error| error.code()).collect();
        assert_eq!(codes, (400..=429).collect::<Vec<u16>>());
    }

    #[test]
    fn codes_and_texts_are_the_vendors() {
        for (error, code, text) in [
            (FileError::InvalidInput, 400, "Invalid input value"),
            (FileError::NotFound, 405, "File not found"),
            (FileError::AlreadyExists, 407, "File already existed"),
            (FileError::FileNotFound, 422, "File not found"),
            (FileError::FileAlreadyExists, 424, "File already exists"),
            (FileError::AlreadyOpen, 426, "File already opened"),
        ] {
            assert_eq!((error.code(), error.text()), (code, text));
            assert_eq!(error.to_string(), text);
        }
    }
}
