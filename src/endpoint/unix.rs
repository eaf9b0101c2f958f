//! A Unix socket: a file, or a name in Linux' abstract namespace.
//!
//! A socket file outlives a process that was killed. So one that is found at start is replaced if
//! nobody serves it, and left alone if somebody does. To find out, a *datagram* socket is connected
//! to it: the kernel refuses that with ECONNREFUSED where nobody is, and with EPROTOTYPE where a
//! stream socket is, which thus never learns of it; a real connection would be a host to it.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll, ready};

use nix::errno::Errno;
use nix::sys::stat::{Mode, fchmod};
use tokio::net::{UnixListener, UnixSocket, UnixStream};

use super::RuntimeDir;
use super::stream::{Accept, StreamEndpoint};

/// A Unix socket as [`Endpoint`](super::Endpoint).
pub type Unix = StreamEndpoint<UnixPort>;

/// Hosts that may wait while one is being accepted.
const BACKLOG: u32 = 16;

/// A listening Unix socket. Dropping it removes its file.
#[derive(Debug)]
pub struct UnixPort {
    dir: RuntimeDir,
    path: PathBuf,
    name: String,
    socket: Option<Socket>,
}

/// A socket that is listened on.
#[derive(Debug)]
struct Socket {
    listener: UnixListener,
    /// Removes itself.
    _file: Option<SocketFile>,
}

/// Our file, known by its number: another one of the same name is not removed.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    inode: (u64, u64),
}

impl Unix {
    /// Listens on `path`: a new file that only its owner may open (mode 0600), or with `@name` an
    /// abstract name, which any user on the machine may open, as a port on loopback. `dir` keeps
    /// two processes from replacing the same stale file. Needs a tokio runtime around it.
    ///
    /// # Errors
    ///
    /// When something is in the way, or the folder is missing or closed to us.
    pub fn bind(dir: &RuntimeDir, path: &Path) -> Result<Self, UnixError> {
        let path = match path.as_os_str().as_bytes() {
            [] | [b'@'] => return Err(UnixError::NoName),
            [b'@', ..] => path.to_owned(),
            _ => std::path::absolute(path).map_err(|error| UnixError::io(path, &error))?,
        };
        let socket = Some(Socket::listen(dir, &path)?);
        let name = path.display().to_string();
        Ok(Self::new(UnixPort { dir: dir.clone(), path, name, socket }))
    }

    /// Where it is: an absolute path, or `@name`.
    pub fn path(&self) -> &Path {
        &self.listener.path
    }
}

impl Accept for UnixPort {
    type Stream = UnixStream;

    fn name(&self) -> &str {
        &self.name
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<UnixStream>> {
        let Some(socket) = &self.socket else {
            return Poll::Pending;
        };
        let (stream, _) = ready!(socket.listener.poll_accept(cx))?;
        Poll::Ready(Ok(stream))
    }

    fn close(&mut self) {
        self.socket = None;
    }

    fn reopen(&mut self) -> io::Result<()> {
        self.socket = Some(Socket::listen(&self.dir, &self.path).map_err(io::Error::other)?);
        Ok(())
    }
}

impl Socket {
    fn listen(dir: &RuntimeDir, path: &Path) -> Result<Self, UnixError> {
        let (listener, file) = match path.as_os_str().as_bytes() {
            [b'@', name @ ..] => (listen_abstract(path, name)?, None),
            _ => {
                let (listener, file) = listen_file(dir, path)?;
                (listener, Some(file))
            }
        };
        Ok(Self { listener, _file: file })
    }
}

fn listen_abstract(path: &Path, name: &[u8]) -> Result<UnixListener, UnixError> {
    let refused = |error: io::Error| UnixError::io(path, &error);
    let socket = UnixSocket::new_stream().map_err(refused)?;
    // The kernel's spelling: a NUL in front.
    let name = [b"\0", name].concat();
    socket.bind(std::ffi::OsStr::from_bytes(&name)).map_err(refused)?;
    socket.listen(BACKLOG).map_err(refused)
}

fn listen_file(dir: &RuntimeDir, path: &Path) -> Result<(UnixListener, SocketFile), UnixError> {
    let refused = |error: io::Error| UnixError::io(path, &error);
    let _turn = dir.take_turn().map_err(refused)?;
    clear(path)?;
    let socket = UnixSocket::new_stream().map_err(refused)?;
    // The file is made with the socket's mode: changed later, it might be another one's by then.
    fchmod(&socket, Mode::S_IRUSR | Mode::S_IWUSR).map_err(|errno| refused(errno.into()))?;
    socket.bind(path).map_err(refused)?;
    let found = fs::symlink_metadata(path).map_err(refused)?;
    let file = SocketFile { path: path.to_owned(), inode: (found.dev(), found.ino()) };
    Ok((socket.listen(BACKLOG).map_err(refused)?, file))
}

/// Makes sure that nothing is at `path`: removes a socket that nobody serves, reports anything
/// else.
fn clear(path: &Path) -> Result<(), UnixError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(UnixError::io(path, &error)),
    };
    if !found.file_type().is_socket() {
        return Err(UnixError::NotASocket { path: path.to_owned() });
    }
    let probe = UnixDatagram::unbound().and_then(|probe| probe.connect(path));
    match probe.map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or_default())) {
        Ok(()) | Err(Errno::EPROTOTYPE) => Err(UnixError::InUse { path: path.to_owned() }),
        Err(Errno::ECONNREFUSED) => {
            fs::remove_file(path).map_err(|error| UnixError::io(path, &error))
        }
        Err(errno) => Err(UnixError::io(path, &errno.into())),
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|is| (is.dev(), is.ino()) == self.inode) {
            // It can only fail if the folder was closed to us; the socket is stale then.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Why there can be no socket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnixError {
    /// Somebody serves it.
    #[error("{path}: another running program serves this socket; choose another --unix")]
    InUse {
        /// The socket.
        path: PathBuf,
    },
    /// A file, a folder, a symlink…
    #[error("{path}: is there and no socket; choose another --unix or remove it")]
    NotASocket {
        /// What was to be the socket.
        path: PathBuf,
    },
    /// Nothing, or `@` alone.
    #[error("--unix needs a path, or @ and a name")]
    NoName,
    /// The system refused.
    #[error("{path}: {kind}; choose another --unix")]
    Io {
        /// The socket.
        path: PathBuf,
        /// The reason; [`io::ErrorKind::InvalidInput`] is a path of more than 107 bytes.
        kind: io::ErrorKind,
    },
}

impl UnixError {
    fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.to_owned(), kind: error.kind() }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::HostEvent;
    use super::super::testing::{next, receive, send, stalls_and_loses_nothing};
    use super::*;

    struct Place {
        _tmp: TempDir,
        dir: RuntimeDir,
        path: PathBuf,
    }

    impl Place {
        fn new() -> Self {
            let tmp = tempfile::tempdir().unwrap();
            let dir = RuntimeDir::new(&tmp.path().join("run")).unwrap();
            let path = tmp.path().join("port");
            Self { _tmp: tmp, dir, path }
        }

        fn bind(&self) -> Result<Unix, UnixError> {
            Unix::bind(&self.dir, &self.path)
        }

        fn refusal(&self) -> UnixError {
            self.bind().err().expect("refused")
        }
    }

    #[tokio::test]
    async fn host_after_host_is_served_and_a_second_one_turned_away() {
        let place = Place::new();
        let mut port = place.bind().unwrap();
        for _ in 0..3 {
            let mut host = UnixStream::connect(port.path()).await.unwrap();
            assert_eq!(next(&mut port).await.0, HostEvent::Opened);
            let mut second = UnixStream::connect(port.path()).await.unwrap();
            let turned_away = async {
                assert_eq!(second.read(&mut [0]).await.unwrap(), 0);
                host.write_all(b"AT\r").await.unwrap();
            };
            let (data, ()) = tokio::join!(receive(&mut port, 3), turned_away);
            assert_eq!(data, b"AT\r");
            send(&mut port, b"OK").await;
            assert_eq!(host.read_u16().await.unwrap(), u16::from_be_bytes(*b"OK"));
            drop(host);
            assert_eq!(next(&mut port).await, (HostEvent::Closed, vec![]));
        }
    }

    #[tokio::test]
    async fn a_host_that_does_not_read_stalls_the_modem_and_loses_nothing() {
        let place = Place::new();
        let mut port = place.bind().unwrap();
        let host = UnixStream::connect(port.path()).await.unwrap();
        assert_eq!(next(&mut port).await.0, HostEvent::Opened);
        stalls_and_loses_nothing(port, host, 4 << 20).await;
    }

    #[tokio::test]
    async fn the_file_is_for_its_owner_and_goes_with_the_port() {
        let place = Place::new();
        let port = place.bind().unwrap();
        assert_eq!(fs::metadata(&place.path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(port.path(), place.path);
        drop(port);
        assert!(!place.path.exists());
    }

    #[tokio::test]
    async fn a_file_that_took_its_place_is_left_alone() {
        let place = Place::new();
        let port = place.bind().unwrap();
        fs::remove_file(&place.path).unwrap();
        fs::write(&place.path, "precious").unwrap();
        drop(port);
        assert_eq!(fs::read_to_string(&place.path).unwrap(), "precious");
    }

    #[tokio::test]
    async fn a_socket_that_nobody_serves_is_replaced() {
        let place = Place::new();
        drop(std::os::unix::net::UnixListener::bind(&place.path).unwrap());
        assert!(place.path.exists());
        let port = place.bind().unwrap();
        UnixStream::connect(port.path()).await.unwrap();
    }

    #[tokio::test]
    async fn a_socket_that_is_served_is_refused_and_its_server_undisturbed() {
        let place = Place::new();
        let mut port = place.bind().unwrap();
        assert_eq!(place.refusal(), UnixError::InUse { path: place.path.clone() });
        let mut host = UnixStream::connect(port.path()).await.unwrap();
        host.write_all(b"A").await.unwrap();
        assert_eq!(next(&mut port).await, (HostEvent::Opened, vec![]));
        assert_eq!(next(&mut port).await, (HostEvent::Data, b"A".to_vec()));

        drop((port, host));
        let _datagrams = UnixDatagram::bind(&place.path).unwrap();
        assert_eq!(place.refusal(), UnixError::InUse { path: place.path.clone() });
    }

    #[tokio::test]
    async fn anything_else_in_the_way_is_refused_and_stays() {
        let place = Place::new();
        let refusal = UnixError::NotASocket { path: place.path.clone() };
        fs::write(&place.path, "precious").unwrap();
        assert_eq!(place.refusal(), refusal);
        assert_eq!(fs::read_to_string(&place.path).unwrap(), "precious");
        fs::remove_file(&place.path).unwrap();
        fs::create_dir(&place.path).unwrap();
        assert_eq!(place.refusal(), refusal);
        fs::remove_dir(&place.path).unwrap();
        symlink("nowhere", &place.path).unwrap();
        assert_eq!(place.refusal(), refusal);
        assert!(place.path.is_symlink());
    }

    #[tokio::test]
    async fn a_path_that_cannot_hold_a_socket_is_refused() {
        let Place { _tmp: tmp, dir, .. } = Place::new();
        let missing = tmp.path().join("missing/port");
        let long = tmp.path().join("x".repeat(108));
        for (path, kind) in
            [(missing, io::ErrorKind::NotFound), (long, io::ErrorKind::InvalidInput)]
        {
            let error = Unix::bind(&dir, &path).err().expect("refused");
            assert_eq!(error, UnixError::Io { path, kind });
        }
        for path in ["", "@"] {
            let error = Unix::bind(&dir, Path::new(path)).err().expect("refused");
            assert_eq!(error, UnixError::NoName);
        }
    }

    #[tokio::test]
    async fn an_abstract_name_leaves_no_file_and_is_free_again_when_dropped() {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net;

        let place = Place::new();
        let text = format!("qftpsim-test-{}", place.path.display());
        let name = PathBuf::from(format!("@{text}"));
        let addr = net::SocketAddr::from_abstract_name(&text).unwrap();
        for _ in 0..2 {
            let mut port = Unix::bind(&place.dir, &name).unwrap();
            assert_eq!(port.path(), name);
            let _host = net::UnixStream::connect_addr(&addr).unwrap();
            assert_eq!(next(&mut port).await.0, HostEvent::Opened);
            let error = Unix::bind(&place.dir, &name).err().expect("taken");
            assert_eq!(error, UnixError::Io { path: name.clone(), kind: io::ErrorKind::AddrInUse });
        }
    }
}
