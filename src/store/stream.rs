//! Files taken or given as a whole: uploads, downloads, transfers.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};

use super::{Existing, FileError, FileName, Stores};

/// A file that is being written from its start. Given back with [`Stores::finish`]; without that
/// the file stays open until the module restarts.
#[derive(Debug)]
#[must_use = "the file stays open until the writer is finished"]
pub struct Writer(Stream);

/// A file that is being read. Given back with [`Stores::release`]; without that the file stays
/// open until the module restarts.
#[derive(Debug)]
#[must_use = "the file stays open until the reader is released"]
pub struct Reader {
    stream: Stream,
    size: u64,
}

impl Writer {
    /// The file.
    pub fn name(&self) -> &FileName {
        &self.0.name
    }
}

impl Reader {
    /// The file.
    pub fn name(&self) -> &FileName {
        &self.stream.name
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// A claim on a file. The number tells it from a later claim on the same file, so that one from
/// before a restart is worth nothing.
#[derive(Debug)]
struct Stream {
    name: FileName,
    id: u64,
}

/// The files held by streams.
#[derive(Debug, Default)]
pub(super) struct Streams {
    pub(super) open: BTreeMap<FileName, u64>,
    last_id: u64,
}

impl Streams {
    pub(super) fn holds(&self, name: &FileName) -> bool {
        self.open.contains_key(name)
    }

    fn claim(&mut self, name: &FileName) -> Stream {
        self.last_id += 1;
        self.open.insert(name.clone(), self.last_id);
        Stream { name: name.clone(), id: self.last_id }
    }

    fn check(&self, stream: &Stream) -> Result<(), FileError> {
        if self.open.get(&stream.name) == Some(&stream.id) {
            Ok(())
        } else {
            Err(FileError::InvalidHandle)
        }
    }

    fn give_back(&mut self, stream: &Stream) {
        if self.check(stream).is_ok() {
            self.open.remove(&stream.name);
        }
    }
}

impl Stores {
    /// Makes an empty file to be written.
    ///
    /// # Errors
    /// 407 if it exists and isn't to be replaced, 426 if it is open, 406 if its name belongs to
    /// something that isn't a file of the medium, 408 if the medium is absent.
    pub fn create(&mut self, name: &FileName, existing: Existing) -> Result<Writer, FileError> {
        self.check_closed(name)?;
        let volume = self.volume(name.medium(), FileError::CreateFailed)?;
        match volume.size(name.bare()) {
            Ok(_) if existing == Existing::Refuse => return Err(FileError::AlreadyExists),
            Ok(_) => volume.truncate(name.bare(), 0)?,
            Err(FileError::NotFound) => volume.create(name.bare())?,
            Err(error) => return Err(error),
        }
        Ok(Writer(self.streams.claim(name)))
    }

    /// Appends to the file; returns its size. What was appended stays whatever happens later.
    ///
    /// # Errors
    /// 420 if the data do not fit, 403 if the disk below is full (none of them is written), 416
    /// if the module has restarted.
    pub fn append(&mut self, writer: &Writer, data: Bytes) -> Result<u64, FileError> {
        let Writer(stream) = writer;
        self.streams.check(stream)?;
        let name = stream.name.bare();
        let volume = self.open_volume(&stream.name)?;
        let size = volume.size(name)?;
        volume.write(name, size, data)
    }

    /// The file is complete, or as much of it as there will be.
    pub fn finish(&mut self, writer: Writer) {
        self.streams.give_back(&writer.0);
    }

    /// The whole content of a file, also of one that is open.
    ///
    /// # Errors
    /// 405 if there is none, 406 if its name belongs to something that isn't a file of the medium,
    /// 411 if it cannot be read.
    pub fn content(&mut self, name: &FileName) -> Result<Bytes, FileError> {
        let size = usize::try_from(self.size(name)?).map_err(|_| FileError::ReadFailed)?;
        let mut content = BytesMut::new();
        while content.len() < size {
            let at = content.len();
            let part = self.open_volume(name)?.read(name.bare(), at as u64, size - at)?;
            if part.is_empty() {
                return Err(FileError::ReadFailed);
            }
            content.extend_from_slice(&part);
        }
        Ok(content.freeze())
    }

    /// Opens a file to be read.
    ///
    /// # Errors
    /// 405 if there is none, 426 if it is open, 406 if its name belongs to something that isn't a
    /// file of the medium, 410 if the medium is absent.
    pub fn open_reader(&mut self, name: &FileName) -> Result<Reader, FileError> {
        self.check_closed(name)?;
        let size = self.size(name)?;
        Ok(Reader { stream: self.streams.claim(name), size })
    }

    /// Bytes from `offset`: at most `max`, fewer where the medium has them in pieces, none only
    /// at [`Reader::size`]. From memory they are not copied.
    ///
    /// # Errors
    /// 411 if the file cannot be read as it was when opened, 416 if the module has restarted.
    pub fn read_at(
        &mut self,
        reader: &Reader,
        offset: u64,
        max: usize,
    ) -> Result<Bytes, FileError> {
        self.streams.check(&reader.stream)?;
        let left = reader.size.saturating_sub(offset);
        let max = usize::try_from(left).map_or(max, |left| left.min(max));
        let name = reader.name();
        let data = self.open_volume(name)?.read(name.bare(), offset, max)?;
        // Other hands cut the file.
        if data.is_empty() && max > 0 { Err(FileError::ReadFailed) } else { Ok(data) }
    }

    /// The file is not read any more.
    pub fn release(&mut self, reader: Reader) {
        self.streams.give_back(&reader.stream);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Medium, OpenMode, Volume};

    fn name(raw: &str) -> FileName {
        FileName::parse(raw).unwrap()
    }

    #[test]
    fn an_upload_can_be_read_back_in_slices() {
        let mut stores = Stores::new();
        let writer = stores.create(&name("a"), Existing::Refuse).unwrap();
        assert_eq!(stores.append(&writer, Bytes::from("hello ")), Ok(6));
        assert_eq!(stores.append(&writer, Bytes::from("world")), Ok(11));
        assert_eq!(writer.name(), &name("a"));
        stores.finish(writer);

        let reader = stores.open_reader(&name("a")).unwrap();
        assert_eq!((reader.name(), reader.size()), (&name("a"), 11));
        assert_eq!(stores.read_at(&reader, 6, 3).unwrap(), "wor");
        assert_eq!(stores.read_at(&reader, 9, 100).unwrap(), "ld");
        assert_eq!(stores.read_at(&reader, 11, 100).unwrap(), "");
        assert_eq!(stores.read_at(&reader, u64::MAX, 100).unwrap(), "");
    }

    #[test]
    fn large_data_pass_through_memory_without_being_copied() {
        let mut stores = Stores::new();
        let sent = Bytes::from(vec![7; 100_000]);
        let writer = stores.create(&name("RAM:a"), Existing::Refuse).unwrap();
        stores.append(&writer, sent.clone()).unwrap();
        stores.finish(writer);
        let reader = stores.open_reader(&name("RAM:a")).unwrap();
        assert_eq!(stores.read_at(&reader, 0, 1000).unwrap().as_ptr(), sent.as_ptr());
    }

    #[test]
    fn an_existing_file_is_refused_or_replaced() {
        let mut stores = Stores::new();
        let writer = stores.create(&name("a"), Existing::Refuse).unwrap();
        stores.append(&writer, Bytes::from("old")).unwrap();
        stores.finish(writer);
        let refused = stores.create(&name("a"), Existing::Refuse).unwrap_err();
        assert_eq!(refused, FileError::AlreadyExists);
        assert_eq!(stores.size(&name("a")), Ok(3));
        let writer = stores.create(&name("a"), Existing::Replace).unwrap();
        stores.finish(writer);
        assert_eq!(stores.size(&name("a")), Ok(0));
    }

    #[test]
    fn a_file_is_held_by_one_at_a_time() {
        let mut stores = Stores::new();
        let writer = stores.create(&name("a"), Existing::Refuse).unwrap();
        let reader_too = stores.open_reader(&name("a")).unwrap_err();
        let writer_too = stores.create(&name("a"), Existing::Replace).unwrap_err();
        let handle_too = stores.open(&name("a"), OpenMode::ReadOnly).unwrap_err();
        assert_eq!([reader_too, writer_too, handle_too], [FileError::AlreadyOpen; 3]);
        stores.finish(writer);

        let reader = stores.open_reader(&name("a")).unwrap();
        assert_eq!(
            stores.create(&name("a"), Existing::Replace).unwrap_err(),
            FileError::AlreadyOpen
        );
        stores.release(reader);
        assert!(stores.open(&name("a"), OpenMode::ReadWrite).is_ok());
        assert_eq!(stores.open_reader(&name("a")).unwrap_err(), FileError::AlreadyOpen);
    }

    #[test]
    fn data_that_do_not_fit_are_refused_whole_and_what_came_before_stays() {
        let mut stores = Stores::new().with_medium(Medium::Ram, Some(Volume::memory(10)));
        let writer = stores.create(&name("RAM:a"), Existing::Refuse).unwrap();
        stores.append(&writer, Bytes::from("1234567")).unwrap();
        assert_eq!(stores.append(&writer, Bytes::from("8901")), Err(FileError::NoSpace));
        assert_eq!(stores.append(&writer, Bytes::from("890")), Ok(10));
        stores.finish(writer);
        let reader = stores.open_reader(&name("RAM:a")).unwrap();
        assert_eq!(stores.read_at(&reader, 0, 99).unwrap(), "1234567890");
    }

    #[test]
    fn a_claim_from_before_a_restart_does_not_touch_a_later_one() {
        let mut stores = Stores::new();
        let early = stores.create(&name("a"), Existing::Refuse).unwrap();
        stores.restart();
        let late = stores.create(&name("a"), Existing::Replace).unwrap();
        assert_eq!(stores.append(&early, Bytes::from("x")), Err(FileError::InvalidHandle));
        stores.finish(early);
        assert_eq!(stores.append(&late, Bytes::from("y")), Ok(1));
    }
}
