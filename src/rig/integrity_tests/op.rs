//! What a host does to files, and what becomes of them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub(super) const REMOTE: [&str; 3] = ["a", "b", "c"];
pub(super) const LOCAL: [&str; 3] = ["RAM:x", "RAM:y", "UFS:x"];

/// All files, on the server and in the stores, by their names.
pub(super) type Files = BTreeMap<&'static str, Vec<u8>>;

/// Random bytes of which none begins a command, wherever they end up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Data {
    seed: u64,
    size: usize,
}

impl Data {
    pub(super) fn bytes(self) -> Vec<u8> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let no_command = |byte: u8| if byte.eq_ignore_ascii_case(&b'A') { b'-' } else { byte };
        (0..self.size).map(|_| no_command(random.random())).collect()
    }
}

#[derive(Clone, Debug)]
pub(super) enum Op {
    /// QFUPL; refused if the file is there.
    Upload(&'static str, Data),
    /// QFOPEN, QFSEEK, QFWRITE, QFCLOSE: over what is there, or behind it.
    Write(&'static str, usize, Data),
    DeleteLocal(&'static str),
    /// From this byte on; whether that is all.
    Put(&'static str, usize, Data, bool),
    PutFile(&'static str, &'static str),
    GetCom(&'static str),
    GetFile(&'static str, &'static str),
    Rename(&'static str, &'static str),
    Delete(&'static str),
}

/// What an operation does if all goes well.
pub(super) struct Plan {
    pub(super) after: Files,
    /// The file that may get stuck on its way, and whether it is overwritten, or begun anew.
    partly: Option<(&'static str, bool)>,
}

impl Op {
    /// `None`: it can't go well.
    pub(super) fn plan(&self, before: &Files) -> Option<Plan> {
        let mut after = before.clone();
        let partly = match self {
            Op::Upload(name, _) if before.contains_key(name) => return None,
            Op::Upload(name, data) => {
                after.insert(name, data.bytes());
                Some((*name, false))
            }
            Op::Write(name, at, data) => {
                overwrite(after.entry(name).or_default(), *at, &data.bytes());
                Some((*name, true))
            }
            Op::DeleteLocal(name) | Op::Delete(name) => {
                after.remove(name)?;
                None
            }
            Op::Put(name, start, data, _) => {
                let file = after.entry(name).or_default();
                file.truncate(*start);
                file.extend(data.bytes());
                Some((*name, *start > 0))
            }
            Op::PutFile(to, from) | Op::GetFile(from, to) => {
                after.insert(to, before.get(from)?.clone());
                Some((*to, false))
            }
            Op::GetCom(name) => {
                before.get(name)?;
                None
            }
            Op::Rename(from, to) => {
                let file = after.remove(from)?;
                after.insert(to, file);
                None
            }
        };
        Some(Plan { after, partly })
    }

    /// Whether it can't be done without the server.
    pub(super) fn asks_server(&self) -> bool {
        !matches!(self, Op::Upload(..) | Op::Write(..) | Op::DeleteLocal(_))
    }

    /// Where QFWRITE begins in a file of this size.
    pub(super) fn seek(at: usize, size: usize) -> usize {
        at.min(size)
    }
}

impl Plan {
    /// Whether a failure may have left this.
    pub(super) fn may_leave(&self, before: &Files, found: &Files) -> bool {
        if found == before || *found == self.after {
            return true;
        }
        let Some((name, over)) = self.partly else { return false };
        let Some(part) = found.get(name) else { return false };
        let goal = &self.after[name];
        let old = before.get(name).filter(|_| over).map_or(&[][..], Vec::as_slice);
        let on_way = (0..=goal.len()).any(|done| {
            let rest = old.get(done..).unwrap_or_default();
            part.len() == done + rest.len() && part[..done] == goal[..done] && part.ends_with(rest)
        });
        let mut rest = found.clone();
        rest.remove(name);
        let untouched = before.iter().filter(|(other, _)| **other != name);
        on_way && rest.iter().eq(untouched)
    }
}

/// As QFWRITE does it at a position that is in the file, or at its end.
fn overwrite(file: &mut Vec<u8>, at: usize, data: &[u8]) {
    let at = Op::seek(at, file.len());
    file.resize(file.len().max(at + data.len()), 0);
    file[at..at + data.len()].copy_from_slice(data);
}

fn data() -> impl Strategy<Value = Data> {
    (any::<u64>(), 1_usize..3000).prop_map(|(seed, size)| Data { seed, size })
}

/// What is done one after the other, as long as it goes well.
pub(super) fn ops() -> impl Strategy<Value = Vec<Op>> {
    let remote = || prop::sample::select(&REMOTE[..]);
    let local = || prop::sample::select(&LOCAL[..]);
    let put = |name, data| Op::Put(name, 0, data, true);
    let op = prop_oneof![
        (local(), data()).prop_map(|(name, data)| Op::Upload(name, data)),
        (local(), 0_usize..3000, data()).prop_map(|(name, at, data)| Op::Write(name, at, data)),
        local().prop_map(Op::DeleteLocal),
        (remote(), data()).prop_map(move |(name, data)| put(name, data)),
        (remote(), local()).prop_map(|(name, from)| Op::PutFile(name, from)),
        remote().prop_map(Op::GetCom),
        (remote(), local()).prop_map(|(name, to)| Op::GetFile(name, to)),
        (remote(), remote()).prop_map(|(from, to)| Op::Rename(from, to)),
        remote().prop_map(Op::Delete),
    ];
    let parts = (remote(), data(), data()).prop_map(|(name, one, two)| {
        vec![Op::Put(name, 0, one, false), Op::Put(name, one.size, two, true)]
    });
    prop_oneof![9 => op.prop_map(|op| vec![op]), 1 => parts]
}
