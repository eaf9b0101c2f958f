//! The embedded FTP server: libunftp over files in memory or a folder.
//!
//! It offers passive and active mode (PASV, EPSV, PORT), REST for RETR and STOR, APPE, and with
//! [`ServerTls`] explicit (AUTH TLS) and implicit FTPS. Types are ignored: all data is binary.
//!
//! What it answers when something goes wrong:
//!
//! | command | case | reply |
//! | --- | --- | --- |
//! | any but USER, PASS, AUTH, PBSZ, PROT, FEAT, NOOP, HELP, OPTS UTF8, QUIT | not logged in | 530 |
//! | any | missing or malformed argument | 501, and the connection closes |
//! | EPRT, MFMT, REIN and others | not implemented | 500 |
//! | PASS | unknown user or wrong password | 530 |
//! | USER | already logged in | 503 |
//! | RETR, STOR, APPE, LIST, NLST, MLSD | neither PASV, EPSV nor PORT before | 425 |
//! | RETR | missing, a folder, REST past the end ¹ | 150, 550 |
//! | STOR, APPE | no such folder, or the name of a folder | 150, 550 |
//! | STOR | REST past the end ¹ | 150, 550 |
//! | STOR, APPE | NUL or CR in the name ² | 150, 553 |
//! | STOR, APPE | quota used up; what fits stays | 150, 452 |
//! | STOR, APPE | data connection reset, or TLS ended early; what arrived stays | 150, 426 |
//! | STOR, APPE | another upload to the same file began | 150, 450 |
//! | LIST, NLST, MLSD | missing ³ | 150, 550 |
//! | SIZE, MDTM, MLST, RNFR | missing | 550 |
//! | CWD | missing or a file | 550 |
//! | MKD | the name is taken, or no such parent folder | 550 |
//! | RMD | missing, a file, not empty | 550 |
//! | DELE | missing or a folder | 550 |
//! | RNTO | the name of a folder, no such parent folder, into itself | 550 |
//! | RNTO | no RNFR before | 450 |
//! | MKD, RNTO | NUL or CR in the name ² | 553 |
//! | PORT | nobody listens there | 425 |
//!
//! A served folder differs: ¹ RETR sends nothing and answers 226, STOR fills the gap with zeros;
//! ² 451, RNTO 550; ³ 550 for a file as well, which in memory is listed by itself.
//!
//! Peculiarities of libunftp which a client sees:
//!
//! - `CWD ..` leaves `..` in what PWD answers, and CDUP then takes off only that; a slash at the end
//!   of `CWD dir/` stays too.
//! - The offset given with REST is forgotten only after a transfer that worked: send `REST 0`.
//! - MLST and STAT take a path from the root, not from the working folder.
//! - SIZE of a folder answers 213, with 0 in memory.
//! - Data connections are encrypted after PROT P only, on the implicit port as well.
//! - On IPv6, PASV closes the connection; EPSV works.
//! - When the client never opens the data connection, the 150 stays without a second reply.
//! - LIST gives the time of day for entries of the wall clock's current year, else the year.

mod body;
mod files;
mod folder;
mod implicit;
mod memory;
mod session;
#[cfg(test)]
mod tests;
mod tree;

use std::{
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

pub use self::{
    files::{Entry, FileError, ServerFiles},
    tree::Clock,
};
use self::{
    session::{Accounts, Backend, Service, Sessions},
    tree::Tree,
};

/// Pause after a failed accept (out of file descriptors, say), so that it does not spin.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// Who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The argument of USER.
    pub user: String,
    /// The argument of PASS.
    pub password: String,
}

impl Account {
    /// An account.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self { user: user.into(), password: password.into() }
    }
}

/// What the server serves.
#[derive(Debug, Clone)]
pub enum Root {
    /// Files in memory, none at first.
    Memory(MemoryOptions),
    /// A folder of this machine; links that lead out of it are refused.
    Folder(PathBuf),
}

/// Settings of [`Root::Memory`].
#[derive(Debug, Clone, Default)]
pub struct MemoryOptions {
    /// What all files may hold together, in bytes; `None` is without limit.
    pub quota: Option<u64>,
    /// Where modification times come from.
    pub clock: Clock,
}

/// FTPS.
#[derive(Debug, Clone)]
pub struct ServerTls {
    /// Certificate and versions, for AUTH TLS on the plain port, the implicit port and the data
    /// connections after PROT P.
    pub config: Arc<rustls::ServerConfig>,
    /// Where to listen for implicit FTPS as well; port 0 lets the kernel choose. Clients have to
    /// come from this machine, others could open no data connection.
    pub implicit: Option<SocketAddr>,
}

/// Settings of an [`EmbeddedServer`]; by default a kernel-chosen port on 127.0.0.1, nobody who may
/// log in, an empty memory, no TLS.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Where to listen for plain FTP; port 0 lets the kernel choose.
    pub listen: SocketAddr,
    /// Who may log in.
    pub accounts: Vec<Account>,
    /// What is served.
    pub root: Root,
    /// FTPS, if it is offered.
    pub tls: Option<ServerTls>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            accounts: Vec::new(),
            root: Root::Memory(MemoryOptions::default()),
            tls: None,
        }
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is in use, not ours, or not allowed.
    #[error("the FTP server cannot listen on {addr}: {source}")]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The folder to serve is missing, not a folder, or not readable.
    #[error("the FTP server cannot serve {}: {source}", path.display())]
    Folder {
        /// The folder asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A running FTP server. Dropping it ends all sessions and frees its ports.
#[derive(Debug)]
pub struct EmbeddedServer {
    ftp: Listener,
    implicit: Option<Listener>,
    files: ServerFiles,
    sessions: Arc<Sessions>,
}

impl EmbeddedServer {
    /// Starts to listen; must be called inside of a tokio runtime, which accepts the connections.
    /// The sessions themselves run on a thread of the server's.
    ///
    /// # Errors
    /// [`StartError`], when an address or the folder cannot be used.
    pub async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let (backend, files) = open(config.root)?;
        let service = Arc::new(Service {
            accounts: Arc::new(Accounts(config.accounts)),
            backend,
            tls: config.tls.as_ref().map(|tls| tls.config.clone()),
        });
        let sessions = Arc::new(Sessions::default());

        let plain = service.clone();
        let ftp = Listener::start(config.listen, sessions.clone(), move |control| {
            let service = plain.clone();
            async move { service.serve(control).await }
        })
        .await?;

        let implicit = match config.tls {
            Some(ServerTls { config, implicit: Some(addr) }) => {
                let acceptor = TlsAcceptor::from(config);
                let session = move |control| {
                    let (service, acceptor) = (service.clone(), acceptor.clone());
                    // A failed handshake or a vanished client ends this session and nothing else.
                    async move { drop(implicit::serve(&service, acceptor, control).await) }
                };
                Some(Listener::start(addr, sessions.clone(), session).await?)
            }
            _ => None,
        };
        Ok(Self { ftp, implicit, files, sessions })
    }

    /// Where it listens for plain FTP and AUTH TLS.
    pub fn ftp_addr(&self) -> SocketAddr {
        self.ftp.addr
    }

    /// Where it listens for implicit FTPS.
    pub fn ftps_implicit_addr(&self) -> Option<SocketAddr> {
        self.implicit.as_ref().map(|listener| listener.addr)
    }

    /// What it serves.
    pub fn files(&self) -> &ServerFiles {
        &self.files
    }

    /// Drops all control and data connections at once, without a reply, as if the server had been
    /// killed and started again: the files stay, with as much of a running upload as had arrived,
    /// and new connections are welcome.
    pub fn kill_sessions(&self) {
        self.sessions.kill();
    }

    /// Ends all sessions, and returns when the ports are free.
    pub async fn shutdown(mut self) {
        for listener in [Some(&mut self.ftp), self.implicit.as_mut()].into_iter().flatten() {
            listener.close().await;
        }
    }
}

impl Drop for EmbeddedServer {
    fn drop(&mut self) {
        self.sessions.kill();
    }
}

fn open(root: Root) -> Result<(Backend, ServerFiles), StartError> {
    match root {
        Root::Memory(MemoryOptions { quota, clock }) => {
            let tree = Arc::new(Tree::new(quota, clock));
            Ok((Backend::Memory(tree.clone()), ServerFiles::memory(tree)))
        }
        Root::Folder(path) => match open_folder(&path) {
            Ok(root) => Ok((Backend::Folder(root.clone()), ServerFiles::folder(&root))),
            Err(source) => Err(StartError::Folder { path, source }),
        },
    }
}

/// The canonical path of a folder that can be listed.
fn open_folder(path: &Path) -> io::Result<PathBuf> {
    let root = path.canonicalize()?;
    root.read_dir()?;
    Ok(root)
}

/// An accept loop; dropping it stops it soon.
#[derive(Debug)]
struct Listener {
    addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Listener {
    async fn start<S, F>(
        addr: SocketAddr,
        sessions: Arc<Sessions>,
        session: S,
    ) -> Result<Self, StartError>
    where
        S: Fn(TcpStream) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let failed = |source| StartError::Listen { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let accepting = tokio::spawn(async move {
            loop {
                let accepted = listener.accept().await.and_then(|(control, _)| {
                    control.set_nodelay(true)?;
                    let (control, session) = (control.into_std()?, session.clone());
                    // The socket has to belong to the runtime that reads it.
                    sessions.spawn(async move {
                        if let Ok(control) = TcpStream::from_std(control) {
                            session(control).await;
                        }
                    })
                });
                if accepted.is_err() {
                    tokio::time::sleep(ACCEPT_RETRY).await;
                }
            }
        });
        Ok(Self { addr, accepting })
    }

    async fn close(&mut self) {
        self.accepting.abort();
        // Cancelled, as it should be.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
