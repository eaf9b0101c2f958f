//! The RAM, UFS and SD media.
//!
//! [`Stores`] holds the three media of a module and knows which of their files are open. There
//! are three ways to a file, and a file is open in one of them at a time (else 426):
//!
//! - a [`Writer`] takes an upload or a download from its first to its last byte;
//! - a [`Reader`] gives a file to a transfer, in slices;
//! - a [`Handle`] is what `AT+QFOPEN` gives the host: a position to read and write at.
//!
//! Every operation does all it says or, told by a [`FileError`], nothing.

mod backend;
mod checksum;
mod error;
mod files;
#[cfg(feature = "host")]
mod folder;
mod handle;
#[cfg(test)]
mod model_tests;
mod name;
pub(crate) mod rope;
mod stream;
mod volume;

use std::collections::BTreeMap;

pub use checksum::Checksum;
pub use error::FileError;
pub use files::Existing;
pub use handle::{Handle, MAX_OPEN, OpenMode};
pub use name::{FileName, MAX_NAME, Medium, Pattern};
pub use stream::{Reader, Writer};
pub use volume::{Disk, Disorder, Volume};

/// Capacity of UFS unless told: what an EC25 has, roughly.
pub const DEFAULT_UFS: u64 = 16 * 1024 * 1024;

/// Capacity of RAM unless told: our choice, no source.
pub const DEFAULT_RAM: u64 = 4 * 1024 * 1024;

/// The media of a module, and which files are open.
#[derive(Debug)]
pub struct Stores {
    /// A medium that isn't here is absent.
    volumes: BTreeMap<Medium, Volume>,
    handles: handle::Handles,
    streams: stream::Streams,
}

impl Default for Stores {
    fn default() -> Self {
        Self::new()
    }
}

impl Stores {
    /// UFS and RAM in memory, no SD card.
    pub fn new() -> Self {
        let volumes = BTreeMap::from([
            (Medium::Ufs, Volume::memory(DEFAULT_UFS)),
            (Medium::Ram, Volume::memory(DEFAULT_RAM)),
        ]);
        Self { volumes, handles: handle::Handles::default(), streams: stream::Streams::default() }
    }

    /// Has `volume` as its `medium`, or with none goes without that medium.
    #[must_use]
    pub fn with_medium(mut self, medium: Medium, volume: Option<Volume>) -> Self {
        match volume {
            Some(volume) => self.volumes.insert(medium, volume),
            None => self.volumes.remove(&medium),
        };
        self
    }

    /// Numbers handles from `base`; else from 1, because some hosts take 0 for a failure.
    #[must_use]
    pub fn with_handle_base(mut self, base: u32) -> Self {
        self.handles.base = base;
        self
    }

    /// Something is wrong with a medium from now on, or nothing any more; no matter if it is absent.
    pub fn set_disorder(&mut self, medium: Medium, disorder: Option<Disorder>) {
        if let Some(volume) = self.volumes.get_mut(&medium) {
            volume.set_disorder(disorder);
        }
    }

    /// What is wrong with a medium.
    pub fn disorder(&self, medium: Medium) -> Option<Disorder> {
        self.volumes.get(&medium)?.disorder()
    }

    /// The host's open file is closed behind its back; all of them unless one is named.
    pub fn lose_handles(&mut self, handle: Option<u32>) {
        self.handles.open.retain(|open, _| handle.is_some_and(|handle| open.0 != handle));
    }

    /// The module restarts: the files in RAM are gone, also those of a folder that stands for it,
    /// and nothing is open any more.
    pub fn restart(&mut self) {
        self.handles.open.clear();
        self.streams.open.clear();
        if let Ok(ram) = self.volume(Medium::Ram, FileError::General) {
            ram.clear();
        }
    }

    /// How full the media are, as far as their operations have shown.
    pub fn disks(&self) -> impl Iterator<Item = (Medium, Disk)> {
        self.volumes.iter().map(|(&medium, volume)| (medium, volume.disk()))
    }

    /// A medium as it is now, looked up to do something that fails with `failure` without it.
    fn volume(&mut self, medium: Medium, failure: FileError) -> Result<&mut Volume, FileError> {
        let volume = self.volumes.get_mut(&medium).ok_or(failure)?;
        volume.refresh().map_err(|_| failure)?;
        Ok(volume)
    }

    /// The medium of a file that was looked up before.
    fn open_volume(&mut self, name: &FileName) -> Result<&mut Volume, FileError> {
        self.volumes.get_mut(&name.medium()).ok_or(FileError::General)
    }

    fn check_closed(&self, name: &FileName) -> Result<(), FileError> {
        if self.handles.holds(name) || self.streams.holds(name) {
            return Err(FileError::AlreadyOpen);
        }
        Ok(())
    }
}
