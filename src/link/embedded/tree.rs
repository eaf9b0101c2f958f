//! Folders and files in memory, with the rules of a Unix file system.
//!
//! Paths are resolved by their text alone: `//`, `.` and `..` mean what they mean in Unix, but `..`
//! never leads above the root, and there are no links.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::SystemTime,
};

use bytes::Bytes;

use super::{
    body::{Body, Full, Space},
    files::{Entry, FileError},
};
use crate::link::buffers::Buffers;

/// Where modification times come from; the wall clock by default.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that answers with whatever `now` returns.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl From<Full> for FileError {
    fn from(_: Full) -> Self {
        Self::QuotaExceeded
    }
}

/// The names on the way from the root to `path`.
pub(super) fn names(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names
}

/// A file's content and its time. Who holds it goes on reading or writing it after the file was
/// renamed or removed, as in Unix.
#[derive(Debug)]
pub(super) struct File(Mutex<FileState>);

#[derive(Debug)]
struct FileState {
    body: Body,
    modified: SystemTime,
    /// How often the file was opened for writing: the number of the one that may write.
    writer: u64,
}

impl File {
    fn new(body: Body, modified: SystemTime) -> Arc<Self> {
        Arc::new(Self(Mutex::new(FileState { body, modified, writer: 0 })))
    }

    fn state(&self) -> MutexGuard<'_, FileState> {
        self.0.lock().expect("no panic while a file is locked")
    }

    pub(super) fn len(&self) -> u64 {
        self.state().body.len()
    }

    /// A piece of the content from `offset` on; empty at the end.
    pub(super) fn chunk(&self, offset: u64) -> Bytes {
        self.state().body.chunk(offset)
    }
}

/// A file opened for writing at one place; [`Upload::append`] goes on from there.
#[derive(Debug)]
pub(super) struct Upload {
    file: Arc<File>,
    writer: u64,
    clock: Clock,
}

impl Upload {
    /// Cuts `file` at `offset`. From now on nobody else who has it open may write: the rest of a
    /// broken upload, still in some socket buffer, must not end up behind the resumed one.
    fn start(file: Arc<File>, offset: u64, clock: Clock) -> Result<Self, FileError> {
        let mut state = file.state();
        let size = state.body.len();
        if offset > size {
            return Err(FileError::PastTheEnd { offset, size });
        }
        state.body.truncate(offset);
        state.modified = clock.now();
        state.writer += 1;
        let writer = state.writer;
        drop(state);
        Ok(Self { file, writer, clock })
    }

    /// Writes `data`. What fits into the quota stays written when the rest does not.
    pub(super) fn append(&self, data: Bytes) -> Result<(), FileError> {
        Ok(self.state()?.body.append(data)?)
    }

    /// Writes `size` bytes of the counter pattern into a file opened at its start.
    pub(super) fn fill(&self, size: u64) -> Result<(), FileError> {
        Ok(self.state()?.body.fill(size)?)
    }

    /// The file's state, about to be changed.
    fn state(&self) -> Result<MutexGuard<'_, FileState>, FileError> {
        let mut state = self.file.state();
        if state.writer != self.writer {
            return Err(FileError::TakenOver);
        }
        state.modified = self.clock.now();
        Ok(state)
    }
}

#[derive(Debug)]
enum Node {
    Folder(Folder),
    File(Arc<File>),
}

impl Node {
    fn entry(&self, name: &str) -> Entry {
        let (is_dir, size, modified) = match self {
            Self::Folder(folder) => return folder.entry(name),
            Self::File(file) => {
                let state = file.state();
                (false, state.body.len(), state.modified)
            }
        };
        Entry { name: name.to_owned(), is_dir, size, modified }
    }
}

#[derive(Debug)]
struct Folder {
    nodes: BTreeMap<String, Node>,
    modified: SystemTime,
}

impl Folder {
    fn new(modified: SystemTime) -> Self {
        Self { nodes: BTreeMap::new(), modified }
    }

    fn entry(&self, name: &str) -> Entry {
        Entry { name: name.to_owned(), is_dir: true, size: 0, modified: self.modified }
    }

    /// The folder at `path` below this one.
    fn folder(&self, path: &[&str]) -> Result<&Self, FileError> {
        path.iter().try_fold(self, |folder, name| match folder.node(name)? {
            Node::Folder(next) => Ok(next),
            Node::File(_) => Err(FileError::NotAFolder),
        })
    }

    fn folder_mut(&mut self, path: &[&str]) -> Result<&mut Self, FileError> {
        path.iter().try_fold(self, |folder, name| match folder.nodes.get_mut(*name) {
            Some(Node::Folder(next)) => Ok(next),
            Some(Node::File(_)) => Err(FileError::NotAFolder),
            None => Err(FileError::NotFound),
        })
    }

    fn node(&self, name: &str) -> Result<&Node, FileError> {
        self.nodes.get(name).ok_or(FileError::NotFound)
    }

    fn insert(&mut self, name: &str, node: Node, now: SystemTime) {
        self.nodes.insert(name.to_owned(), node);
        self.modified = now;
    }

    fn remove(&mut self, name: &str, now: SystemTime) -> Result<Node, FileError> {
        let node = self.nodes.remove(name).ok_or(FileError::NotFound)?;
        self.modified = now;
        Ok(node)
    }
}

/// Splits off the last name; the root has none and can be neither made, removed nor renamed.
fn leaf<'a, 'b>(path: &'b [&'a str]) -> Result<(&'a str, &'b [&'a str]), FileError> {
    path.split_last().map(|(name, parent)| (*name, parent)).ok_or(FileError::IsTheRoot)
}

/// [`leaf`] for a path that is to be made.
fn new_leaf<'a, 'b>(path: &'b [&'a str]) -> Result<(&'a str, &'b [&'a str]), FileError> {
    let (name, parent) = leaf(path)?;
    check_name(name)?;
    Ok((name, parent))
}

/// A name that would break a listing or a command line is refused.
fn check_name(name: &str) -> Result<(), FileError> {
    if name.contains(['\0', '\r', '\n']) { Err(FileError::NameNotAllowed) } else { Ok(()) }
}

/// The whole of a server's files.
#[derive(Debug)]
pub(super) struct Tree {
    root: Mutex<Folder>,
    space: Arc<Space>,
    clock: Clock,
    buffers: Mutex<Buffers>,
}

impl Tree {
    /// An empty tree whose files may take up `quota` bytes together.
    pub(super) fn new(quota: Option<u64>, clock: Clock) -> Self {
        let root = Mutex::new(Folder::new(clock.now()));
        Self { root, space: Space::new(quota), clock, buffers: Mutex::default() }
    }

    fn root(&self) -> MutexGuard<'_, Folder> {
        self.root.lock().expect("no panic while the tree is locked")
    }

    /// What uploads arrive in.
    pub(super) fn buffers(&self) -> MutexGuard<'_, Buffers> {
        self.buffers.lock().expect("no panic while buffers are exchanged")
    }

    /// What is at `path`.
    pub(super) fn entry(&self, path: &str) -> Result<Entry, FileError> {
        let root = self.root();
        match names(path).split_last() {
            None => Ok(root.entry("/")),
            Some((name, parent)) => Ok(root.folder(parent)?.node(name)?.entry(name)),
        }
    }

    /// What is in the folder at `path`, by name.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Entry>, FileError> {
        let root = self.root();
        let folder = root.folder(&names(path))?;
        Ok(folder.nodes.iter().map(|(name, node)| node.entry(name)).collect())
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Result<Arc<File>, FileError> {
        let path = names(path);
        let (name, parent) = leaf(&path)?;
        match self.root().folder(parent)?.node(name)? {
            Node::File(file) => Ok(file.clone()),
            Node::Folder(_) => Err(FileError::IsAFolder),
        }
    }

    /// Opens the file at `path` for writing from `offset` on, and makes it when it is not there.
    /// Bytes before `offset` stay, all others go.
    pub(super) fn upload(&self, path: &str, offset: u64) -> Result<Upload, FileError> {
        let path = names(path);
        let (name, parent) = new_leaf(&path)?;
        let mut root = self.root();
        let folder = root.folder_mut(parent)?;
        let file = match folder.nodes.get(name) {
            Some(Node::File(file)) => file.clone(),
            Some(Node::Folder(_)) => return Err(FileError::IsAFolder),
            None if offset > 0 => return Err(FileError::PastTheEnd { offset, size: 0 }),
            None => {
                let now = self.clock.now();
                let file = File::new(Body::new(self.space.clone()), now);
                folder.insert(name, Node::File(file.clone()), now);
                file
            }
        };
        drop(root);
        Upload::start(file, offset, self.clock.clone())
    }

    /// Makes the folder at `path`; its parent must be there.
    pub(super) fn make_folder(&self, path: &str) -> Result<(), FileError> {
        let path = names(path);
        let (name, parent) = new_leaf(&path)?;
        let now = self.clock.now();
        let mut root = self.root();
        let folder = root.folder_mut(parent)?;
        if folder.nodes.contains_key(name) {
            return Err(FileError::AlreadyThere);
        }
        folder.insert(name, Node::Folder(Folder::new(now)), now);
        Ok(())
    }

    /// Makes every folder on the way to `path` and `path` itself, where they are not there yet.
    pub(super) fn make_folders(&self, path: &[&str]) -> Result<(), FileError> {
        let now = self.clock.now();
        let mut root = self.root();
        let mut folder = &mut *root;
        for name in path {
            check_name(name)?;
            if !folder.nodes.contains_key(*name) {
                folder.insert(name, Node::Folder(Folder::new(now)), now);
            }
            folder = folder.folder_mut(&[name])?;
        }
        Ok(())
    }

    /// Removes the file at `path`.
    pub(super) fn remove_file(&self, path: &str) -> Result<(), FileError> {
        self.remove_if(path, |node| match node {
            Node::File(_) => Ok(()),
            Node::Folder(_) => Err(FileError::IsAFolder),
        })
    }

    /// Removes the empty folder at `path`.
    pub(super) fn remove_folder(&self, path: &str) -> Result<(), FileError> {
        self.remove_if(path, |node| match node {
            Node::Folder(folder) if folder.nodes.is_empty() => Ok(()),
            Node::Folder(_) => Err(FileError::NotEmpty),
            Node::File(_) => Err(FileError::NotAFolder),
        })
    }

    /// Removes whatever is at `path`, a folder with everything in it.
    pub(super) fn remove(&self, path: &str) -> Result<(), FileError> {
        self.remove_if(path, |_| Ok(()))
    }

    fn remove_if(
        &self,
        path: &str,
        allowed: impl FnOnce(&Node) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let path = names(path);
        let (name, parent) = leaf(&path)?;
        let mut root = self.root();
        let folder = root.folder_mut(parent)?;
        allowed(folder.node(name)?)?;
        folder.remove(name, self.clock.now()).map(drop)
    }

    /// Renames or moves a file or folder. A file takes the place of another file; nothing takes the
    /// place of a folder.
    pub(super) fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        let (from, to) = (names(from), names(to));
        let (old_name, old_parent) = leaf(&from)?;
        let (new_name, new_parent) = new_leaf(&to)?;
        let now = self.clock.now();
        let mut root = self.root();
        let is_file = matches!(root.folder(old_parent)?.node(old_name)?, Node::File(_));
        if from == to {
            return Ok(());
        }
        if to.starts_with(&from) && !is_file {
            return Err(FileError::IntoItself);
        }
        match root.folder(new_parent)?.nodes.get(new_name) {
            None => {}
            Some(Node::File(_)) if is_file => {}
            Some(_) => return Err(FileError::AlreadyThere),
        }
        let node = root.folder_mut(old_parent)?.remove(old_name, now)?;
        root.folder_mut(new_parent)?.insert(new_name, node, now);
        Ok(())
    }

    /// Sets the time of the file or folder at `path`.
    pub(super) fn set_modified(&self, path: &str, modified: SystemTime) -> Result<(), FileError> {
        let mut root = self.root();
        let path = names(path);
        let Some((name, parent)) = path.split_last() else {
            root.modified = modified;
            return Ok(());
        };
        match root.folder_mut(parent)?.nodes.get_mut(*name) {
            Some(Node::File(file)) => file.state().modified = modified,
            Some(Node::Folder(folder)) => folder.modified = modified,
            None => return Err(FileError::NotFound),
        }
        Ok(())
    }
}
