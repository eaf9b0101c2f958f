//! A server that a test has started: its ground, and how it is found.

use std::any::Any;
use std::fmt;
use std::fs::{self, Permissions};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use nix::unistd::{Group, Uid, User};
use tempfile::TempDir;

/// When TLS starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Plain,
    Explicit,
    Implicit,
}

impl Security {
    /// The `"ssltype"` that goes with it.
    pub fn ssltype(self) -> u8 {
        match self {
            Security::Plain => 0,
            Security::Implicit => 1,
            Security::Explicit => 2,
        }
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Security::Plain => "plain",
            Security::Explicit => "explicit",
            Security::Implicit => "implicit",
        })
    }
}

/// A server program.
pub struct Kind {
    pub name: &'static str,
    pub start: fn(Ground, Security) -> Result<Server, Missing>,
}

/// The one that comes with the modem; it has no IPv6.
pub static EMBEDDED: Kind = Kind { name: "embedded", start: crate::embedded::start };

/// All others.
pub static REAL: [Kind; 4] = [
    Kind { name: "pyftpdlib", start: crate::pyftpdlib::start },
    Kind { name: "vsftpd", start: crate::vsftpd::start },
    Kind { name: "ProFTPD", start: crate::proftpd::start },
    Kind { name: "Pure-FTPd", start: crate::pure_ftpd::start },
];

/// Why a server can't be started on this machine.
pub struct Missing(pub String);

/// A running server. Dropping it stops it.
pub struct Server {
    pub address: SocketAddr,
    /// User name and password.
    pub account: (&'static str, &'static str),
    /// The authority behind its certificate, in PEM; of no use without TLS.
    pub authority: String,
    pub ground: Ground,
    /// Stops the process when dropped.
    pub _process: Box<dyn Any>,
}

/// What a server is given: an address, and a temporary folder for its settings and, below it, the
/// files it serves.
pub struct Ground {
    /// Where it listens.
    pub address: IpAddr,
    folder: TempDir,
    /// Who owns the files, if not the user who runs the tests.
    owner: Option<u32>,
}

impl Ground {
    pub fn at(address: IpAddr) -> Ground {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // For servers that don't keep the identity they were started with.
        let open = Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), open).expect("permissions");
        let ground = Ground { address, folder, owner: None };
        fs::create_dir(ground.root()).expect("a folder");
        ground
    }

    /// Listens at a port that the system chooses.
    pub fn listen(&self) -> Result<TcpListener, Missing> {
        TcpListener::bind((self.address, 0))
            .map_err(|error| Missing(format!("{}: {error}", self.address)))
    }

    /// The files belong to user `owner` from now on.
    pub fn give_to(&mut self, owner: u32) {
        self.owner = Some(owner);
        self.hand_over(&self.root());
    }

    fn hand_over(&self, path: &Path) {
        if let Some(owner) = self.owner {
            chown(path, Some(owner), Some(owner)).expect("the owner changes");
        }
    }

    /// The folder that a session starts in.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// A place for a setting.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a setting, which only its owner can read.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("permissions");
        path
    }

    /// Puts a file before the server, last modified so long after 1970.
    pub fn serve(&self, name: &str, bytes: &[u8], modified: Duration) {
        let path = self.root().join(name);
        fs::write(&path, bytes).expect("written");
        self.hand_over(&path);
        let file = fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH + modified).expect("a time");
    }

    /// Puts a folder before the server.
    pub fn serve_folder(&self, name: &str) {
        let path = self.root().join(name);
        fs::create_dir(&path).expect("a folder");
        self.hand_over(&path);
    }

    /// What the server has stored, if anything.
    pub fn stored(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.root().join(name)).ok()
    }

    /// Whether there is a folder.
    pub fn has_folder(&self, name: &str) -> bool {
        self.root().join(name).is_dir()
    }
}

/// Where a server program is: in `$PATH`, or where systems keep daemons.
pub fn find(program: &str) -> Result<PathBuf, Missing> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| Missing(format!("{program} is not installed")))
}

/// Names of the user and the group who run the tests.
pub fn user_and_group() -> (String, String) {
    let user = User::from_uid(Uid::current()).expect("a user list").expect("a user");
    let group = Group::from_gid(user.gid).expect("a group list").expect("a group");
    (user.name, group.name)
}
