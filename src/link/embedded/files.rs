//! The server's files as a test or a scenario sees them, past the FTP protocol.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use bytes::Bytes;
use cap_std::fs::{Dir, OpenOptions};

use super::{
    folder::{open_file, open_root},
    tree::{Tree, names},
};

/// Why a file operation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing has this name, or a folder on the way to it is missing.
    #[error("no such file or folder")]
    NotFound,
    /// A file stands where a folder is needed.
    #[error("not a folder")]
    NotAFolder,
    /// A folder stands where a file is needed.
    #[error("is a folder")]
    IsAFolder,
    /// The name is taken.
    #[error("the name is taken")]
    AlreadyThere,
    /// The folder still has something in it.
    #[error("the folder is not empty")]
    NotEmpty,
    /// The root can be neither made, written, removed nor renamed.
    #[error("not possible with the root folder")]
    IsTheRoot,
    /// A folder cannot move into itself.
    #[error("a folder cannot move into itself")]
    IntoItself,
    /// The name contains NUL, CR or LF.
    #[error("the name contains NUL, CR or LF")]
    NameNotAllowed,
    /// The offset given with REST lies past the end of the file.
    #[error("offset {offset} lies past the end of the file ({size} bytes)")]
    PastTheEnd {
        /// The offset, in bytes.
        offset: u64,
        /// The file's size, in bytes.
        size: u64,
    },
    /// The server's quota is used up.
    #[error("the quota is used up")]
    QuotaExceeded,
    /// Another upload to the same file began.
    #[error("another upload to the same file began")]
    TakenOver,
    /// The server serves a folder of the user's, which only FTP sessions write to.
    #[error("a served folder is written to by FTP sessions only")]
    ReadOnly,
}

/// One line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last part of the path.
    pub name: String,
    /// A folder, not a file.
    pub is_dir: bool,
    /// Size in bytes; 0 for a folder in memory.
    pub size: u64,
    /// Time of the last change.
    pub modified: SystemTime,
}

/// A handle on what the server serves; clones are cheap and see the same files.
///
/// Paths are absolute and written with `/`, the leading one may be left out; `..` never leads above
/// the root. With [`Root::Folder`](super::Root::Folder) the reading half looks at the disk, never
/// outside of the folder even through symbolic links, and the writing half answers
/// [`FileError::ReadOnly`].
#[derive(Debug, Clone)]
pub struct ServerFiles(Place);

#[derive(Debug, Clone)]
enum Place {
    Memory(Arc<Tree>),
    /// The canonical path of the served folder.
    Folder(Arc<Path>),
}

impl ServerFiles {
    pub(super) fn memory(tree: Arc<Tree>) -> Self {
        Self(Place::Memory(tree))
    }

    /// `root` must be canonical.
    pub(super) fn folder(root: &Path) -> Self {
        Self(Place::Folder(root.into()))
    }

    /// The whole content of a file; `None` when there is no such file.
    pub fn read(&self, path: &str) -> Option<Bytes> {
        match &self.0 {
            Place::Memory(tree) => {
                let file = tree.file(path).ok()?;
                let mut content = Vec::new();
                loop {
                    let chunk = file.chunk(content.len() as u64);
                    if chunk.is_empty() {
                        return Some(content.into());
                    }
                    content.extend_from_slice(&chunk);
                }
            }
            Place::Folder(root) => {
                let root = open_root(root).ok()?;
                let path = relative(path);
                let mut file = open_file(&root, &path, OpenOptions::new().read(true)).ok()?;
                let mut content = Vec::new();
                file.read_to_end(&mut content).ok()?;
                Some(content.into())
            }
        }
    }

    /// The size of a file in bytes; `None` when there is no such file.
    pub fn size(&self, path: &str) -> Option<u64> {
        self.entry(path).filter(|entry| !entry.is_dir).map(|entry| entry.size)
    }

    /// Whether there is a file or folder of this name.
    pub fn exists(&self, path: &str) -> bool {
        self.entry(path).is_some()
    }

    /// What is in a folder, by name; `None` when there is no such folder.
    pub fn list(&self, folder: &str) -> Option<Vec<Entry>> {
        match &self.0 {
            Place::Memory(tree) => tree.list(folder).ok(),
            Place::Folder(root) => {
                let (root, folder) = (open_root(root).ok()?, relative(folder));
                let names = root.read_dir(&folder).ok()?.flatten().map(|item| item.file_name());
                let mut entries: Vec<Entry> =
                    names.filter_map(|name| entry_on_disk(&root, &folder.join(name))).collect();
                entries.sort_by(|a, b| a.name.cmp(&b.name));
                Some(entries)
            }
        }
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        match &self.0 {
            Place::Memory(tree) => tree.entry(path).ok(),
            Place::Folder(root) => entry_on_disk(&open_root(root).ok()?, &relative(path)),
        }
    }

    /// Makes or replaces a file, and the folders on the way to it.
    ///
    /// # Errors
    /// See [`FileError`]; with `QuotaExceeded` what fits is in the file.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> Result<(), FileError> {
        let tree = self.tree()?;
        make_parents(tree, path)?;
        tree.upload(path, 0)?.append(Bytes::copy_from_slice(content.as_ref()))
    }

    /// Like [`write`](Self::write) with `size` bytes of a counter pattern: byte `i` is `i % 251`.
    /// Takes no memory, whatever the size; counts in full towards the quota.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn write_pattern(&self, path: &str, size: u64) -> Result<(), FileError> {
        let tree = self.tree()?;
        make_parents(tree, path)?;
        tree.upload(path, 0)?.fill(size)
    }

    /// Makes a folder and those on the way to it; content when it is there.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn mkdir(&self, path: &str) -> Result<(), FileError> {
        self.tree()?.make_folders(&names(path))
    }

    /// Removes a file, or a folder with everything in it.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn remove(&self, path: &str) -> Result<(), FileError> {
        self.tree()?.remove(path)
    }

    /// Sets the modification time of a file or folder.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn set_modified(&self, path: &str, modified: SystemTime) -> Result<(), FileError> {
        self.tree()?.set_modified(path, modified)
    }

    fn tree(&self) -> Result<&Tree, FileError> {
        match &self.0 {
            Place::Memory(tree) => Ok(tree),
            Place::Folder(_) => Err(FileError::ReadOnly),
        }
    }
}

fn make_parents(tree: &Tree, path: &str) -> Result<(), FileError> {
    let path = names(path);
    tree.make_folders(&path[..path.len().saturating_sub(1)])
}

/// The path beneath the served folder.
fn relative(path: &str) -> PathBuf {
    Path::new(".").join(names(path).join("/"))
}

/// The file or folder at `path`, if there is one beneath `root`.
fn entry_on_disk(root: &Dir, path: &Path) -> Option<Entry> {
    let metadata = root.metadata(path).ok()?;
    let is_dir = metadata.is_dir();
    (is_dir || metadata.is_file()).then_some(())?;
    Some(Entry {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        is_dir,
        size: metadata.len(),
        modified: metadata.modified().ok()?.into_std(),
    })
}
