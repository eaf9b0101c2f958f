//! The folder for what a running modem shows to its user: links to ports, the CA certificate.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use nix::unistd::{Uid, geteuid};

/// A folder that only its owner can look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeDir(PathBuf);

impl RuntimeDir {
    /// `$XDG_RUNTIME_DIR/qftpsim`, or `/tmp/qftpsim-<uid>` where there is no such variable or it
    /// names a folder of somebody else (as under `sudo`). Made if need be.
    ///
    /// # Errors
    ///
    /// When the name is taken by anything but our own private folder.
    pub fn of_user() -> Result<Self, RuntimeDirError> {
        let xdg = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let uid = geteuid();
        Self::at(&choose(xdg.as_deref(), Path::new("/tmp"), uid), uid)
    }

    /// `path` itself, whose parent must exist. Made if need be.
    ///
    /// # Errors
    ///
    /// As [`RuntimeDir::of_user`].
    pub fn new(path: &Path) -> Result<Self, RuntimeDirError> {
        Self::at(path, geteuid())
    }

    fn at(path: &Path, owner: Uid) -> Result<Self, RuntimeDirError> {
        let path = path.to_owned();
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(RuntimeDirError::Io { path, kind: error.kind() });
            }
            _ => {}
        }
        // In /tmp anybody may have been there first, with a symlink or an open door.
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) => return Err(RuntimeDirError::Io { path, kind: error.kind() }),
        };
        if !found.is_dir() {
            Err(RuntimeDirError::NotAFolder { path })
        } else if found.uid() != owner.as_raw() {
            Err(RuntimeDirError::NotOurs { path, owner: found.uid() })
        } else if found.mode() & 0o077 != 0 {
            Err(RuntimeDirError::NotPrivate { path, mode: found.mode() & 0o777 })
        } else {
            Ok(Self(path))
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Waits until no other process is making or removing something of ours, here or where it was
    /// asked for.
    pub(super) fn take_turn(&self) -> io::Result<Flock<File>> {
        let file = open_private(&self.0.join("lock"))?;
        Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
    }
}

/// Opens a file that only its owner can read, and makes it if need be.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn choose(xdg: Option<&Path>, tmp: &Path, uid: Uid) -> PathBuf {
    let ours = |dir: &&Path| {
        dir.is_absolute()
            && fs::metadata(dir).is_ok_and(|found| found.is_dir() && found.uid() == uid.as_raw())
    };
    match xdg.filter(ours) {
        Some(dir) => dir.join("qftpsim"),
        None => tmp.join(format!("qftpsim-{uid}")),
    }
}

/// Why the runtime folder cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeDirError {
    /// A file, or a symlink, even to a folder.
    #[error("{path}: is not a folder; remove it, or set XDG_RUNTIME_DIR")]
    NotAFolder {
        /// What was to be the folder.
        path: PathBuf,
    },
    /// A folder of somebody else.
    #[error("{path}: belongs to user {owner}; set XDG_RUNTIME_DIR to a folder of your own")]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// A folder that others can look or write into.
    #[error("{path}: is open to others (mode {mode:o}); run chmod 700 on it")]
    NotPrivate {
        /// The folder.
        path: PathBuf,
        /// Its permission bits, 0 to 0o777.
        mode: u32,
    },
    /// The system refused.
    #[error("{path}: {kind}")]
    Io {
        /// The folder.
        path: PathBuf,
        /// The reason.
        kind: io::ErrorKind,
    },
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use tempfile::TempDir;

    use super::*;

    fn in_tmp() -> (TempDir, PathBuf) {
        let tmp = tempfile::tempdir().unwrap();
        let path = tmp.path().join("run");
        (tmp, path)
    }

    #[test]
    fn is_made_private_and_found_again() {
        let (_tmp, path) = in_tmp();
        let made = RuntimeDir::new(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        assert_eq!(RuntimeDir::new(&path), Ok(made));
    }

    #[test]
    fn a_symlink_is_refused_even_to_a_private_folder() {
        let (tmp, path) = in_tmp();
        let elsewhere = tmp.path().join("elsewhere");
        RuntimeDir::new(&elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(RuntimeDir::new(&path), Err(RuntimeDirError::NotAFolder { path }));
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        let (_tmp, path) = in_tmp();
        RuntimeDir::new(&path).unwrap();
        let owner = geteuid();
        let somebody = Uid::from_raw(owner.as_raw() + 1);
        let owner = owner.as_raw();
        assert_eq!(RuntimeDir::at(&path, somebody), Err(RuntimeDirError::NotOurs { path, owner }));
    }

    #[test]
    fn a_folder_open_to_others_is_refused() {
        let (_tmp, path) = in_tmp();
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
        let error = RuntimeDir::new(&path).unwrap_err();
        assert_eq!(error, RuntimeDirError::NotPrivate { path: path.clone(), mode: 0o750 });
        let line = format!("{}: is open to others (mode 750); run chmod 700 on it", path.display());
        assert_eq!(error.to_string(), line);
    }

    #[test]
    fn lies_in_the_users_runtime_folder_or_else_in_tmp() {
        let tmp = tempfile::tempdir().unwrap();
        let uid = geteuid();
        let fallback = tmp.path().join(format!("qftpsim-{uid}"));
        assert_eq!(choose(Some(tmp.path()), tmp.path(), uid), tmp.path().join("qftpsim"));
        assert_eq!(choose(None, tmp.path(), uid), fallback);
        assert_eq!(choose(Some(Path::new("relative")), tmp.path(), uid), fallback);
        assert_eq!(choose(Some(&tmp.path().join("missing")), tmp.path(), uid), fallback);
        let root_by_sudo = Uid::from_raw(uid.as_raw() + 1);
        let fallback = tmp.path().join(format!("qftpsim-{root_by_sudo}"));
        assert_eq!(choose(Some(tmp.path()), tmp.path(), root_by_sudo), fallback);
    }
}
