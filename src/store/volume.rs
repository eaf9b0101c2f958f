//! One medium: its files, and how much fits.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::FileError;
use super::backend::{Backend, Memory};

/// The files of one medium and its capacity. What counts as used is the sum of the file sizes,
/// to the byte.
#[derive(Debug)]
pub struct Volume {
    capacity: u64,
    used: u64,
    sizes: BTreeMap<String, u64>,
    backend: Box<dyn Backend>,
    disorder: Option<Disorder>,
}

/// What is wrong with a medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disorder {
    /// Nothing more fits (420), whatever its capacity.
    Full,
    /// It can't be read (411), written (409), or changed otherwise.
    Broken,
}

/// How full a medium is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that still fit.
    pub free: u64,
    /// Capacity.
    pub total: u64,
    /// Sum of the file sizes; more than `total` if other hands filled a folder.
    pub used: u64,
    /// Number of files.
    pub files: usize,
}

impl Volume {
    /// An empty medium in memory, of `capacity` bytes.
    pub fn memory(capacity: u64) -> Self {
        Self::over(Memory::default(), capacity)
    }

    /// A medium of `capacity` bytes whose files are the regular files directly in the folder at
    /// `path`, as far as their names are allowed; links and subfolders are never touched.
    ///
    /// Files may come and go by other hands meanwhile: the folder is read again whenever files
    /// are listed or looked up by name. Only the file of an open handle should be left alone.
    ///
    /// # Errors
    /// The folder does not exist or cannot be read.
    #[cfg(unix)]
    pub fn folder(path: &std::path::Path, capacity: u64) -> std::io::Result<Self> {
        Ok(Self::over(super::folder::Folder::open(path)?, capacity))
    }

    fn over(backend: impl Backend + 'static, capacity: u64) -> Self {
        let backend = Box::new(backend);
        Self { capacity, used: 0, sizes: BTreeMap::new(), backend, disorder: None }
    }

    /// Something is wrong with it from now on, or nothing.
    pub(super) fn set_disorder(&mut self, disorder: Option<Disorder>) {
        self.disorder = disorder;
    }

    pub(super) fn disorder(&self) -> Option<Disorder> {
        self.disorder
    }

    fn check(&self, failure: FileError) -> Result<(), FileError> {
        if self.disorder == Some(Disorder::Broken) { Err(failure) } else { Ok(()) }
    }

    /// Takes notice of what other hands did.
    pub(super) fn refresh(&mut self) -> Result<(), FileError> {
        if let Some(sizes) = self.backend.rescan()? {
            self.used = sizes.values().sum();
            self.sizes = sizes;
        }
        Ok(())
    }

    pub(super) fn disk(&self) -> Disk {
        Disk {
            free: match self.disorder {
                Some(Disorder::Full) => 0,
                _ => self.capacity.saturating_sub(self.used),
            },
            total: self.capacity,
            used: self.used,
            files: self.sizes.len(),
        }
    }

    /// Names and sizes, sorted by name.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.sizes.iter().map(|(name, size)| (name.as_str(), *size))
    }

    /// Size of a file; 405 if there is none, 406 if something else has its name.
    pub(super) fn size(&self, name: &str) -> Result<u64, FileError> {
        match self.sizes.get(name) {
            Some(size) => Ok(*size),
            None if self.backend.is_vacant(name) => Err(FileError::NotFound),
            None => Err(FileError::InvalidName),
        }
    }

    /// Makes an empty file where [`Volume::size`] found none.
    pub(super) fn create(&mut self, name: &str) -> Result<(), FileError> {
        self.check(FileError::CreateFailed)?;
        self.backend.create(name)?;
        self.set_size(name, 0);
        Ok(())
    }

    /// Bytes from `offset`: at most `max`, perhaps fewer, none only at the end.
    pub(super) fn read(&self, name: &str, offset: u64, max: usize) -> Result<Bytes, FileError> {
        self.check(FileError::ReadFailed)?;
        let left = self.size(name)?.saturating_sub(offset);
        let max = usize::try_from(left).map_or(max, |left| left.min(max));
        if max == 0 { Ok(Bytes::new()) } else { self.backend.read(name, offset, max) }
    }

    /// Overwrites and extends from `offset`; returns the new size. All of it or, when it does not
    /// fit (420), nothing.
    pub(super) fn write(&mut self, name: &str, offset: u64, data: Bytes) -> Result<u64, FileError> {
        self.check(FileError::WriteFailed)?;
        let old = self.size(name)?;
        if offset > old {
            return Err(FileError::PastEnd);
        }
        let new = old.max(offset + data.len() as u64);
        if new - old > self.disk().free {
            return Err(FileError::NoSpace);
        }
        self.backend.write(name, offset, data)?;
        self.set_size(name, new);
        Ok(new)
    }

    /// Cuts a file to `len` bytes, if it is longer.
    pub(super) fn truncate(&mut self, name: &str, len: u64) -> Result<(), FileError> {
        self.check(FileError::WriteFailed)?;
        if self.size(name)? > len {
            self.backend.truncate(name, len)?;
            self.set_size(name, len);
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, name: &str) -> Result<(), FileError> {
        self.check(FileError::DeleteFailed)?;
        self.backend.remove(name)?;
        self.forget(name);
        Ok(())
    }

    /// Renames a file, in place of the one that may have the new name.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), FileError> {
        self.check(FileError::MoveFailed)?;
        let size = self.size(from)?;
        self.backend.rename(from, to)?;
        self.forget(from);
        self.set_size(to, size);
        Ok(())
    }

    /// Its power goes, and with that its files, whatever else is wrong with it.
    pub(super) fn clear(&mut self) {
        let names: Vec<String> = self.sizes.keys().cloned().collect();
        for name in names {
            // One that the disk does not let go of stays in the books.
            if self.backend.remove(&name).is_ok() {
                self.forget(&name);
            }
        }
    }

    fn set_size(&mut self, name: &str, size: u64) {
        match self.sizes.get_mut(name) {
            Some(old) => {
                self.used = self.used - *old + size;
                *old = size;
            }
            None => {
                self.used += size;
                self.sizes.insert(name.to_owned(), size);
            }
        }
    }

    fn forget(&mut self, name: &str) {
        self.used -= self.sizes.remove(name).unwrap_or(0);
    }
}
