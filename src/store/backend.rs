//! Where the bytes of a medium are kept.

use std::collections::BTreeMap;
use std::fmt::Debug;

use bytes::Bytes;

use super::FileError;
use super::rope::Rope;

/// A flat set of files. Names are bare and valid, and the rules of the medium are the caller's:
/// which files exist, how large they are, how much fits.
pub(super) trait Backend: Debug + Send {
    /// The files and their sizes, if other hands may have changed them; else none.
    fn rescan(&self) -> Result<Option<BTreeMap<String, u64>>, FileError>;

    /// Whether nothing that isn't a file of the medium stands where `name` would be created.
    fn is_vacant(&self, name: &str) -> bool;

    /// Makes an empty file where there is none.
    fn create(&mut self, name: &str) -> Result<(), FileError>;

    /// Reads at most `max` bytes from `offset`, perhaps fewer, but not none when there are any.
    fn read(&self, name: &str, offset: u64, max: usize) -> Result<Bytes, FileError>;

    /// Overwrites from `offset`, which is not past the end, and appends what reaches beyond it.
    /// A failure leaves the size as it was.
    fn write(&mut self, name: &str, offset: u64, data: Bytes) -> Result<(), FileError>;

    /// Cuts a file to `len` bytes.
    fn truncate(&mut self, name: &str, len: u64) -> Result<(), FileError>;

    /// Removes a file.
    fn remove(&mut self, name: &str) -> Result<(), FileError>;

    /// Gives a file another name, in place of the file that may have it.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), FileError>;
}

/// Files in memory.
#[derive(Debug, Default)]
pub(super) struct Memory {
    files: BTreeMap<String, Rope>,
}

impl Memory {
    fn file(&mut self, name: &str) -> Result<&mut Rope, FileError> {
        self.files.get_mut(name).ok_or(FileError::NotFound)
    }
}

impl Backend for Memory {
    fn rescan(&self) -> Result<Option<BTreeMap<String, u64>>, FileError> {
        Ok(None)
    }

    fn is_vacant(&self, _name: &str) -> bool {
        true
    }

    fn create(&mut self, name: &str) -> Result<(), FileError> {
        self.files.insert(name.to_owned(), Rope::default());
        Ok(())
    }

    fn read(&self, name: &str, offset: u64, max: usize) -> Result<Bytes, FileError> {
        Ok(self.files.get(name).ok_or(FileError::NotFound)?.read(offset, max))
    }

    fn write(&mut self, name: &str, offset: u64, data: Bytes) -> Result<(), FileError> {
        self.file(name)?.write(offset, data);
        Ok(())
    }

    fn truncate(&mut self, name: &str, len: u64) -> Result<(), FileError> {
        self.file(name)?.truncate(len);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), FileError> {
        self.files.remove(name).map(drop).ok_or(FileError::NotFound)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), FileError> {
        let content = self.files.remove(from).ok_or(FileError::NotFound)?;
        self.files.insert(to.to_owned(), content);
        Ok(())
    }
}
