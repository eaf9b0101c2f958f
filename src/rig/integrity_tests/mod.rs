//! The contents of files, on the server and in the stores, against the simplest thing that could be
//! right, under random commands and failures.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use crate::modem::link::LinkError;
use crate::store::FileName;

use super::Rig;

const REMOTE: [&str; 3] = ["a", "b", "c"];
const LOCAL: [&str; 3] = ["RAM:x", "RAM:y", "UFS:x"];

#[derive(Clone, Debug)]
enum Op {
    /// QFUPL; refused if the file is there.
    Upload(&'static str, Vec<u8>),
    /// QFOPEN, QFSEEK, QFWRITE, QFCLOSE: over what is there, or behind it.
    Write(&'static str, usize, Vec<u8>),
    DeleteLocal(&'static str),
    PutCom(&'static str, Vec<u8>),
    /// In two parts.
    PutParts(&'static str, Vec<u8>, Vec<u8>),
    PutFile(&'static str, &'static str),
    GetCom(&'static str),
    GetFile(&'static str, &'static str),
    Rename(&'static str, &'static str),
    Delete(&'static str),
    /// The next command that goes to the server fails there.
    Fail,
}

fn op() -> impl Strategy<Value = Op> {
    let remote = || prop::sample::select(&REMOTE[..]);
    let local = || prop::sample::select(&LOCAL[..]);
    let data = || prop::collection::vec(any::<u8>(), 1..3000);
    prop_oneof![
        (local(), data()).prop_map(|(name, data)| Op::Upload(name, data)),
        (local(), 0_usize..3000, data()).prop_map(|(name, at, data)| Op::Write(name, at, data)),
        local().prop_map(Op::DeleteLocal),
        (remote(), data()).prop_map(|(name, data)| Op::PutCom(name, data)),
        (remote(), data(), data()).prop_map(|(name, one, two)| Op::PutParts(name, one, two)),
        (remote(), local()).prop_map(|(name, from)| Op::PutFile(name, from)),
        remote().prop_map(Op::GetCom),
        (remote(), local()).prop_map(|(name, to)| Op::GetFile(name, to)),
        (remote(), remote()).prop_map(|(from, to)| Op::Rename(from, to)),
        remote().prop_map(Op::Delete),
        Just(Op::Fail),
    ]
}

type Files = BTreeMap<&'static str, Vec<u8>>;

struct Bench {
    rig: Rig,
    remote: Files,
    local: Files,
    /// The server will fail a command.
    fails: bool,
}

impl Bench {
    fn new() -> Bench {
        let rig = Rig::logged_in();
        Bench { rig, remote: Files::new(), local: Files::new(), fails: false }
    }

    /// A command, then data if it asks for some; everything that was said after the echo.
    fn command(&mut self, line: &str, data: &[u8]) -> String {
        let mut said = self.rig.ask(line);
        if said.contains("CONNECT") {
            self.rig.send(data);
        }
        self.rig.pass(Duration::from_secs(1));
        said += &self.rig.text();
        said
    }

    /// A command of the server's; whether it went well there.
    fn ask_server(&mut self, line: &str, data: &[u8]) -> bool {
        let fails = std::mem::take(&mut self.fails);
        let name = line.trim_start_matches("AT").split('=').next().unwrap_or_default();
        let said = self.command(line, data);
        let well = said.contains(&format!("\r\n{name}: 0,"));
        assert!(!(fails && well), "{line}: a failure was taken for success: {said}");
        well
    }

    fn put(&mut self, name: &'static str, data: &[u8], offset: usize, last: u8) -> bool {
        let line = format!("AT+QFTPPUT=\"{name}\",\"COM:\",{offset},{},{last}", data.len());
        let well = self.ask_server(&line, data);
        if well {
            let file = self.remote.entry(name).or_default();
            file.truncate(offset);
            file.extend_from_slice(data);
        }
        well
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Upload(name, data) => {
                let said = self.command(&format!("AT+QFUPL=\"{name}\",{}", data.len()), data);
                let there = self.local.contains_key(name);
                assert_eq!(said.contains("\r\nOK\r\n"), !there, "{said}");
                self.local.entry(name).or_insert_with(|| data.clone());
            }
            Op::Write(name, at, data) => {
                let file = self.local.entry(name).or_default();
                let at = (*at).min(file.len());
                self.rig.ask(&format!("AT+QFOPEN=\"{name}\",0"));
                self.rig.ask(&format!("AT+QFSEEK=1,{at},0"));
                let said = self.command(&format!("AT+QFWRITE=1,{}", data.len()), data);
                let file = self.local.entry(name).or_default();
                file.resize(file.len().max(at + data.len()), 0);
                file[at..at + data.len()].copy_from_slice(data);
                let expected = format!("+QFWRITE: {},{}\r\n", data.len(), file.len());
                assert!(said.contains(&expected), "{said}");
                self.rig.ask("AT+QFCLOSE=1");
            }
            Op::DeleteLocal(name) => {
                let said = self.command(&format!("AT+QFDEL=\"{name}\""), b"");
                assert_eq!(said.contains("OK"), self.local.remove(name).is_some(), "{said}");
            }
            Op::PutCom(name, data) => drop(self.put(name, data, 0, 1)),
            Op::PutParts(name, one, two) => {
                if self.put(name, one, 0, 0) {
                    self.put(name, two, one.len(), 1);
                }
            }
            Op::PutFile(name, from) => {
                let line = format!("AT+QFTPPUT=\"{name}\",\"{from}\"");
                if self.local.contains_key(from) && self.ask_server(&line, b"") {
                    self.remote.insert(name, self.local[from].clone());
                }
            }
            Op::GetCom(name) => {
                let fails = std::mem::take(&mut self.fails);
                self.rig.send(format!("AT+QFTPGET=\"{name}\",\"COM:\"\r"));
                self.rig.pass(Duration::from_secs(1));
                let said = self.rig.received();
                let expected = match self.remote.get(name).filter(|_| !fails) {
                    Some(file) => {
                        let end = format!("\r\nOK\r\n\r\n+QFTPGET: 0,{}\r\n", file.len());
                        [b"\r\nCONNECT\r\n", file.as_slice(), end.as_bytes()].concat()
                    }
                    None => b"\r\n+CME ERROR: 627\r\n".to_vec(),
                };
                assert!(said.ends_with(&expected), "{:?}", String::from_utf8_lossy(&said));
            }
            Op::GetFile(name, to) => {
                let there = self.remote.contains_key(name);
                let well = self.ask_server(&format!("AT+QFTPGET=\"{name}\",\"{to}\""), b"");
                assert!(there || !well);
                if well {
                    self.local.insert(to, self.remote[name].clone());
                }
            }
            Op::Rename(from, to) => {
                let there = self.remote.contains_key(from);
                let well = self.ask_server(&format!("AT+QFTPRENAME=\"{from}\",\"{to}\""), b"");
                assert!(there || !well);
                if well && let Some(file) = self.remote.remove(from) {
                    self.remote.insert(to, file);
                }
            }
            Op::Delete(name) => {
                let there = self.remote.contains_key(name);
                let well = self.ask_server(&format!("AT+QFTPDEL=\"{name}\""), b"");
                assert!(there || !well);
                if well {
                    self.remote.remove(name);
                }
            }
            Op::Fail => {
                if !std::mem::replace(&mut self.fails, true) {
                    self.rig.server.fail_next(LinkError::Reply(550), true);
                }
            }
        }
    }

    fn compare(&mut self) {
        for name in REMOTE {
            assert_eq!(
                self.rig.server.file(name),
                self.remote.get(name).map(Vec::as_slice),
                "{name}"
            );
        }
        for name in LOCAL {
            let parsed = FileName::parse(name).expect("a name");
            let stores = self.rig.modem.stores();
            let size = stores.size(&parsed).ok();
            assert_eq!(size, self.local.get(name).map(|file| file.len() as u64), "{name}");
            let Ok(reader) = stores.open_reader(&parsed) else { continue };
            let mut content = Vec::new();
            while (content.len() as u64) < reader.size() {
                let part = stores.read_at(&reader, content.len() as u64, usize::MAX);
                content.extend_from_slice(&part.expect("a part"));
            }
            stores.release(reader);
            assert!(content == self.local[name], "{name} has other bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn files_here_and_there_are_what_was_said_of_them(ops in prop::collection::vec(op(), 1..40)) {
        let mut bench = Bench::new();
        for op in &ops {
            bench.apply(op);
            bench.compare();
        }
    }
}
