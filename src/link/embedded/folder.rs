//! A folder of this machine: unftp-sbe-fs, but only for files and folders. That would open whatever
//! has the name: a pipe would hold one of its threads for ever, a device would be written to.
//!
//! No path leads out of the folder: each step of it is taken beneath the open folder (cap-std), also
//! if somebody puts a link in its way at that moment.

use std::{
    fmt::Debug,
    fs::File,
    io::{self, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use cap_std::{
    ambient_authority,
    fs::{Dir, OpenOptions, OpenOptionsExt},
};
use nix::fcntl::OFlag;
use tokio::{
    io::{AsyncRead, AsyncSeekExt, AsyncWriteExt, BufReader, BufWriter},
    task::spawn_blocking,
};
use unftp_core::{
    auth::DefaultUser,
    storage::{Fileinfo, Result, StorageBackend},
};
use unftp_sbe_fs::{Filesystem, Meta};

/// Read or written at once, in bytes.
const BLOCK: usize = 64 * 1024;

/// Opens the folder at `root`, beneath which everything has to be.
pub(super) fn open_root(root: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(root, ambient_authority())
}

/// Opens the file at `path`, which `options` may create.
pub(super) fn open_file(root: &Dir, path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    match root.metadata(path) {
        // Opening a device can have effects already.
        Ok(found) if !found.is_file() => Err(no_file()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => open_if_file(root, path, options),
    }
}

/// The same, whatever may have come to `path` since somebody looked; nobody is waited for.
pub(super) fn open_if_file(root: &Dir, path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = root.open_with(path, options.custom_flags(flags.bits()))?.into_std();
    if file.metadata()?.is_file() { Ok(file) } else { Err(no_file()) }
}

fn no_file() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "not a file")
}

/// One session's view of the folder.
#[derive(Debug)]
pub(super) struct FolderStorage {
    inner: Filesystem,
    root: Arc<Dir>,
}

impl FolderStorage {
    pub(super) fn new(root: &Path) -> io::Result<FolderStorage> {
        Ok(FolderStorage { inner: Filesystem::new(root)?, root: Arc::new(open_root(root)?) })
    }

    async fn open(&self, path: &Path, mut options: OpenOptions) -> Result<tokio::fs::File> {
        let (root, path) = (self.root.clone(), path.strip_prefix("/").unwrap_or(path).to_owned());
        let opened = spawn_blocking(move || open_file(&root, &path, &mut options)).await;
        Ok(tokio::fs::File::from_std(opened.map_err(io::Error::other)??))
    }
}

#[async_trait]
impl StorageBackend<DefaultUser> for FolderStorage {
    type Metadata = Meta;

    fn name(&self) -> &str {
        "folder"
    }

    fn supported_features(&self) -> u32 {
        StorageBackend::<DefaultUser>::supported_features(&self.inner)
    }

    async fn metadata<P: AsRef<Path> + Send + Debug>(
        &self,
        user: &DefaultUser,
        path: P,
    ) -> Result<Meta> {
        self.inner.metadata(user, path).await
    }

    async fn list<P: AsRef<Path> + Send + Debug>(
        &self,
        user: &DefaultUser,
        path: P,
    ) -> Result<Vec<Fileinfo<PathBuf, Meta>>> {
        self.inner.list(user, path).await
    }

    async fn get<P: AsRef<Path> + Send + Debug>(
        &self,
        _: &DefaultUser,
        path: P,
        start_pos: u64,
    ) -> Result<Box<dyn AsyncRead + Send + Sync + Unpin>> {
        let mut options = OpenOptions::new();
        options.read(true);
        let mut file = self.open(path.as_ref(), options).await?;
        file.seek(SeekFrom::Start(start_pos)).await?;
        Ok(Box::new(BufReader::with_capacity(BLOCK, file)))
    }

    async fn put<P: AsRef<Path> + Send + Debug, R: AsyncRead + Send + Sync + Unpin + 'static>(
        &self,
        _: &DefaultUser,
        input: R,
        path: P,
        start_pos: u64,
    ) -> Result<u64> {
        let mut options = OpenOptions::new();
        options.write(true).create(true);
        let mut file = self.open(path.as_ref(), options).await?;
        file.set_len(start_pos).await?;
        file.seek(SeekFrom::Start(start_pos)).await?;
        let mut input = BufReader::with_capacity(BLOCK, input);
        let mut file = BufWriter::with_capacity(BLOCK, file);
        let written = tokio::io::copy_buf(&mut input, &mut file).await?;
        file.flush().await?;
        Ok(written)
    }

    async fn del<P: AsRef<Path> + Send + Debug>(&self, user: &DefaultUser, path: P) -> Result<()> {
        self.inner.del(user, path).await
    }

    async fn mkd<P: AsRef<Path> + Send + Debug>(&self, user: &DefaultUser, path: P) -> Result<()> {
        self.inner.mkd(user, path).await
    }

    async fn rename<P: AsRef<Path> + Send + Debug>(
        &self,
        user: &DefaultUser,
        from: P,
        to: P,
    ) -> Result<()> {
        self.inner.rename(user, from, to).await
    }

    async fn rmd<P: AsRef<Path> + Send + Debug>(&self, user: &DefaultUser, path: P) -> Result<()> {
        self.inner.rmd(user, path).await
    }

    async fn cwd<P: AsRef<Path> + Send + Debug>(&self, user: &DefaultUser, path: P) -> Result<()> {
        self.inner.cwd(user, path).await
    }
}
