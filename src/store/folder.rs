//! Files in a folder of the computer that the simulator runs on.
//!
//! A host must not reach anything but the regular files directly in that folder. Names have been
//! checked before they come here, so a path cannot leave the folder; what is left are links.
//! Nothing is opened that isn't a regular file; and of what is put there in between a link is not
//! followed, a pipe not waited for, and nothing read or written. Nothing is kept open between two
//! operations.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use nix::fcntl::OFlag;

use super::backend::Backend;
use super::{FileError, FileName, Medium};

/// Most bytes read from disk at once.
const READ: usize = 256 * 1024;

/// The regular files directly in a folder.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `path`, which must exist.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(path)?;
        fs::read_dir(&root)?;
        Ok(Self { root })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Opens an existing regular file; `options` neither create nor truncate.
    fn file(&self, name: &str, options: &mut OpenOptions) -> io::Result<File> {
        let path = self.path(name);
        // Opening a device can have effects already.
        regular(&fs::symlink_metadata(&path)?)?;
        open_regular(&path, options)
    }

    fn files(&self) -> io::Result<BTreeMap<String, u64>> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // Looks at a link itself, not at where it points; none if the file has just gone.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_file() && FileName::new(Medium::Ufs, &name).is_ok() {
                files.insert(name, metadata.len());
            }
        }
        Ok(files)
    }

    fn read_at(&self, name: &str, offset: u64, max: usize) -> io::Result<Bytes> {
        let file = self.file(name, OpenOptions::new().read(true))?;
        let mut buffer = BytesMut::zeroed(max.min(READ));
        let read = file.read_at(&mut buffer, offset)?;
        if read == 0 && max > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer.truncate(read);
        Ok(buffer.freeze())
    }

    fn write_at(&self, name: &str, offset: u64, data: &[u8]) -> io::Result<()> {
        let file = self.file(name, OpenOptions::new().write(true))?;
        let size = file.metadata()?.len();
        file.write_all_at(data, offset).inspect_err(|_| {
            // Part of it may be written; the first error is the one to tell.
            let _ = file.set_len(size);
        })
    }
}

/// Opens a regular file, whatever may have come to `path` since somebody looked.
fn open_regular(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = options.custom_flags(flags.bits()).open(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

fn regular(found: &Metadata) -> io::Result<()> {
    if found.is_file() { Ok(()) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

impl Backend for Folder {
    fn rescan(&self) -> Result<Option<BTreeMap<String, u64>>, FileError> {
        self.files().map(Some).map_err(|_| FileError::General)
    }

    /// Nothing at all may be there: neither a link or folder nor, where case makes no difference,
    /// a file of other case.
    fn is_vacant(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path(name))
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }

    fn create(&mut self, name: &str) -> Result<(), FileError> {
        let new = OpenOptions::new().write(true).create_new(true).open(self.path(name));
        new.map(drop).map_err(or(FileError::CreateFailed))
    }

    fn read(&self, name: &str, offset: u64, max: usize) -> Result<Bytes, FileError> {
        self.read_at(name, offset, max).map_err(or(FileError::ReadFailed))
    }

    fn write(&mut self, name: &str, offset: u64, data: Bytes) -> Result<(), FileError> {
        self.write_at(name, offset, &data).map_err(or(FileError::WriteFailed))
    }

    fn truncate(&mut self, name: &str, len: u64) -> Result<(), FileError> {
        self.file(name, OpenOptions::new().write(true))
            .and_then(|file| file.set_len(len))
            .map_err(or(FileError::WriteFailed))
    }

    fn remove(&mut self, name: &str) -> Result<(), FileError> {
        fs::remove_file(self.path(name)).map_err(or(FileError::DeleteFailed))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), FileError> {
        fs::rename(self.path(from), self.path(to)).map_err(or(FileError::MoveFailed))
    }
}

/// A full disk has a code of its own; every other error is the failure of the operation.
fn or(failure: FileError) -> impl Fn(io::Error) -> FileError {
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileError::DriveFull,
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;
    use tempfile::TempDir;

    use super::*;
    use crate::store::{Existing, OpenMode, Pattern, Stores, Volume};

    /// Stores whose UFS is the folder `ufs`, beside a file `secret`.
    struct Fixture {
        outside: TempDir,
        stores: Stores,
    }

    impl Fixture {
        fn new() -> Self {
            let outside = tempfile::tempdir().unwrap();
            fs::write(outside.path().join("secret"), "secret").unwrap();
            fs::create_dir(outside.path().join("ufs")).unwrap();
            let volume = Volume::folder(&outside.path().join("ufs"), 100).unwrap();
            Self { stores: Stores::new().with_medium(Medium::Ufs, Some(volume)), outside }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.outside.path().join("ufs").join(name)
        }

        fn secret(&self) -> PathBuf {
            self.outside.path().join("secret")
        }

        fn listed(&mut self) -> Vec<String> {
            let files = self.stores.list(&Pattern::all()).unwrap();
            files.into_iter().map(|(name, _)| name.bare().to_owned()).collect()
        }
    }

    fn name(raw: &str) -> FileName {
        FileName::parse(raw).unwrap()
    }

    #[test]
    fn files_of_other_hands_are_found_and_counted() {
        let mut fixture = Fixture::new();
        fs::write(fixture.path("a"), "12345").unwrap();
        assert_eq!(fixture.stores.disk(Medium::Ufs).unwrap().used, 5);
        let reader = fixture.stores.open_reader(&name("a")).unwrap();
        assert_eq!(fixture.stores.read_at(&reader, 1, 2).unwrap(), "23");
        fixture.stores.release(reader);
        fs::remove_file(fixture.path("a")).unwrap();
        assert_eq!(fixture.stores.disk(Medium::Ufs).unwrap().files, 0);
        assert_eq!(fixture.stores.size(&name("a")), Err(FileError::NotFound));
    }

    #[test]
    fn what_the_host_writes_is_in_the_folder() {
        let mut fixture = Fixture::new();
        let handle = fixture.stores.open(&name("a"), OpenMode::ReadWrite).unwrap();
        fixture.stores.write(handle, Bytes::from("hello")).unwrap();
        assert_eq!(fs::read(fixture.path("a")).unwrap(), b"hello");
        fixture.stores.rename(&name("a"), &name("b"), Existing::Refuse).unwrap_err();
        fixture.stores.close(handle).unwrap();
        fixture.stores.rename(&name("a"), &name("b"), Existing::Refuse).unwrap();
        assert_eq!(fs::read(fixture.path("b")).unwrap(), b"hello");
        assert!(!fixture.path("a").exists());
    }

    #[test]
    fn only_regular_files_with_allowed_names_are_listed() {
        let mut fixture = Fixture::new();
        fs::create_dir(fixture.path("folder")).unwrap();
        symlink(fixture.secret(), fixture.path("link")).unwrap();
        for name in ["plain", "with:colon", "wild*card", &"n".repeat(81)] {
            fs::write(fixture.path(name), "").unwrap();
        }
        let odd = std::ffi::OsStr::from_bytes(b"caf\xe9");
        // Some file systems refuse such a name.
        let _ = fs::write(fixture.outside.path().join("ufs").join(odd), "");
        assert_eq!(fixture.listed(), ["plain"]);
    }

    #[test]
    fn links_and_folders_are_neither_read_nor_written_nor_replaced() {
        let mut fixture = Fixture::new();
        symlink(fixture.secret(), fixture.path("link")).unwrap();
        symlink(fixture.outside.path().join("new"), fixture.path("dangling")).unwrap();
        fs::create_dir(fixture.path("folder")).unwrap();
        fs::write(fixture.path("file"), "mine").unwrap();
        let stores = &mut fixture.stores;
        for raw in ["link", "dangling", "folder"] {
            let target = name(raw);
            let errors = [
                stores.size(&target).unwrap_err(),
                stores.open(&target, OpenMode::ReadOnly).unwrap_err(),
                stores.open(&target, OpenMode::ReadWrite).unwrap_err(),
                stores.open(&target, OpenMode::Truncate).unwrap_err(),
                stores.open_reader(&target).unwrap_err(),
                stores.create(&target, Existing::Replace).unwrap_err(),
                stores.rename(&name("file"), &target, Existing::Replace).unwrap_err(),
                stores.copy(&name("file"), &target, Existing::Replace).unwrap_err(),
                stores.copy(&target, &name("copy"), Existing::Replace).unwrap_err(),
                stores.delete(&Pattern::parse(raw).unwrap()).unwrap_err(),
            ];
            assert_eq!(errors, [FileError::InvalidName; 10], "{raw}");
        }
        assert_eq!(stores.delete(&Pattern::all()), Ok(1));
        assert_eq!(fs::read(fixture.secret()).unwrap(), b"secret");
        assert!(!fixture.outside.path().join("new").exists());
        assert!(fixture.path("link").is_symlink() && fixture.path("folder").is_dir());
    }

    #[test]
    fn a_link_in_place_of_an_open_file_is_not_followed() {
        let mut fixture = Fixture::new();
        let handle = fixture.stores.open(&name("a"), OpenMode::ReadWrite).unwrap();
        fixture.stores.write(handle, Bytes::from("mine")).unwrap();
        fs::remove_file(fixture.path("a")).unwrap();
        symlink(fixture.secret(), fixture.path("a")).unwrap();
        let written = fixture.stores.write(handle, Bytes::from("gotcha"));
        assert_eq!(written, Err(FileError::WriteFailed));
        fixture.stores.seek(handle, std::io::SeekFrom::Start(0)).unwrap();
        assert_eq!(fixture.stores.read(handle, 4), Err(FileError::ReadFailed));
        assert_eq!(fixture.stores.truncate(handle), Err(FileError::WriteFailed));
        assert_eq!(fs::read(fixture.secret()).unwrap(), b"secret");
    }

    #[test]
    fn what_is_swapped_in_before_it_is_opened_is_neither_followed_nor_waited_for() {
        let fixture = Fixture::new();
        mkfifo(&fixture.path("pipe"), Mode::S_IRWXU).unwrap();
        let _socket = UnixListener::bind(fixture.path("socket")).unwrap();
        symlink(fixture.secret(), fixture.path("link")).unwrap();
        symlink("loop", fixture.path("loop")).unwrap();
        fs::create_dir(fixture.path("folder")).unwrap();
        let own = ["pipe", "socket", "link", "loop", "folder"].map(|name| fixture.path(name));
        for path in own.into_iter().chain(["/dev/zero".into(), "/dev/ptmx".into()]) {
            for write in [false, true] {
                let opened = open_regular(&path, OpenOptions::new().read(!write).write(write));
                assert!(opened.is_err(), "{}", path.display());
            }
        }
    }

    #[test]
    fn neither_pipes_nor_sockets_nor_devices_are_files() {
        let mut fixture = Fixture::new();
        mkfifo(&fixture.path("pipe"), Mode::S_IRWXU).unwrap();
        let _socket = UnixListener::bind(fixture.path("socket")).unwrap();
        assert!(fixture.listed().is_empty());
        for raw in ["pipe", "socket"] {
            let target = name(raw);
            assert_eq!(fixture.stores.open_reader(&target).unwrap_err(), FileError::InvalidName);
            let created = fixture.stores.create(&target, Existing::Replace);
            assert_eq!(created.unwrap_err(), FileError::InvalidName);
        }
    }

    #[test]
    fn a_hard_link_is_a_file_of_the_folder() {
        let mut fixture = Fixture::new();
        fs::hard_link(fixture.secret(), fixture.path("a")).unwrap();
        assert_eq!(fixture.stores.size(&name("a")), Ok(6));
        assert_eq!(fixture.stores.delete(&Pattern::all()), Ok(1));
        assert_eq!(fs::read(fixture.secret()).unwrap(), b"secret");
    }

    #[test]
    fn a_file_cut_by_other_hands_while_read_is_411() {
        let mut fixture = Fixture::new();
        fs::write(fixture.path("a"), "12345").unwrap();
        let reader = fixture.stores.open_reader(&name("a")).unwrap();
        fs::write(fixture.path("a"), "12").unwrap();
        assert_eq!(fixture.stores.read_at(&reader, 2, 9), Err(FileError::ReadFailed));
        fixture.stores.disk(Medium::Ufs).unwrap();
        assert_eq!(fixture.stores.read_at(&reader, 2, 9), Err(FileError::ReadFailed));
    }

    #[test]
    fn a_file_cut_by_other_hands_is_not_filled_up_with_a_hole() {
        let mut fixture = Fixture::new();
        let handle = fixture.stores.open(&name("a"), OpenMode::ReadWrite).unwrap();
        fixture.stores.write(handle, Bytes::from("12345")).unwrap();
        fs::write(fixture.path("a"), "1234").unwrap();
        assert_eq!(fixture.stores.size(&name("a")), Ok(4));
        assert_eq!(fixture.stores.read(handle, 1), Err(FileError::ReadZeroBytes));
        let written = fixture.stores.write(handle, Bytes::from("6"));
        assert_eq!(written, Err(FileError::PastEnd));
    }

    #[test]
    fn a_file_put_there_meanwhile_is_not_taken_for_a_new_one() {
        let fixture = Fixture::new();
        let target = fixture.outside.path().join("new");
        symlink(&target, fixture.path("link")).unwrap();
        fs::write(fixture.path("file"), "theirs").unwrap();
        let mut folder = Folder::open(&fixture.outside.path().join("ufs")).unwrap();
        for name in ["link", "file"] {
            assert!(!folder.is_vacant(name));
            assert_eq!(folder.create(name), Err(FileError::CreateFailed));
        }
        assert!(!target.exists());
    }

    #[test]
    fn a_folder_fuller_than_its_capacity_takes_no_more() {
        let mut fixture = Fixture::new();
        fs::write(fixture.path("big"), [0; 150]).unwrap();
        let disk = fixture.stores.disk(Medium::Ufs).unwrap();
        assert_eq!((disk.free, disk.total, disk.used), (0, 100, 150));
        let writer = fixture.stores.create(&name("a"), Existing::Refuse).unwrap();
        let appended = fixture.stores.append(&writer, Bytes::from("x"));
        assert_eq!(appended, Err(FileError::NoSpace));
    }

    #[test]
    fn a_folder_that_goes_away_is_like_an_absent_medium() {
        let mut fixture = Fixture::new();
        fs::remove_dir(fixture.outside.path().join("ufs")).unwrap();
        let stores = &mut fixture.stores;
        assert_eq!(stores.disk(Medium::Ufs), Err(FileError::DiskInfoFailed));
        assert_eq!(stores.list(&Pattern::all()), Err(FileError::ListFailed));
        assert_eq!(stores.open(&name("a"), OpenMode::ReadWrite), Err(FileError::OpenFailed));
    }

    #[test]
    fn a_folder_must_exist_and_be_one() {
        let fixture = Fixture::new();
        let missing = Volume::folder(&fixture.path("missing"), 1).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        let file = Volume::folder(&fixture.secret(), 1).unwrap_err();
        assert_eq!(file.kind(), io::ErrorKind::NotADirectory);
    }

    #[test]
    fn a_full_disk_is_403() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            assert_eq!(or(FileError::WriteFailed)(kind.into()), FileError::DriveFull);
        }
        let denied = io::ErrorKind::PermissionDenied;
        assert_eq!(or(FileError::CreateFailed)(denied.into()), FileError::CreateFailed);
    }
}
