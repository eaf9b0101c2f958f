//! The bench: a host that does it, and looks what has come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::rig::Rig;
use crate::scenario::engine::{News, Rules};
use crate::store::{FileName, Medium};

use super::op::{Files, LOCAL, Op, REMOTE};
use super::trouble::{self, Trouble};

/// Longer than anything that goes wrong, and than what it makes the module wait for.
const LONG: Duration = Duration::from_secs(600);

/// The host sends so much before it listens again.
const PIECE: usize = 600;

pub(super) struct Bench {
    rig: Rig,
    rules: Rules,
    files: Files,
    /// So often a fault has fired.
    pub(super) fired: usize,
}

impl Bench {
    pub(super) fn new(faults: &[&str], seed: u64) -> Bench {
        let rules = trouble::rules(faults, seed);
        let mut rig = Rig::default();
        rig.modem = rig.modem.with_interceptor(Box::new(rules.clone()));
        trouble::allow(&rules, false);
        rig.log_in();
        Bench { rig, rules, files: Files::new(), fired: 0 }
    }

    /// One after the other, as long as all goes well.
    pub(super) fn step(&mut self, ops: &[Op], trouble: Option<&Trouble>) {
        for op in ops {
            if !self.try_one(op, trouble) {
                break;
            }
        }
    }

    /// Tells whether it was acknowledged.
    fn try_one(&mut self, op: &Op, trouble: Option<&Trouble>) -> bool {
        if let Some(trouble) = trouble {
            trouble.begin(&mut self.rig.server);
        }
        trouble::allow(&self.rules, true);
        let done = self.carry_out(op);
        trouble::allow(&self.rules, false);
        self.rig.server.mend();
        let actions = self.take_fired();
        let disturbed = trouble.is_some() || !actions.is_empty();
        if disturbed {
            self.recover();
        }
        let mut plan = op.plan(&self.files);
        if actions.contains("restart") {
            let in_ram = |name: &&str| name.starts_with("RAM:");
            self.files.retain(|name, _| !in_ram(name));
            plan.iter_mut().for_each(|plan| plan.after.retain(|name, _| !in_ram(name)));
        }
        let found = self.found();
        match plan {
            _ if done && op.asks_server() && trouble.is_some_and(Trouble::is_thorough) => {
                panic!("{op:?}: a failure was taken for success");
            }
            Some(plan) if done => assert!(found == plan.after, "{op:?} was acknowledged"),
            Some(plan) if disturbed => {
                assert!(
                    plan.may_leave(&self.files, &found),
                    "{op:?} left {:?} of {:?}",
                    sizes(&found),
                    sizes(&self.files)
                );
            }
            Some(_) => panic!("{op:?} failed without a reason"),
            None => assert!(!done && found == self.files, "{op:?} was not possible"),
        }
        self.files = found;
        done
    }

    /// A command, then data if it asks for some; everything that was said, until the module
    /// interrupts or has nothing more to say.
    fn command(&mut self, line: &str, data: &[u8]) -> Vec<u8> {
        self.rig.received();
        self.rig.send(format!("{line}\r"));
        let mut said = self.rig.received().to_vec();
        if find(&said, "\r\nCONNECT\r\n").is_some() {
            for piece in data.chunks(PIECE) {
                self.rig.send(piece);
                let more = self.rig.received();
                said.extend_from_slice(&more);
                if !more.is_empty() {
                    break;
                }
            }
        }
        self.rig.pass(Duration::from_secs(1));
        said.extend_from_slice(&self.rig.received());
        said
    }

    /// Whether the module says so, and `OK`.
    fn succeeds(&mut self, line: &str, data: &[u8], wanted: &str) -> bool {
        let said = self.command(line, data);
        find(&said, wanted).is_some() && find(&said, "\r\nOK\r\n").is_some()
    }

    fn carry_out(&mut self, op: &Op) -> bool {
        match op {
            Op::Upload(name, data) => {
                let data = data.bytes();
                let size = data.len();
                let line = format!("AT+QFUPL=\"{name}\",{size}");
                self.succeeds(&line, &data, &format!("\r\n+QFUPL: {size},"))
            }
            Op::Write(name, at, data) => self.write(name, *at, &data.bytes()),
            Op::DeleteLocal(name) => self.succeeds(&format!("AT+QFDEL=\"{name}\""), b"", ""),
            Op::Put(name, start, data, last) => {
                let (data, last) = (data.bytes(), u8::from(*last));
                let size = data.len();
                let line = format!("AT+QFTPPUT=\"{name}\",\"COM:\",{start},{size},{last}");
                self.succeeds(&line, &data, &format!("\r\n+QFTPPUT: 0,{size}\r\n"))
            }
            Op::PutFile(name, from) => {
                let size = self.files.get(from).map_or(0, Vec::len);
                let line = format!("AT+QFTPPUT=\"{name}\",\"{from}\"");
                self.succeeds(&line, b"", &format!("\r\n+QFTPPUT: 0,{size}\r\n"))
            }
            Op::GetCom(name) => self.get(name),
            Op::GetFile(name, to) => {
                let size = self.files.get(name).map_or(0, Vec::len);
                let line = format!("AT+QFTPGET=\"{name}\",\"{to}\"");
                self.succeeds(&line, b"", &format!("\r\n+QFTPGET: 0,{size}\r\n"))
            }
            Op::Rename(from, to) => {
                let line = format!("AT+QFTPRENAME=\"{from}\",\"{to}\"");
                self.succeeds(&line, b"", "\r\n+QFTPRENAME: 0,0\r\n")
            }
            Op::Delete(name) => {
                let line = format!("AT+QFTPDEL=\"{name}\"");
                self.succeeds(&line, b"", "\r\n+QFTPDEL: 0,0\r\n")
            }
        }
    }

    fn write(&mut self, name: &str, at: usize, data: &[u8]) -> bool {
        let old = self.files.get(name).map_or(0, Vec::len);
        let at = Op::seek(at, old);
        let (size, new) = (data.len(), old.max(at + data.len()));
        let written = format!("\r\n+QFWRITE: {size},{new}\r\n");
        let done = self.succeeds(&format!("AT+QFOPEN=\"{name}\",0"), b"", "\r\n+QFOPEN: 1\r\n")
            && self.succeeds(&format!("AT+QFSEEK=1,{at},0"), b"", "")
            && self.succeeds(&format!("AT+QFWRITE=1,{size}"), data, &written);
        // What is written is written, whatever becomes of the handle.
        self.command("AT+QFCLOSE=1", b"");
        done
    }

    /// A download must give the host nothing but the file.
    fn get(&mut self, name: &str) -> bool {
        let said = self.command(&format!("AT+QFTPGET=\"{name}\",\"COM:\""), b"");
        let connect = "\r\nCONNECT\r\n";
        let Some(start) = find(&said, connect) else { return false };
        let data = &said[start + connect.len()..];
        let ends = ["\r\nOK\r\n", "\r\nNO CARRIER\r\n", "\r\nRDY\r\n", "\r\n+QIURC: "];
        let end = ends.iter().filter_map(|end| find(data, end)).min().unwrap_or(data.len());
        let file = &self.files[name];
        assert!(file.starts_with(&data[..end]), "{name}: other bytes came");
        let outcome = format!("\r\nOK\r\n\r\n+QFTPGET: 0,{}\r\n", file.len());
        let done = find(data, &outcome) == Some(end);
        assert!(!done || end == file.len(), "{name}: {end} bytes came");
        done
    }

    /// What the faults did that have fired since the last time.
    fn take_fired(&mut self) -> BTreeSet<String> {
        let mut actions = BTreeSet::new();
        for news in self.rules.news() {
            if let News::Fired(fault) = news {
                self.fired += 1;
                actions.insert(fault.action);
            }
        }
        actions
    }

    /// Everything comes to its end, and there is a session again.
    fn recover(&mut self) {
        self.rig.pass(LONG);
        let open = self.rig.modem.stores().open_files().map(|(handle, ..)| handle.0);
        for handle in open.collect::<Vec<_>>() {
            assert!(self.succeeds(&format!("AT+QFCLOSE={handle}"), b"", ""));
        }
        if !self.succeeds("AT+QFTPSTAT", b"", "\r\n+QFTPSTAT: 0,1\r\n") {
            assert!(self.succeeds("AT+QIDEACT=1", b"", ""));
            self.rig.log_in();
        }
    }

    /// What is there; the books of the stores must be right about it.
    fn found(&mut self) -> Files {
        let mut found = Files::new();
        for name in REMOTE {
            found.extend(self.rig.server.file(name).map(|file| (name, file.to_vec())));
        }
        let stores = self.rig.modem.stores();
        let mut used = BTreeMap::from([(Medium::Ram, (0, 0)), (Medium::Ufs, (0, 0))]);
        for name in LOCAL {
            let parsed = FileName::parse(name).expect("a name");
            let Ok(content) = stores.content(&parsed) else { continue };
            let (bytes, files) = used.entry(parsed.medium()).or_default();
            *bytes += content.len() as u64;
            *files += 1;
            found.insert(name, content.to_vec());
        }
        for (medium, sum) in used {
            let disk = stores.disk(medium).expect("a medium");
            assert_eq!((disk.used, disk.files), sum, "{medium:?}");
            assert_eq!(disk.free, disk.total - disk.used, "{medium:?}");
        }
        found
    }
}

fn sizes(files: &Files) -> BTreeMap<&str, usize> {
    files.iter().map(|(name, file)| (*name, file.len())).collect()
}

fn find(bytes: &[u8], text: &str) -> Option<usize> {
    let text = text.as_bytes();
    if text.is_empty() { Some(0) } else { bytes.windows(text.len()).position(|part| part == text) }
}
