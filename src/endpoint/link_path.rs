//! A stable name for a pty: a symlink that we own while we run.
//!
//! For each link there is a record in the runtime folder, locked (`flock`) as long as the process
//! that serves the link is alive, which names the link and the pty that it points to. A link found
//! at start is then
//!
//! - in use, if its record is locked;
//! - stale, if its target is gone (a slave exists exactly as long as its master), or if the
//!   record is free and names this very target: left by a process that died, and the number of the
//!   pty was given to some other program since;
//! - not ours in any other case, and left alone.
//!
//! Records are made and removed holding one lock for the whole runtime folder, so our own
//! processes never meet half-way. Against others: `symlink(2)` never replaces anything,
//! `unlink(2)` never follows a link, and in a sticky folder such as `/tmp` nobody else can put
//! something in the place of our link between look and removal.
//!
//! Linux itself lets only the owner follow a link in a sticky folder (`fs.protected_symlinks`): a
//! host that runs as another user, even as root, needs the link elsewhere.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::RuntimeDir;
use super::runtime_dir::open_private;

/// The right to a link, until dropped; then the link goes too.
#[derive(Debug)]
pub struct LinkPath {
    path: PathBuf,
    /// What it points to, while it exists.
    target: Option<PathBuf>,
    dir: RuntimeDir,
    record: Flock<File>,
}

impl LinkPath {
    /// Takes `path` for a link, before there is a pty. Removes a stale link.
    ///
    /// # Errors
    ///
    /// When something is in the way, or the folder is missing or closed to us.
    pub fn claim(dir: &RuntimeDir, path: &Path) -> Result<Self, LinkError> {
        let path = resolve(path)?;
        let record_path = record_path(dir, &path);
        let refused = |error: io::Error| LinkError::io(&record_path, &error);

        let _turn = dir.take_turn().map_err(refused)?;
        let record = open_private(&record_path).map_err(refused)?;
        let mut record = match Flock::lock(record, FlockArg::LockExclusiveNonblock) {
            Ok(record) => record,
            Err((_, Errno::EWOULDBLOCK)) => return Err(LinkError::InUse { path }),
            Err((_, errno)) => return Err(refused(errno.into())),
        };
        let mut recorded = Vec::new();
        record.read_to_end(&mut recorded).map_err(refused)?;
        if let Err(error) = clear(&path, &recorded) {
            // Best effort: a record that stays claims nothing.
            let _ = fs::remove_file(&record_path);
            return Err(error);
        }
        Ok(Self { path, target: None, dir: dir.clone(), record })
    }

    /// Takes the first `count` free names of `modem0`, `modem1`… in the runtime folder: free of
    /// other live processes and of links that are not ours.
    ///
    /// # Errors
    ///
    /// As [`LinkPath::claim`].
    pub fn claim_default(dir: &RuntimeDir, count: usize) -> Result<Vec<Self>, LinkError> {
        (0_u64..)
            .map(|number| Self::claim(dir, &dir.path().join(format!("modem{number}"))))
            .filter(|claim| {
                !matches!(claim, Err(LinkError::InUse { .. } | LinkError::Terminal { .. }))
            })
            .take(count)
            .collect()
    }

    /// Makes the link, or moves it to another pty.
    ///
    /// # Errors
    ///
    /// When something came in the way since, or the folder is closed to us.
    pub fn point_to(&mut self, slave: &Path) -> Result<(), LinkError> {
        self.take_down();
        clear(&self.path, &[])?;
        self.write_record(slave)
            .map_err(|error| LinkError::io(&record_path(&self.dir, &self.path), &error))?;
        symlink(slave, &self.path).map_err(|error| LinkError::io(&self.path, &error))?;
        self.target = Some(slave.to_owned());
        Ok(())
    }

    /// Removes the link until the next [`point_to`](Self::point_to), as when a modem drops off
    /// the bus. Leaves it alone if it is no longer the one we made.
    pub fn take_down(&mut self) {
        if let Some(target) = self.target.take()
            && fs::read_link(&self.path).is_ok_and(|found| found == target)
        {
            // It can only fail if the folder was closed to us; the link is stale then.
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Where it is: absolute, the folder without symlinks.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write_record(&mut self, target: &Path) -> io::Result<()> {
        self.record.set_len(0)?;
        self.record.rewind()?;
        self.record.write_all(&record_text(&self.path, target))
    }
}

impl Drop for LinkPath {
    fn drop(&mut self) {
        self.take_down();
        if let Ok(_turn) = self.dir.take_turn() {
            let _ = fs::remove_file(record_path(&self.dir, &self.path));
        }
    }
}

/// Makes sure that nothing is at `path`: removes a stale link, reports anything else.
fn clear(path: &Path, recorded: &[u8]) -> Result<(), LinkError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(LinkError::io(path, &error)),
    };
    let path = path.to_owned();
    if !found.is_symlink() {
        let what = if found.is_file() {
            "a regular file"
        } else if found.is_dir() {
            "a folder"
        } else {
            "a device, socket or pipe"
        };
        return Err(LinkError::NotALink { path, what });
    }
    let target = fs::read_link(&path).map_err(|error| LinkError::io(&path, &error))?;
    if target.parent() != Some(Path::new("/dev/pts")) {
        return Err(LinkError::Elsewhere { path, target });
    }
    if fs::symlink_metadata(&target).is_ok() && recorded != record_text(&path, &target) {
        return Err(LinkError::Terminal { path, target });
    }
    fs::remove_file(&path).map_err(|error| LinkError::io(&path, &error))
}

/// One spelling for each place, because the record is found by it.
fn resolve(path: &Path) -> Result<PathBuf, LinkError> {
    let Some(name) = path.file_name() else {
        return Err(LinkError::NoName { path: path.to_owned() });
    };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match folder.canonicalize() {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(LinkError::NoFolder { path: path.to_owned() })
        }
        Err(error) => Err(LinkError::io(path, &error)),
    }
}

fn record_path(dir: &RuntimeDir, link: &Path) -> PathBuf {
    // FNV-1a: a path can be longer than a file name, and this is the same in every release.
    let hash = link.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    dir.path().join(format!("link-{hash:016x}"))
}

fn record_text(link: &Path, target: &Path) -> Vec<u8> {
    [link.as_os_str().as_bytes(), b" -> ", target.as_os_str().as_bytes(), b"\n"].concat()
}

/// Why a path cannot be the link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Another live process serves it.
    #[error("{path}: another running qftpsim serves this link; choose another --link")]
    InUse {
        /// The link.
        path: PathBuf,
    },
    /// A symlink to a terminal that is alive and, as far as we know, not ours.
    #[error("{path}: leads to {target}, a terminal in use; choose another --link or remove it")]
    Terminal {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A symlink to something that is no terminal.
    #[error("{path}: is a symlink to {target}; choose another --link or remove it")]
    Elsewhere {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// Something that is no symlink.
    #[error("{path}: is {what}; choose another --link or remove it")]
    NotALink {
        /// What was to be the link.
        path: PathBuf,
        /// What it is: `a regular file`.
        what: &'static str,
    },
    /// The folder that was to hold the link does not exist.
    #[error("{path}: there is no such folder; make it or choose another --link")]
    NoFolder {
        /// What was to be the link.
        path: PathBuf,
    },
    /// A path such as `/` or `..`.
    #[error("{path}: is no name for a link; choose another --link")]
    NoName {
        /// What was asked for.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{path}: {kind}; choose another --link")]
    Io {
        /// The link, or the record of it in the runtime folder.
        path: PathBuf,
        /// The reason.
        kind: io::ErrorKind,
    },
}

impl LinkError {
    fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.to_owned(), kind: error.kind() }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::Pty;
    use super::*;

    /// Beyond `kernel.pty.max`, so never a terminal.
    const GONE: &str = "/dev/pts/4000000";

    struct Place {
        tmp: TempDir,
        dir: RuntimeDir,
        link: PathBuf,
    }

    impl Place {
        fn new() -> Self {
            let tmp = tempfile::tempdir().unwrap();
            let dir = RuntimeDir::new(&tmp.path().join("run")).unwrap();
            let link = tmp.path().canonicalize().unwrap().join("port");
            Self { tmp, dir, link }
        }

        fn claim(&self) -> Result<LinkPath, LinkError> {
            LinkPath::claim(&self.dir, &self.link)
        }

        fn leads_to(&self) -> Option<PathBuf> {
            fs::read_link(&self.link).ok()
        }

        /// What a killed process leaves behind.
        fn leave_over(&self, target: &Path) {
            symlink(target, &self.link).unwrap();
            fs::write(record_path(&self.dir, &self.link), record_text(&self.link, target)).unwrap();
        }
    }

    #[test]
    fn leads_to_the_pty_until_dropped() {
        let place = Place::new();
        let pty = Pty::open().unwrap();
        let mut link = place.claim().unwrap();
        assert_eq!(place.leads_to(), None);
        link.point_to(pty.path()).unwrap();
        assert_eq!(link.path(), place.link);
        assert_eq!(place.leads_to().as_deref(), Some(pty.path()));
        drop(link);
        assert_eq!(place.leads_to(), None);
        assert!(!record_path(&place.dir, &place.link).exists());
        place.claim().unwrap();
    }

    #[test]
    fn follows_the_port_through_a_re_enumeration() {
        let place = Place::new();
        let mut link = place.claim().unwrap();
        let (first, second) = (Pty::open().unwrap(), Pty::open().unwrap());
        link.point_to(first.path()).unwrap();
        link.take_down();
        assert_eq!(place.leads_to(), None);
        assert_eq!(place.claim().unwrap_err(), LinkError::InUse { path: place.link.clone() });
        link.point_to(first.path()).unwrap();
        link.point_to(second.path()).unwrap();
        assert_eq!(place.leads_to().as_deref(), Some(second.path()));
    }

    #[test]
    fn a_link_that_was_replaced_is_left_alone() {
        let place = Place::new();
        let pty = Pty::open().unwrap();
        let mut link = place.claim().unwrap();
        link.point_to(pty.path()).unwrap();
        fs::remove_file(&place.link).unwrap();
        fs::write(&place.link, "precious").unwrap();
        let (path, what) = (place.link.clone(), "a regular file");
        assert_eq!(link.point_to(pty.path()), Err(LinkError::NotALink { path, what }));
        drop(link);
        assert_eq!(fs::read_to_string(&place.link).unwrap(), "precious");
    }

    #[test]
    fn what_came_in_its_way_after_the_claim_is_not_overwritten() {
        let place = Place::new();
        let pty = Pty::open().unwrap();
        let mine = place.tmp.path().join("mine");
        fs::write(&mine, "precious").unwrap();
        let mut link = place.claim().unwrap();
        fs::write(&place.link, "precious").unwrap();
        let what = "a regular file";
        let expected = LinkError::NotALink { path: place.link.clone(), what };
        assert_eq!(link.point_to(pty.path()), Err(expected));
        assert_eq!(fs::read_to_string(&place.link).unwrap(), "precious");
        for target in [&mine, &place.link] {
            fs::remove_file(&place.link).unwrap();
            symlink(target, &place.link).unwrap();
            let expected =
                LinkError::Elsewhere { path: place.link.clone(), target: target.clone() };
            assert_eq!(link.point_to(pty.path()), Err(expected));
            assert_eq!(place.leads_to().as_ref(), Some(target));
        }
        drop(link);
        assert!(place.link.is_symlink());
        assert_eq!(fs::read_to_string(&mine).unwrap(), "precious");
    }

    #[test]
    fn is_refused_while_another_serves_it() {
        let place = Place::new();
        let _link = place.claim().unwrap();
        let path = place.link.clone();
        assert_eq!(place.claim().unwrap_err(), LinkError::InUse { path });
        // The same place by another name.
        let spelled = place.tmp.path().join("run/../port");
        let path = place.link.clone();
        let error = LinkPath::claim(&place.dir, &spelled).unwrap_err();
        assert_eq!(error, LinkError::InUse { path });
    }

    #[test]
    fn a_link_to_a_terminal_that_is_gone_is_replaced() {
        let place = Place::new();
        symlink(GONE, &place.link).unwrap();
        let pty = Pty::open().unwrap();
        place.claim().unwrap().point_to(pty.path()).unwrap();
    }

    #[test]
    fn a_leftover_is_replaced_even_if_its_number_was_given_away() {
        let place = Place::new();
        let (stranger, pty) = (Pty::open().unwrap(), Pty::open().unwrap());
        place.leave_over(stranger.path());
        let mut link = place.claim().unwrap();
        link.point_to(pty.path()).unwrap();
        assert_eq!(place.leads_to().as_deref(), Some(pty.path()));
    }

    #[test]
    fn a_link_to_a_strangers_terminal_is_refused() {
        let place = Place::new();
        let stranger = Pty::open().unwrap();
        // A leftover names another terminal: this link was made by somebody else since.
        place.leave_over(Path::new(GONE));
        fs::remove_file(&place.link).unwrap();
        symlink(stranger.path(), &place.link).unwrap();
        let (path, target) = (place.link.clone(), stranger.path().to_owned());
        assert_eq!(place.claim().unwrap_err(), LinkError::Terminal { path, target });
        assert_eq!(place.leads_to().as_deref(), Some(stranger.path()));
    }

    #[test]
    fn a_symlink_elsewhere_is_refused() {
        for target in ["/dev/null", "/dev/pts/../null", "nowhere"] {
            let place = Place::new();
            symlink(target, &place.link).unwrap();
            let (path, target) = (place.link.clone(), PathBuf::from(target));
            assert_eq!(
                place.claim().unwrap_err(),
                LinkError::Elsewhere { path, target: target.clone() }
            );
            assert_eq!(place.leads_to(), Some(target));
        }
    }

    #[test]
    fn a_file_or_folder_is_refused_in_one_clear_line() {
        let place = Place::new();
        fs::write(&place.link, "precious").unwrap();
        let error = place.claim().unwrap_err();
        let path = place.link.clone();
        assert_eq!(error, LinkError::NotALink { path: path.clone(), what: "a regular file" });
        let line =
            format!("{}: is a regular file; choose another --link or remove it", path.display());
        assert_eq!(error.to_string(), line);
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");

        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = place.claim().unwrap_err();
        assert_eq!(error, LinkError::NotALink { path, what: "a folder" });
    }

    #[test]
    fn a_refused_claim_leaves_no_record() {
        let place = Place::new();
        fs::write(&place.link, "precious").unwrap();
        place.claim().unwrap_err();
        assert!(!record_path(&place.dir, &place.link).exists());
    }

    #[test]
    fn a_path_that_cannot_hold_a_link_is_refused() {
        let place = Place::new();
        let path = place.tmp.path().join("missing/port");
        let error = LinkPath::claim(&place.dir, &path).unwrap_err();
        assert_eq!(error, LinkError::NoFolder { path });
        let path = place.tmp.path().join("..");
        let error = LinkPath::claim(&place.dir, &path).unwrap_err();
        assert_eq!(error, LinkError::NoName { path });
    }

    #[test]
    fn default_names_pass_over_those_in_use() {
        let place = Place::new();
        let names = |links: &[LinkPath]| -> Vec<_> {
            links.iter().map(|link| link.path().file_name().unwrap().to_owned()).collect()
        };
        let stranger = Pty::open().unwrap();
        symlink(stranger.path(), place.dir.path().join("modem1")).unwrap();
        let first = LinkPath::claim_default(&place.dir, 1).unwrap();
        let more = LinkPath::claim_default(&place.dir, 2).unwrap();
        assert_eq!(names(&first), ["modem0"]);
        assert_eq!(names(&more), ["modem2", "modem3"]);
        drop(first);
        assert_eq!(names(&LinkPath::claim_default(&place.dir, 1).unwrap()), ["modem0"]);
    }

    #[test]
    fn a_default_name_taken_by_a_file_is_an_error() {
        let place = Place::new();
        let path = place.dir.path().canonicalize().unwrap().join("modem0");
        fs::create_dir(&path).unwrap();
        let error = LinkPath::claim_default(&place.dir, 1).unwrap_err();
        assert_eq!(error, LinkError::NotALink { path, what: "a folder" });
    }
}
