//! The certificate of the server's authority as a file, for hosts that check it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::iter;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};

use crate::endpoint::RuntimeDir;

/// The file, until dropped; then it goes.
#[derive(Debug)]
pub(super) struct CaFile {
    path: PathBuf,
    /// Locked as long as it is ours: one that a process left behind when it died is free.
    _file: Flock<File>,
}

impl CaFile {
    /// Writes `pem` into `ca.pem` in the runtime folder, or if another simulation has that, into
    /// `ca1.pem`…
    pub(super) fn create(dir: &RuntimeDir, pem: &str) -> io::Result<Self> {
        let first = iter::once("ca.pem".to_owned());
        let names = first.chain((1_u64..).map(|number| format!("ca{number}.pem")));
        for path in names.map(|name| dir.path().join(name)) {
            if let Some(mut file) = claim(&path)? {
                file.set_len(0)?;
                file.write_all(pem.as_bytes())?;
                return Ok(Self { path, _file: file });
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for CaFile {
    fn drop(&mut self) {
        // It can only fail if the folder is gone or closed to us, and then so is the file.
        let _ = fs::remove_file(&self.path);
    }
}

/// The locked file, or `None` if somebody else has it.
fn claim(path: &Path) -> io::Result<Option<Flock<File>>> {
    loop {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(path)?;
        let file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(file) => file,
            Err((_, Errno::EWOULDBLOCK)) => return Ok(None),
            Err((_, errno)) => return Err(errno.into()),
        };
        // Its owner may have removed it while we opened it.
        let ours = file.metadata()?.ino();
        if fs::symlink_metadata(path).is_ok_and(|found| found.ino() == ours) {
            return Ok(Some(file));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_simulation_has_a_file_of_its_own_and_takes_it_away() {
        let tmp = tempfile::tempdir().unwrap();
        let dir = RuntimeDir::new(&tmp.path().join("run")).unwrap();
        let first = CaFile::create(&dir, "first").unwrap();
        let second = CaFile::create(&dir, "second").unwrap();
        assert_eq!(first.path(), dir.path().join("ca.pem"));
        assert_eq!(second.path(), dir.path().join("ca1.pem"));
        assert_eq!(fs::read_to_string(first.path()).unwrap(), "first");
        assert_eq!(fs::read_to_string(second.path()).unwrap(), "second");
        drop((first, second));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_left_behind_is_written_anew() {
        let tmp = tempfile::tempdir().unwrap();
        let dir = RuntimeDir::new(&tmp.path().join("run")).unwrap();
        fs::write(dir.path().join("ca.pem"), "something longer").unwrap();
        let file = CaFile::create(&dir, "new").unwrap();
        assert_eq!(file.path(), dir.path().join("ca.pem"));
        assert_eq!(fs::read_to_string(file.path()).unwrap(), "new");
    }
}
