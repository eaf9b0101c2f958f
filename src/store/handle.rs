//! Files opened by the host: `AT+QFOPEN` to `AT+QFCLOSE`.

use std::collections::BTreeMap;
use std::fmt;
use std::io::SeekFrom;

use bytes::{Bytes, BytesMut};

use super::{FileError, FileName, Stores, Volume};

/// Most handles open at once (vendor's SDK header).
pub const MAX_OPEN: usize = 10;

/// The number of an open file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub u32);

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The `<mode>` of `AT+QFOPEN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum OpenMode {
    /// 0: read and write; a missing file is created.
    ReadWrite = 0,
    /// 1: read and write; an existing file is emptied, a missing one created.
    Truncate = 1,
    /// 2: read only; a missing file is an error.
    ReadOnly = 2,
}

impl OpenMode {
    /// The number the host knows it by, 0–2.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl TryFrom<u8> for OpenMode {
    type Error = FileError;

    /// Takes 0–2; anything else is 400.
    fn try_from(number: u8) -> Result<Self, FileError> {
        [Self::ReadWrite, Self::Truncate, Self::ReadOnly]
            .into_iter()
            .find(|mode| mode.number() == number)
            .ok_or(FileError::InvalidInput)
    }
}

/// A file the host has open.
#[derive(Debug)]
pub(super) struct OpenFile {
    name: FileName,
    mode: OpenMode,
    position: u64,
}

/// The table of open files.
#[derive(Debug)]
pub(super) struct Handles {
    pub(super) base: u32,
    pub(super) open: BTreeMap<Handle, OpenFile>,
}

impl Default for Handles {
    fn default() -> Self {
        Self { base: 1, open: BTreeMap::new() }
    }
}

impl Handles {
    pub(super) fn holds(&self, name: &FileName) -> bool {
        self.open.values().any(|file| file.name == *name)
    }

    /// The lowest number that is not in use.
    fn free(&self) -> Result<Handle, FileError> {
        if self.open.len() >= MAX_OPEN {
            return Err(FileError::TooManyOpen);
        }
        (self.base..=u32::MAX)
            .map(Handle)
            .find(|handle| !self.open.contains_key(handle))
            .ok_or(FileError::TooManyOpen)
    }
}

impl Stores {
    /// Opens a file at its start.
    ///
    /// # Errors
    /// 426 if it is open, 413 if [`MAX_OPEN`] files are, 405 if it is missing and `mode` does not
    /// create it, 406 if its name belongs to something that isn't a file of the medium, 410 if
    /// the medium is absent.
    pub fn open(&mut self, name: &FileName, mode: OpenMode) -> Result<Handle, FileError> {
        self.check_closed(name)?;
        let handle = self.handles.free()?;
        let volume = self.volume(name.medium(), FileError::OpenFailed)?;
        match volume.size(name.bare()) {
            Ok(_) if mode == OpenMode::Truncate => volume.truncate(name.bare(), 0)?,
            Ok(_) => {}
            Err(FileError::NotFound) if mode != OpenMode::ReadOnly => volume.create(name.bare())?,
            Err(error) => return Err(error),
        }
        self.handles.open.insert(handle, OpenFile { name: name.clone(), mode, position: 0 });
        Ok(handle)
    }

    /// The files the host has open, by handle.
    pub fn open_files(&self) -> impl Iterator<Item = (Handle, &FileName, OpenMode)> {
        self.handles.open.iter().map(|(handle, file)| (*handle, &file.name, file.mode))
    }

    /// Bytes from the position, which moves behind them: `max` or, if fewer are left, those.
    ///
    /// # Errors
    /// 402 if none are left, 411 if the file cannot be read, 416 if there is no such handle.
    pub fn read(&mut self, handle: Handle, max: usize) -> Result<Bytes, FileError> {
        let left = self.remaining(handle)?;
        if left == 0 {
            return Err(FileError::ReadZeroBytes);
        }
        let want = usize::try_from(left).map_or(max, |left| left.min(max));
        let (file, volume) = self.opened(handle)?;
        let first = volume.read(file.name.bare(), file.position, want)?;
        if first.len() == want {
            file.position += want as u64;
            return Ok(first);
        }
        let mut data = BytesMut::from(first);
        while data.len() < want {
            let offset = file.position + data.len() as u64;
            data.extend_from_slice(&volume.read(file.name.bare(), offset, want - data.len())?);
        }
        file.position += want as u64;
        Ok(data.freeze())
    }

    /// How many bytes there are from the position to the end of the file.
    ///
    /// # Errors
    /// 416 if there is no such handle.
    pub fn remaining(&mut self, handle: Handle) -> Result<u64, FileError> {
        let (file, volume) = self.opened(handle)?;
        Ok(volume.size(file.name.bare())?.saturating_sub(file.position))
    }

    /// Overwrites and extends the file from the position, which moves behind the data; returns
    /// the size of the file.
    ///
    /// # Errors
    /// 414 if the file was opened read only, 420 if the data do not fit, 403 if the disk below is
    /// full (none of them is written), 416 if there is no such handle.
    pub fn write(&mut self, handle: Handle, data: Bytes) -> Result<u64, FileError> {
        let (file, volume) = self.writable(handle)?;
        let written = data.len() as u64;
        let size = volume.write(file.name.bare(), file.position, data)?;
        file.position += written;
        Ok(size)
    }

    /// Moves the position and returns it, counted from the start of the file.
    ///
    /// # Errors
    /// 401 past the end of the file, 400 before its start, 416 if there is no such handle.
    pub fn seek(&mut self, handle: Handle, to: SeekFrom) -> Result<u64, FileError> {
        let (file, volume) = self.opened(handle)?;
        let size = volume.size(file.name.bare())?;
        let target = match to {
            SeekFrom::Start(offset) => i128::from(offset),
            SeekFrom::Current(offset) => i128::from(file.position) + i128::from(offset),
            SeekFrom::End(offset) => i128::from(size) + i128::from(offset),
        };
        let target = u64::try_from(target).map_err(|_| FileError::InvalidInput)?;
        if target > size {
            return Err(FileError::PastEnd);
        }
        file.position = target;
        Ok(target)
    }

    /// The position, counted from the start of the file.
    ///
    /// # Errors
    /// 416 if there is no such handle.
    pub fn position(&self, handle: Handle) -> Result<u64, FileError> {
        let file = self.handles.open.get(&handle).ok_or(FileError::InvalidHandle)?;
        Ok(file.position)
    }

    /// Cuts the file at the position.
    ///
    /// # Errors
    /// 414 if the file was opened read only, 416 if there is no such handle.
    pub fn truncate(&mut self, handle: Handle) -> Result<(), FileError> {
        let (file, volume) = self.writable(handle)?;
        volume.truncate(file.name.bare(), file.position)
    }

    /// Does nothing to a file that is open: what was written is in the medium already.
    ///
    /// # Errors
    /// 416 if there is no such handle.
    pub fn flush(&self, handle: Handle) -> Result<(), FileError> {
        self.position(handle).map(drop)
    }

    /// Closes the file.
    ///
    /// # Errors
    /// 416 if there is no such handle.
    pub fn close(&mut self, handle: Handle) -> Result<(), FileError> {
        self.handles.open.remove(&handle).map(drop).ok_or(FileError::InvalidHandle)
    }

    fn opened(&mut self, handle: Handle) -> Result<(&mut OpenFile, &mut Volume), FileError> {
        let file = self.handles.open.get_mut(&handle).ok_or(FileError::InvalidHandle)?;
        let volume = self.volumes.get_mut(&file.name.medium()).ok_or(FileError::General)?;
        Ok((file, volume))
    }

    fn writable(&mut self, handle: Handle) -> Result<(&mut OpenFile, &mut Volume), FileError> {
        let (file, volume) = self.opened(handle)?;
        if file.mode == OpenMode::ReadOnly {
            return Err(FileError::ReadOnly);
        }
        Ok((file, volume))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Medium, Pattern};

    fn name(raw: &str) -> FileName {
        FileName::parse(raw).unwrap()
    }

    /// Stores with `UFS:a` opened to be read and written.
    fn with_open_file(content: &'static str) -> (Stores, Handle) {
        let mut stores = Stores::new();
        let handle = stores.open(&name("a"), OpenMode::ReadWrite).unwrap();
        stores.write(handle, Bytes::from(content)).unwrap();
        stores.seek(handle, SeekFrom::Start(0)).unwrap();
        (stores, handle)
    }

    fn content(stores: &mut Stores, handle: Handle) -> Bytes {
        stores.seek(handle, SeekFrom::Start(0)).unwrap();
        stores.read(handle, usize::MAX).unwrap()
    }

    #[test]
    fn handles_count_from_one_and_fill_gaps() {
        let mut stores = Stores::new();
        let mut open = |raw| stores.open(&name(raw), OpenMode::ReadWrite).unwrap();
        assert_eq!([open("a"), open("b"), open("c")], [Handle(1), Handle(2), Handle(3)]);
        stores.close(Handle(2)).unwrap();
        assert_eq!(stores.open(&name("d"), OpenMode::ReadWrite), Ok(Handle(2)));
    }

    #[test]
    fn the_first_handle_can_be_chosen() {
        for base in [0, 3000, u32::MAX] {
            let mut stores = Stores::new().with_handle_base(base);
            assert_eq!(stores.open(&name("a"), OpenMode::ReadWrite), Ok(Handle(base)));
        }
    }

    #[test]
    fn the_eleventh_open_file_is_413_and_is_not_created() {
        let mut stores = Stores::new();
        for i in 0..MAX_OPEN {
            stores.open(&name(&i.to_string()), OpenMode::ReadWrite).unwrap();
        }
        assert_eq!(stores.open(&name("x"), OpenMode::ReadWrite), Err(FileError::TooManyOpen));
        assert_eq!(stores.size(&name("x")), Err(FileError::NotFound));
    }

    #[test]
    fn modes_differ_in_what_they_do_to_the_file() {
        let mut stores = Stores::new();
        assert_eq!(stores.open(&name("a"), OpenMode::ReadOnly), Err(FileError::NotFound));
        let handle = stores.open(&name("a"), OpenMode::Truncate).unwrap();
        stores.write(handle, Bytes::from("data")).unwrap();
        stores.close(handle).unwrap();
        for (mode, size) in
            [(OpenMode::ReadOnly, 4), (OpenMode::ReadWrite, 4), (OpenMode::Truncate, 0)]
        {
            let handle = stores.open(&name("a"), mode).unwrap();
            assert_eq!(stores.remaining(handle), Ok(size));
            stores.close(handle).unwrap();
        }
    }

    #[test]
    fn modes_have_the_hosts_numbers() {
        let modes = [OpenMode::ReadWrite, OpenMode::Truncate, OpenMode::ReadOnly];
        for (number, mode) in (0..).zip(modes) {
            assert_eq!((mode.number(), OpenMode::try_from(number)), (number, Ok(mode)));
        }
        assert_eq!(OpenMode::try_from(3), Err(FileError::InvalidInput));
    }

    #[test]
    fn open_files_are_listed_by_handle() {
        let (mut stores, _) = with_open_file("data");
        stores.open(&name("RAM:b"), OpenMode::Truncate).unwrap();
        let open: Vec<_> = stores.open_files().collect();
        assert_eq!(
            open,
            [
                (Handle(1), &name("a"), OpenMode::ReadWrite),
                (Handle(2), &name("RAM:b"), OpenMode::Truncate),
            ]
        );
    }

    #[test]
    fn a_file_is_opened_once() {
        let (mut stores, handle) = with_open_file("data");
        for mode in [OpenMode::ReadWrite, OpenMode::Truncate, OpenMode::ReadOnly] {
            assert_eq!(stores.open(&name("UFS:a"), mode), Err(FileError::AlreadyOpen));
        }
        assert_eq!(content(&mut stores, handle), "data");
        stores.close(handle).unwrap();
        assert!(stores.open(&name("a"), OpenMode::ReadOnly).is_ok());
    }

    #[test]
    fn reads_move_on_until_nothing_is_left() {
        let (mut stores, handle) = with_open_file("hello");
        assert_eq!(stores.read(handle, 3).unwrap(), "hel");
        assert_eq!((stores.position(handle), stores.remaining(handle)), (Ok(3), Ok(2)));
        assert_eq!(stores.read(handle, 100).unwrap(), "lo");
        assert_eq!(stores.read(handle, 100), Err(FileError::ReadZeroBytes));
        assert_eq!(stores.position(handle), Ok(5));
    }

    #[test]
    fn a_read_is_whole_where_the_file_is_in_pieces() {
        let mut stores = Stores::new();
        let handle = stores.open(&name("a"), OpenMode::ReadWrite).unwrap();
        for fill in 0..3 {
            stores.write(handle, vec![fill; 100_000].into()).unwrap();
        }
        stores.seek(handle, SeekFrom::Start(50_000)).unwrap();
        let data = stores.read(handle, 200_000).unwrap();
        assert_eq!((data.len(), data[0], data[100_000], data[199_999]), (200_000, 0, 1, 2));
        assert_eq!(stores.position(handle), Ok(250_000));
    }

    #[test]
    fn writes_overwrite_and_extend_at_the_position() {
        let (mut stores, handle) = with_open_file("hello");
        stores.seek(handle, SeekFrom::Start(3)).unwrap();
        assert_eq!(stores.write(handle, Bytes::from("p")), Ok(5));
        assert_eq!(stores.write(handle, Bytes::from(" me")), Ok(7));
        assert_eq!(stores.position(handle), Ok(7));
        assert_eq!(content(&mut stores, handle), "help me");
    }

    #[test]
    fn a_write_that_does_not_fit_changes_nothing() {
        let mut stores = Stores::new().with_medium(Medium::Ufs, Some(Volume::memory(6)));
        let handle = stores.open(&name("a"), OpenMode::ReadWrite).unwrap();
        stores.write(handle, Bytes::from("hello")).unwrap();
        stores.seek(handle, SeekFrom::Start(2)).unwrap();
        assert_eq!(stores.write(handle, Bytes::from("XXXXX")), Err(FileError::NoSpace));
        assert_eq!(stores.position(handle), Ok(2));
        assert_eq!(content(&mut stores, handle), "hello");
    }

    #[test]
    fn seeking_stays_within_the_file() {
        let (mut stores, handle) = with_open_file("hello");
        for (to, expected) in [
            (SeekFrom::Start(5), Ok(5)),
            (SeekFrom::Current(-2), Ok(3)),
            (SeekFrom::Current(2), Ok(5)),
            (SeekFrom::End(-4), Ok(1)),
            (SeekFrom::End(0), Ok(5)),
            (SeekFrom::Start(6), Err(FileError::PastEnd)),
            (SeekFrom::Current(1), Err(FileError::PastEnd)),
            (SeekFrom::End(i64::MAX), Err(FileError::PastEnd)),
            (SeekFrom::Current(-6), Err(FileError::InvalidInput)),
            (SeekFrom::End(i64::MIN), Err(FileError::InvalidInput)),
            (SeekFrom::Current(0), Ok(5)),
        ] {
            assert_eq!(stores.seek(handle, to), expected, "{to:?}");
        }
    }

    #[test]
    fn a_file_is_cut_at_the_position() {
        let (mut stores, handle) = with_open_file("hello");
        stores.seek(handle, SeekFrom::Start(2)).unwrap();
        assert_eq!(stores.truncate(handle), Ok(()));
        assert_eq!(stores.size(&name("a")), Ok(2));
        assert_eq!(content(&mut stores, handle), "he");
    }

    #[test]
    fn a_read_only_handle_does_not_write() {
        let (mut stores, handle) = with_open_file("hello");
        stores.close(handle).unwrap();
        let handle = stores.open(&name("a"), OpenMode::ReadOnly).unwrap();
        assert_eq!(stores.write(handle, Bytes::from("x")), Err(FileError::ReadOnly));
        assert_eq!(stores.truncate(handle), Err(FileError::ReadOnly));
        assert_eq!(content(&mut stores, handle), "hello");
    }

    #[test]
    fn an_unknown_handle_is_416() {
        let (mut stores, handle) = with_open_file("hello");
        stores.close(handle).unwrap();
        let unknown = FileError::InvalidHandle;
        assert_eq!(stores.read(handle, 1), Err(unknown));
        assert_eq!(stores.remaining(handle), Err(unknown));
        assert_eq!(stores.write(handle, Bytes::new()), Err(unknown));
        assert_eq!(stores.seek(handle, SeekFrom::Start(0)), Err(unknown));
        assert_eq!(stores.position(handle), Err(unknown));
        assert_eq!(stores.truncate(handle), Err(unknown));
        assert_eq!(stores.flush(handle), Err(unknown));
        assert_eq!(stores.close(handle), Err(unknown));
    }

    #[test]
    fn an_open_file_is_flushed_and_stays() {
        let (mut stores, handle) = with_open_file("hello");
        assert_eq!(stores.flush(handle), Ok(()));
        let only = Pattern::parse("a").unwrap();
        assert_eq!(stores.delete(&only), Err(FileError::AlreadyOpen));
        assert_eq!(content(&mut stores, handle), "hello");
    }
}
