//! What is done to files as a whole: `AT+QFLDS`, `AT+QFLST`, `AT+QFDEL`, `AT+QFMOV`.

use super::{Disk, FileError, FileName, Medium, Pattern, Stores};

/// What to do about a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and fail with 407.
    Refuse,
    /// Put the new file in its place.
    Replace,
}

impl Stores {
    /// How full a medium is.
    ///
    /// # Errors
    /// 419 if it is absent.
    pub fn disk(&mut self, medium: Medium) -> Result<Disk, FileError> {
        Ok(self.volume(medium, FileError::DiskInfoFailed)?.disk())
    }

    /// The size of a file in bytes.
    ///
    /// # Errors
    /// 405 if there is none, 406 if its name belongs to something that isn't a file of the
    /// medium, 410 if the medium is absent.
    pub fn size(&mut self, name: &FileName) -> Result<u64, FileError> {
        self.volume(name.medium(), FileError::OpenFailed)?.size(name.bare())
    }

    /// The files a pattern means and their sizes, sorted by name. A wildcard may mean none.
    ///
    /// # Errors
    /// 405 if it is a name and there is no such file, 417 if the medium is absent.
    pub fn list(&mut self, pattern: &Pattern) -> Result<Vec<(FileName, u64)>, FileError> {
        self.find(pattern, FileError::ListFailed)
    }

    /// Deletes the files a pattern means and returns how many. A wildcard may mean none.
    ///
    /// # Errors
    /// 405 if it is a name and there is no such file, 426 if one of them is open (then none is
    /// deleted), 418 if the medium is absent or a file cannot be removed (those before it are).
    pub fn delete(&mut self, pattern: &Pattern) -> Result<usize, FileError> {
        let files = self.find(pattern, FileError::DeleteFailed)?;
        for (name, _) in &files {
            self.check_closed(name)?;
        }
        for (name, _) in &files {
            self.open_volume(name)?.remove(name.bare())?;
        }
        Ok(files.len())
    }

    /// Renames a file, also into another medium. Onto itself it is no change.
    ///
    /// # Errors
    /// As for [`Stores::copy`].
    pub fn rename(
        &mut self,
        from: &FileName,
        to: &FileName,
        existing: Existing,
    ) -> Result<(), FileError> {
        if from.medium() == to.medium() {
            self.check_move(from, to, existing)?;
            self.open_volume(from)?.rename(from.bare(), to.bare())
        } else {
            self.copy(from, to, existing)?;
            self.open_volume(from)?.remove(from.bare())
        }
    }

    /// Copies a file, also into another medium. Onto itself it is no change.
    ///
    /// # Errors
    /// 405 if there is no such file, 407 if the other exists and isn't to be replaced, 426 if one
    /// of them is open, 420 if the copy does not fit, 404 if a medium is absent. A disk that fails
    /// half-way (403, 409, 411) leaves neither a part of the copy nor the file it replaced.
    pub fn copy(
        &mut self,
        from: &FileName,
        to: &FileName,
        existing: Existing,
    ) -> Result<(), FileError> {
        let (size, replaced) = self.check_move(from, to, existing)?;
        if from == to {
            return Ok(());
        }
        let volume = self.open_volume(to)?;
        let disk = volume.disk();
        if disk.used - replaced.unwrap_or(0) + size > disk.total {
            return Err(FileError::NoSpace);
        }
        match replaced {
            Some(_) => volume.truncate(to.bare(), 0)?,
            None => volume.create(to.bare())?,
        }
        let copied = self.copy_content(from, to);
        if copied.is_err() {
            // The first error is the one to tell.
            let _ = self.open_volume(to)?.remove(to.bare());
        }
        copied
    }

    fn copy_content(&mut self, from: &FileName, to: &FileName) -> Result<(), FileError> {
        let mut offset = 0;
        loop {
            let part = self.open_volume(from)?.read(from.bare(), offset, usize::MAX)?;
            if part.is_empty() {
                return Ok(());
            }
            offset = self.open_volume(to)?.write(to.bare(), offset, part)?;
        }
    }

    /// The size of the file to move, and of the one to be replaced.
    fn check_move(
        &mut self,
        from: &FileName,
        to: &FileName,
        existing: Existing,
    ) -> Result<(u64, Option<u64>), FileError> {
        self.check_closed(from)?;
        self.check_closed(to)?;
        let size = self.volume(from.medium(), FileError::MoveFailed)?.size(from.bare())?;
        match self.volume(to.medium(), FileError::MoveFailed)?.size(to.bare()) {
            Ok(_) if existing == Existing::Refuse => Err(FileError::AlreadyExists),
            Ok(replaced) => Ok((size, Some(replaced))),
            Err(FileError::NotFound) => Ok((size, None)),
            Err(error) => Err(error),
        }
    }

    fn find(
        &mut self,
        pattern: &Pattern,
        failure: FileError,
    ) -> Result<Vec<(FileName, u64)>, FileError> {
        let volume = self.volume(pattern.medium(), failure)?;
        if let Some(name) = pattern.as_name() {
            let size = volume.size(name.bare())?;
            return Ok(vec![(name, size)]);
        }
        let named = volume
            .files()
            .filter_map(|(name, size)| Some((FileName::new(pattern.medium(), name).ok()?, size)));
        Ok(named.filter(|(name, _)| pattern.matches(name)).collect())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::store::{Disorder, OpenMode, Volume};

    fn name(raw: &str) -> FileName {
        FileName::parse(raw).unwrap()
    }

    fn pattern(raw: &str) -> Pattern {
        Pattern::parse(raw).unwrap()
    }

    fn put(stores: &mut Stores, file: &str, content: &'static str) {
        let writer = stores.create(&name(file), Existing::Replace).unwrap();
        stores.append(&writer, Bytes::from(content)).unwrap();
        stores.finish(writer);
    }

    fn get(stores: &mut Stores, file: &str) -> Result<String, FileError> {
        let reader = stores.open_reader(&name(file))?;
        let data = stores.read_at(&reader, 0, usize::MAX)?;
        stores.release(reader);
        Ok(String::from_utf8(data.to_vec()).unwrap())
    }

    fn listed(stores: &mut Stores, raw: &str) -> Vec<(String, u64)> {
        let files = stores.list(&pattern(raw)).unwrap();
        files.into_iter().map(|(name, size)| (name.to_string(), size)).collect()
    }

    /// Ten bytes in each medium.
    fn small() -> Stores {
        Medium::ALL.into_iter().fold(Stores::new(), |stores, medium| {
            stores.with_medium(medium, Some(Volume::memory(10)))
        })
    }

    #[test]
    fn a_listing_is_of_one_medium_and_sorted() {
        let mut stores = Stores::new();
        for file in ["b.txt", "a.bin", "RAM:c.txt"] {
            put(&mut stores, file, "12345");
        }
        let ufs = [("UFS:a.bin".to_owned(), 5), ("UFS:b.txt".to_owned(), 5)];
        assert_eq!(listed(&mut stores, "*"), ufs);
        assert_eq!(listed(&mut stores, "UFS:*.txt"), ufs[1..]);
        assert_eq!(listed(&mut stores, "RAM:c.txt"), [("RAM:c.txt".to_owned(), 5)]);
        assert_eq!(listed(&mut stores, "*.jpg"), []);
        assert_eq!(stores.list(&pattern("c.txt")), Err(FileError::NotFound));
    }

    #[test]
    fn disk_figures_follow_the_files() {
        let mut stores = small();
        let empty = Disk { free: 10, total: 10, used: 0, files: 0 };
        assert_eq!(stores.disk(Medium::Ufs), Ok(empty));
        put(&mut stores, "a", "1234567");
        put(&mut stores, "empty", "");
        let filled = Disk { free: 3, total: 10, used: 7, files: 2 };
        assert_eq!(stores.disk(Medium::Ufs), Ok(filled));
        assert_eq!(stores.disk(Medium::Ram), Ok(empty));
        assert_eq!(stores.delete(&pattern("*")), Ok(2));
        assert_eq!(stores.disk(Medium::Ufs), Ok(empty));
    }

    #[test]
    fn every_operation_has_its_error_for_an_absent_medium() {
        let mut stores = Stores::new();
        put(&mut stores, "here", "");
        let sd = name("SD:x");
        assert_eq!(stores.disk(Medium::Sd), Err(FileError::DiskInfoFailed));
        assert_eq!(stores.size(&sd), Err(FileError::OpenFailed));
        assert_eq!(stores.list(&pattern("SD:*")), Err(FileError::ListFailed));
        assert_eq!(stores.delete(&pattern("SD:*")), Err(FileError::DeleteFailed));
        assert_eq!(stores.open(&sd, OpenMode::ReadWrite), Err(FileError::OpenFailed));
        assert_eq!(stores.create(&sd, Existing::Refuse).unwrap_err(), FileError::CreateFailed);
        assert_eq!(stores.open_reader(&sd).unwrap_err(), FileError::OpenFailed);
        assert_eq!(stores.copy(&name("here"), &sd, Existing::Refuse), Err(FileError::MoveFailed));
    }

    #[test]
    fn deleting_a_missing_file_fails_but_no_match_does_not() {
        let mut stores = Stores::new();
        assert_eq!(stores.delete(&pattern("missing")), Err(FileError::NotFound));
        assert_eq!(stores.delete(&pattern("*")), Ok(0));
    }

    #[test]
    fn one_open_file_saves_all_from_deletion() {
        let mut stores = Stores::new();
        put(&mut stores, "a", "");
        let handle = stores.open(&name("b"), OpenMode::ReadWrite).unwrap();
        assert_eq!(stores.delete(&pattern("*")), Err(FileError::AlreadyOpen));
        assert_eq!(listed(&mut stores, "*").len(), 2);
        stores.close(handle).unwrap();
        assert_eq!(stores.delete(&pattern("*")), Ok(2));
    }

    #[test]
    fn a_copy_leaves_the_original_and_a_rename_does_not() {
        let mut stores = small();
        put(&mut stores, "a", "data");
        stores.copy(&name("a"), &name("b"), Existing::Refuse).unwrap();
        stores.rename(&name("a"), &name("RAM:a"), Existing::Refuse).unwrap();
        stores.rename(&name("b"), &name("c"), Existing::Refuse).unwrap();
        assert_eq!(listed(&mut stores, "*"), [("UFS:c".to_owned(), 4)]);
        assert_eq!(get(&mut stores, "c").unwrap(), "data");
        assert_eq!(get(&mut stores, "RAM:a").unwrap(), "data");
    }

    #[test]
    fn a_copy_has_a_content_of_its_own() {
        let mut stores = Stores::new();
        put(&mut stores, "a", "same");
        stores.copy(&name("a"), &name("b"), Existing::Refuse).unwrap();
        let handle = stores.open(&name("b"), OpenMode::ReadWrite).unwrap();
        stores.write(handle, Bytes::from("l")).unwrap();
        stores.close(handle).unwrap();
        assert_eq!(get(&mut stores, "a").unwrap(), "same");
        assert_eq!(get(&mut stores, "b").unwrap(), "lame");
    }

    #[test]
    fn a_move_onto_a_file_needs_to_be_told_so() {
        for to in ["b", "RAM:b", "a"] {
            let mut stores = small();
            put(&mut stores, "a", "new");
            if to != "a" {
                put(&mut stores, to, "old");
            }
            let refused = Err(FileError::AlreadyExists);
            assert_eq!(stores.copy(&name("a"), &name(to), Existing::Refuse), refused);
            assert_eq!(stores.rename(&name("a"), &name(to), Existing::Refuse), refused);
            stores.copy(&name("a"), &name(to), Existing::Replace).unwrap();
            assert_eq!(get(&mut stores, to).unwrap(), "new");
            stores.rename(&name("a"), &name(to), Existing::Replace).unwrap();
            assert_eq!(get(&mut stores, to).unwrap(), "new");
            assert_eq!(get(&mut stores, "a").is_ok(), to == "a");
        }
    }

    #[test]
    fn a_copy_that_does_not_fit_changes_nothing() {
        let mut stores = small();
        put(&mut stores, "a", "123456");
        put(&mut stores, "old", "123");
        for to in ["new", "old"] {
            assert_eq!(
                stores.copy(&name("a"), &name(to), Existing::Replace),
                Err(FileError::NoSpace)
            );
        }
        assert_eq!(get(&mut stores, "old").unwrap(), "123");
        assert_eq!(listed(&mut stores, "*").len(), 2);
    }

    #[test]
    fn what_is_replaced_makes_room() {
        let mut stores = small();
        put(&mut stores, "RAM:a", "1234567");
        put(&mut stores, "b", "123456789");
        stores.copy(&name("RAM:a"), &name("b"), Existing::Replace).unwrap();
        assert_eq!(stores.disk(Medium::Ufs).unwrap().used, 7);
    }

    #[test]
    fn a_missing_or_open_file_is_not_moved() {
        let mut stores = Stores::new();
        put(&mut stores, "a", "");
        let missing = stores.rename(&name("x"), &name("y"), Existing::Refuse);
        assert_eq!(missing, Err(FileError::NotFound));
        let writer = stores.create(&name("held"), Existing::Refuse).unwrap();
        for (from, to) in [("a", "held"), ("held", "b")] {
            let open = Err(FileError::AlreadyOpen);
            assert_eq!(stores.rename(&name(from), &name(to), Existing::Replace), open);
            assert_eq!(stores.copy(&name(from), &name(to), Existing::Replace), open);
        }
        stores.finish(writer);
        assert_eq!(stores.rename(&name("a"), &name("held"), Existing::Replace), Ok(()));
    }

    #[test]
    fn a_restart_empties_ram_and_closes_everything() {
        let mut stores = small();
        put(&mut stores, "RAM:a", "lost");
        put(&mut stores, "SD:a", "kept");
        put(&mut stores, "a", "kept");
        let handle = stores.open(&name("a"), OpenMode::ReadOnly).unwrap();
        let writer = stores.create(&name("RAM:b"), Existing::Refuse).unwrap();
        stores.restart();
        assert_eq!(stores.disk(Medium::Ram).unwrap().files, 0);
        assert_eq!(get(&mut stores, "SD:a").unwrap(), "kept");
        assert_eq!(get(&mut stores, "a").unwrap(), "kept");
        assert_eq!(stores.close(handle), Err(FileError::InvalidHandle));
        assert_eq!(stores.append(&writer, Bytes::from("late")), Err(FileError::InvalidHandle));
    }

    #[test]
    fn ram_that_is_broken_loses_its_files_with_the_power_too() {
        let mut stores = small();
        put(&mut stores, "RAM:a", "lost");
        stores.set_disorder(Medium::Ram, Some(Disorder::Broken));
        stores.restart();
        assert_eq!(stores.disk(Medium::Ram).unwrap().files, 0);
    }
}
