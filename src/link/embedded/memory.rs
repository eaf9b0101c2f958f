//! The in-memory tree as a libunftp storage back-end.

use std::{
    borrow::Cow,
    fmt::Debug,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use async_trait::async_trait;
use futures_util::stream;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite};
use tokio_util::io::StreamReader;
use unftp_core::{
    auth::UserDetail,
    storage::{
        Error, ErrorKind, FEATURE_RESTART, Fileinfo, Metadata, Permissions, Result, StorageBackend,
    },
};

use super::{
    files::{Entry, FileError},
    tree::Tree,
};

/// One session's view of the tree; all sessions see the same.
#[derive(Debug)]
pub(super) struct MemoryStorage(pub(super) Arc<Tree>);

impl MemoryStorage {
    fn reader(
        &self,
        path: &Path,
        mut offset: u64,
    ) -> Result<impl AsyncBufRead + Send + Sync + Unpin + use<>> {
        let file = self.0.file(&text(path))?;
        let size = file.len();
        if offset > size {
            return Err(FileError::PastTheEnd { offset, size }.into());
        }
        let chunks = std::iter::from_fn(move || {
            let chunk = file.chunk(offset);
            offset += chunk.len() as u64;
            (!chunk.is_empty()).then_some(io::Result::Ok(chunk))
        });
        Ok(StreamReader::new(stream::iter(chunks)))
    }
}

/// libunftp's paths come from text; bytes that were not UTF-8 are already replaced.
fn text(path: &Path) -> Cow<'_, str> {
    path.to_string_lossy()
}

/// The reply code is chosen here; the text of the reply is libunftp's.
impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        let kind = match error {
            FileError::NotFound | FileError::PastTheEnd { .. } => {
                ErrorKind::PermanentFileNotAvailable
            }
            FileError::NotAFolder => ErrorKind::PermanentDirectoryNotAvailable,
            FileError::NotEmpty => ErrorKind::PermanentDirectoryNotEmpty,
            FileError::NameNotAllowed => ErrorKind::FileNameNotAllowedError,
            FileError::QuotaExceeded => ErrorKind::InsufficientStorageSpaceError,
            FileError::TakenOver => ErrorKind::TransientFileNotAvailable,
            FileError::IsAFolder
            | FileError::AlreadyThere
            | FileError::IsTheRoot
            | FileError::IntoItself
            | FileError::ReadOnly => ErrorKind::PermissionDenied,
        };
        Self::new(kind, error)
    }
}

impl Metadata for Entry {
    fn len(&self) -> u64 {
        self.size
    }

    fn is_dir(&self) -> bool {
        self.is_dir
    }

    fn is_file(&self) -> bool {
        !self.is_dir
    }

    fn is_symlink(&self) -> bool {
        false
    }

    fn modified(&self) -> Result<SystemTime> {
        Ok(self.modified)
    }

    fn gid(&self) -> u32 {
        0
    }

    fn uid(&self) -> u32 {
        0
    }

    fn permissions(&self) -> Permissions {
        Permissions(if self.is_dir { 0o755 } else { 0o644 })
    }
}

#[async_trait]
impl<User: UserDetail> StorageBackend<User> for MemoryStorage {
    type Metadata = Entry;

    fn name(&self) -> &str {
        "memory"
    }

    fn supported_features(&self) -> u32 {
        FEATURE_RESTART
    }

    async fn metadata<P: AsRef<Path> + Send + Debug>(&self, _: &User, path: P) -> Result<Entry> {
        Ok(self.0.entry(&text(path.as_ref()))?)
    }

    async fn list<P: AsRef<Path> + Send + Debug>(
        &self,
        _: &User,
        path: P,
    ) -> Result<Vec<Fileinfo<PathBuf, Entry>>> {
        let path = text(path.as_ref());
        let entries = match self.0.list(&path) {
            // The listing of a file is the file, as in `ls`.
            Err(FileError::NotAFolder) => vec![self.0.entry(&path)?],
            listed => listed?,
        };
        let info = |entry: Entry| Fileinfo { path: PathBuf::from(&entry.name), metadata: entry };
        Ok(entries.into_iter().map(info).collect())
    }

    /// Writes whole pages: the default copies through 8 KiB.
    async fn get_into<'a, P, W: ?Sized>(
        &self,
        _: &User,
        path: P,
        start_pos: u64,
        output: &'a mut W,
    ) -> Result<u64>
    where
        W: AsyncWrite + Unpin + Sync + Send,
        P: AsRef<Path> + Send + Debug,
    {
        let mut reader = self.reader(path.as_ref(), start_pos)?;
        Ok(tokio::io::copy_buf(&mut reader, output).await?)
    }

    async fn get<P: AsRef<Path> + Send + Debug>(
        &self,
        _: &User,
        path: P,
        start_pos: u64,
    ) -> Result<Box<dyn AsyncRead + Send + Sync + Unpin>> {
        Ok(Box::new(self.reader(path.as_ref(), start_pos)?))
    }

    /// Every piece is in the file as soon as it came in, so a broken upload leaves what arrived.
    async fn put<P: AsRef<Path> + Send + Debug, R: AsyncRead + Send + Sync + Unpin + 'static>(
        &self,
        _: &User,
        mut input: R,
        path: P,
        start_pos: u64,
    ) -> Result<u64> {
        let upload = self.0.upload(&text(path.as_ref()), start_pos)?;
        let mut buffer = self.0.buffers().begin();
        let mut written = 0;
        loop {
            let n = input.read_buf(&mut buffer).await.map_err(broken)?;
            if n == 0 {
                self.0.buffers().end(buffer);
                return Ok(written);
            }
            upload.append(buffer.split().freeze())?;
            self.0.buffers().renew(&mut buffer);
            written += n as u64;
        }
    }

    async fn del<P: AsRef<Path> + Send + Debug>(&self, _: &User, path: P) -> Result<()> {
        Ok(self.0.remove_file(&text(path.as_ref()))?)
    }

    async fn mkd<P: AsRef<Path> + Send + Debug>(&self, _: &User, path: P) -> Result<()> {
        Ok(self.0.make_folder(&text(path.as_ref()))?)
    }

    async fn rename<P: AsRef<Path> + Send + Debug>(&self, _: &User, from: P, to: P) -> Result<()> {
        Ok(self.0.rename(&text(from.as_ref()), &text(to.as_ref()))?)
    }

    async fn rmd<P: AsRef<Path> + Send + Debug>(&self, _: &User, path: P) -> Result<()> {
        Ok(self.0.remove_folder(&text(path.as_ref()))?)
    }

    async fn cwd<P: AsRef<Path> + Send + Debug>(&self, _: &User, path: P) -> Result<()> {
        Ok(self.0.list(&text(path.as_ref())).map(drop)?)
    }
}

/// A TLS data connection that ends without close_notify is a broken one (426), not a local error.
fn broken(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::new(ErrorKind::ConnectionClosed, error),
        _ => error.into(),
    }
}
