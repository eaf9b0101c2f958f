//! The stores against the simplest thing that could be right, under random operations.

use std::collections::BTreeMap;
use std::io::SeekFrom;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;

const CAPACITY: u64 = 40;

#[derive(Debug, Clone)]
enum Op {
    Open(FileName, OpenMode),
    Close(Handle),
    Read(Handle, usize),
    Write(Handle, Vec<u8>),
    Seek(Handle, SeekFrom),
    Truncate(Handle),
    Create(FileName, Existing),
    /// To the writer of that index, if there is one.
    Append(usize, Vec<u8>),
    Finish(usize),
    Delete(Pattern),
    Rename(FileName, FileName, Existing),
    Copy(FileName, FileName, Existing),
    Restart,
}

/// What an operation answers.
#[derive(Debug, PartialEq)]
enum Answer {
    Done,
    Handle(Handle),
    Number(u64),
    Data(Vec<u8>),
}

type Answered = Result<Answer, FileError>;

/// Whole files as vectors, with every rule written out.
#[derive(Debug, Default)]
struct Model {
    files: BTreeMap<FileName, Vec<u8>>,
    handles: BTreeMap<Handle, (FileName, OpenMode, usize)>,
    /// Without a name once a restart has taken the file away.
    writers: Vec<Option<FileName>>,
}

impl Model {
    fn used(&self, medium: Medium) -> u64 {
        let files = self.files.iter().filter(|(name, _)| name.medium() == medium);
        files.map(|(_, content)| content.len() as u64).sum()
    }

    fn closed(&self, name: &FileName) -> Result<(), FileError> {
        let by_handle = self.handles.values().any(|(open, _, _)| open == name);
        let by_writer = self.writers.iter().flatten().any(|open| open == name);
        if by_handle || by_writer { Err(FileError::AlreadyOpen) } else { Ok(()) }
    }

    fn present(medium: Medium, failure: FileError) -> Result<(), FileError> {
        if medium == Medium::Sd { Err(failure) } else { Ok(()) }
    }

    fn put(&mut self, name: &FileName, content: Vec<u8>) -> Result<u64, FileError> {
        let size = content.len() as u64;
        let old = self.files.get(name).map_or(0, Vec::len) as u64;
        if self.used(name.medium()) - old + size > CAPACITY {
            return Err(FileError::NoSpace);
        }
        self.files.insert(name.clone(), content);
        Ok(size)
    }

    fn copy(
        &mut self,
        from: &FileName,
        to: &FileName,
        existing: Existing,
        freed: u64,
    ) -> Result<(), FileError> {
        self.closed(from)?;
        self.closed(to)?;
        Self::present(from.medium(), FileError::MoveFailed)?;
        let content = self.files.get(from).ok_or(FileError::NotFound)?.clone();
        Self::present(to.medium(), FileError::MoveFailed)?;
        let old = self.files.get(to).map(Vec::len);
        if old.is_some() && existing == Existing::Refuse {
            return Err(FileError::AlreadyExists);
        }
        let kept = self.used(to.medium()) - old.unwrap_or(0) as u64;
        if from != to && kept + content.len() as u64 > CAPACITY + freed {
            return Err(FileError::NoSpace);
        }
        self.files.insert(to.clone(), content);
        Ok(())
    }

    fn apply(&mut self, op: &Op) -> Answered {
        match op {
            Op::Open(name, mode) => {
                self.closed(name)?;
                Self::present(name.medium(), FileError::OpenFailed)?;
                if *mode == OpenMode::ReadOnly && !self.files.contains_key(name) {
                    return Err(FileError::NotFound);
                }
                let content = self.files.entry(name.clone()).or_default();
                if *mode == OpenMode::Truncate {
                    content.clear();
                }
                let free = (1..).map(Handle).find(|handle| !self.handles.contains_key(handle));
                self.handles.insert(free.unwrap(), (name.clone(), *mode, 0));
                Ok(Answer::Handle(free.unwrap()))
            }
            Op::Close(handle) => {
                self.handles.remove(handle).ok_or(FileError::InvalidHandle)?;
                Ok(Answer::Done)
            }
            Op::Read(handle, max) => {
                let (name, _, at) = self.handles.get_mut(handle).ok_or(FileError::InvalidHandle)?;
                let left = &self.files[name][*at..];
                if left.is_empty() {
                    return Err(FileError::ReadZeroBytes);
                }
                let data = left[..left.len().min(*max)].to_vec();
                *at += data.len();
                Ok(Answer::Data(data))
            }
            Op::Write(handle, data) => {
                let (name, mode, at) =
                    self.handles.get(handle).cloned().ok_or(FileError::InvalidHandle)?;
                if mode == OpenMode::ReadOnly {
                    return Err(FileError::ReadOnly);
                }
                let mut content = self.files[&name].clone();
                content.resize(content.len().max(at + data.len()), 0);
                content[at..at + data.len()].copy_from_slice(data);
                let size = self.put(&name, content)?;
                self.handles.insert(*handle, (name, mode, at + data.len()));
                Ok(Answer::Number(size))
            }
            Op::Seek(handle, to) => {
                let (name, _, at) = self.handles.get_mut(handle).ok_or(FileError::InvalidHandle)?;
                let size = self.files[name].len() as i64;
                let target = match to {
                    SeekFrom::Start(offset) => *offset as i64,
                    SeekFrom::Current(offset) => *at as i64 + offset,
                    SeekFrom::End(offset) => size + offset,
                };
                match target {
                    ..0 => Err(FileError::InvalidInput),
                    _ if target > size => Err(FileError::PastEnd),
                    _ => {
                        *at = target as usize;
                        Ok(Answer::Number(target as u64))
                    }
                }
            }
            Op::Truncate(handle) => {
                let (name, mode, at) = self.handles.get(handle).ok_or(FileError::InvalidHandle)?;
                if *mode == OpenMode::ReadOnly {
                    return Err(FileError::ReadOnly);
                }
                self.files.get_mut(name).unwrap().truncate(*at);
                Ok(Answer::Done)
            }
            Op::Create(name, existing) => {
                self.closed(name)?;
                Self::present(name.medium(), FileError::CreateFailed)?;
                if self.files.contains_key(name) && *existing == Existing::Refuse {
                    return Err(FileError::AlreadyExists);
                }
                self.files.insert(name.clone(), Vec::new());
                self.writers.push(Some(name.clone()));
                Ok(Answer::Done)
            }
            Op::Append(index, data) => {
                let Some(writer) = self.writers.get(*index) else { return Ok(Answer::Done) };
                let name = writer.clone().ok_or(FileError::InvalidHandle)?;
                let content = [&self.files[&name][..], data].concat();
                self.put(&name, content).map(Answer::Number)
            }
            Op::Finish(index) => {
                if *index < self.writers.len() {
                    self.writers.remove(*index);
                }
                Ok(Answer::Done)
            }
            Op::Delete(pattern) => {
                Self::present(pattern.medium(), FileError::DeleteFailed)?;
                let meant = self.files.keys().filter(|name| pattern.matches(name));
                let meant: Vec<FileName> = meant.cloned().collect();
                if meant.is_empty() && !pattern.is_wildcard() {
                    return Err(FileError::NotFound);
                }
                meant.iter().try_for_each(|name| self.closed(name))?;
                self.files.retain(|name, _| !pattern.matches(name));
                Ok(Answer::Number(meant.len() as u64))
            }
            Op::Rename(from, to, existing) => {
                let moved = self.files.get(from).map_or(0, Vec::len) as u64;
                let freed = if from.medium() == to.medium() { moved } else { 0 };
                self.copy(from, to, *existing, freed)?;
                if from != to {
                    self.files.remove(from);
                }
                Ok(Answer::Done)
            }
            Op::Copy(from, to, existing) => {
                self.copy(from, to, *existing, 0).map(|()| Answer::Done)
            }
            Op::Restart => {
                self.files.retain(|name, _| name.medium() != Medium::Ram);
                self.handles.clear();
                self.writers.fill(None);
                Ok(Answer::Done)
            }
        }
    }
}

/// The stores, with the writers that are not finished.
struct Real {
    stores: Stores,
    writers: Vec<Writer>,
}

impl Real {
    fn apply(&mut self, op: &Op) -> Answered {
        let stores = &mut self.stores;
        match op {
            Op::Open(name, mode) => stores.open(name, *mode).map(Answer::Handle),
            Op::Close(handle) => stores.close(*handle).map(|()| Answer::Done),
            Op::Read(handle, max) => {
                stores.read(*handle, *max).map(|data| Answer::Data(data.to_vec()))
            }
            Op::Write(handle, data) => {
                stores.write(*handle, Bytes::copy_from_slice(data)).map(Answer::Number)
            }
            Op::Seek(handle, to) => stores.seek(*handle, *to).map(Answer::Number),
            Op::Truncate(handle) => stores.truncate(*handle).map(|()| Answer::Done),
            Op::Create(name, existing) => {
                self.writers.push(stores.create(name, *existing)?);
                Ok(Answer::Done)
            }
            Op::Append(index, data) => match self.writers.get(*index) {
                Some(writer) => {
                    stores.append(writer, Bytes::copy_from_slice(data)).map(Answer::Number)
                }
                None => Ok(Answer::Done),
            },
            Op::Finish(index) => {
                if *index < self.writers.len() {
                    stores.finish(self.writers.remove(*index));
                }
                Ok(Answer::Done)
            }
            Op::Delete(pattern) => stores.delete(pattern).map(|n| Answer::Number(n as u64)),
            Op::Rename(from, to, existing) => {
                stores.rename(from, to, *existing).map(|()| Answer::Done)
            }
            Op::Copy(from, to, existing) => stores.copy(from, to, *existing).map(|()| Answer::Done),
            Op::Restart => {
                stores.restart();
                Ok(Answer::Done)
            }
        }
    }

    /// Every file with its content, open or not.
    fn contents(&self) -> BTreeMap<FileName, Vec<u8>> {
        let mut contents = BTreeMap::new();
        for (medium, volume) in &self.stores.volumes {
            for (name, size) in volume.files() {
                let mut content = Vec::new();
                while (content.len() as u64) < size {
                    let part = volume.read(name, content.len() as u64, usize::MAX).unwrap();
                    content.extend_from_slice(&part);
                }
                contents.insert(FileName::new(*medium, name).unwrap(), content);
            }
        }
        contents
    }
}

fn file() -> impl Strategy<Value = FileName> {
    prop_oneof![
        10 => prop::sample::select(vec!["RAM:a", "RAM:b", "UFS:a", "UFS:b", "UFS:c"]),
        1 => Just("SD:a"),
    ]
    .prop_map(|raw| FileName::parse(raw).unwrap())
}

fn op() -> impl Strategy<Value = Op> {
    let handle = || (1..4u32).prop_map(Handle);
    let data = || prop::collection::vec(any::<u8>(), 0..20);
    let existing = || prop::sample::select(vec![Existing::Refuse, Existing::Replace]);
    let mode =
        prop::sample::select(vec![OpenMode::ReadWrite, OpenMode::Truncate, OpenMode::ReadOnly]);
    let seek = prop_oneof![
        (0..30u64).prop_map(SeekFrom::Start),
        (-9..9i64).prop_map(SeekFrom::Current),
        (-9..2i64).prop_map(SeekFrom::End),
    ];
    let pattern = prop::sample::select(vec!["*", "UFS:a", "RAM:b", "*c", "RAM:*", "SD:*"])
        .prop_map(|raw| Pattern::parse(raw).unwrap());
    prop_oneof![
        4 => (file(), mode).prop_map(|(name, mode)| Op::Open(name, mode)),
        3 => handle().prop_map(Op::Close),
        3 => (handle(), 0..20usize).prop_map(|(handle, max)| Op::Read(handle, max)),
        6 => (handle(), data()).prop_map(|(handle, data)| Op::Write(handle, data)),
        4 => (handle(), seek).prop_map(|(handle, to)| Op::Seek(handle, to)),
        2 => handle().prop_map(Op::Truncate),
        4 => (file(), existing()).prop_map(|(name, existing)| Op::Create(name, existing)),
        6 => (0..3usize, data()).prop_map(|(index, data)| Op::Append(index, data)),
        4 => (0..3usize).prop_map(Op::Finish),
        2 => pattern.prop_map(Op::Delete),
        3 => (file(), file(), existing()).prop_map(|(from, to, how)| Op::Rename(from, to, how)),
        3 => (file(), file(), existing()).prop_map(|(from, to, how)| Op::Copy(from, to, how)),
        1 => Just(Op::Restart),
    ]
}

/// Runs the operations on both and compares all that can be seen after each.
fn compare(ram: Volume, ufs: Volume, ops: &[Op]) -> Result<(), TestCaseError> {
    let stores =
        Stores::new().with_medium(Medium::Ram, Some(ram)).with_medium(Medium::Ufs, Some(ufs));
    let mut real = Real { stores, writers: Vec::new() };
    let mut model = Model::default();
    for op in ops {
        prop_assert_eq!(real.apply(op), model.apply(op), "{:?}", op);
        prop_assert_eq!(real.contents(), model.files.clone(), "after {:?}", op);
        for medium in [Medium::Ram, Medium::Ufs] {
            let disk = real.stores.disk(medium).unwrap();
            prop_assert_eq!(disk.used, model.used(medium));
            prop_assert_eq!((disk.total, disk.free), (CAPACITY, CAPACITY - disk.used));
        }
        prop_assert_eq!(real.stores.open_files().count(), model.handles.len());
    }
    Ok(())
}

proptest! {
    #[test]
    fn stores_in_memory_agree_with_the_model(ops in prop::collection::vec(op(), 1..80)) {
        compare(Volume::memory(CAPACITY), Volume::memory(CAPACITY), &ops)?;
    }
}

#[cfg(feature = "host")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn stores_in_folders_agree_with_the_model(ops in prop::collection::vec(op(), 1..80)) {
        let (ram, ufs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        compare(
            Volume::folder(ram.path(), CAPACITY).unwrap(),
            Volume::folder(ufs.path(), CAPACITY).unwrap(),
            &ops,
        )?;
    }
}
