//! An FTP side without a network: a table of files, and the failures a test asks for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;

use crate::modem::link::{
    Answer, ControlCommand, LinkError, LinkEvent, LinkFailure, LinkRequest, ListVerb, OpId,
    OpenTarget, Transfer,
};

/// Answers at once, and remembers what it was asked.
#[derive(Debug)]
pub struct ScriptedServer {
    files: BTreeMap<String, Vec<u8>>,
    folders: BTreeSet<String>,
    cwd: String,
    events: VecDeque<LinkEvent>,
    failures: VecDeque<(LinkError, bool)>,
    break_off: Option<BrokenOff>,
    silent: bool,
    upload: Option<Upload>,
    download: Option<Download>,
    last: OpId,
    /// When every file was modified, as MDTM says it.
    pub modified: String,
    /// Every request but data and credit, in order.
    pub requests: Vec<LinkRequest>,
    /// Where the last session was opened.
    pub opened: Option<OpenTarget>,
}

impl Default for ScriptedServer {
    /// One with an empty root folder.
    fn default() -> ScriptedServer {
        ScriptedServer {
            files: BTreeMap::new(),
            folders: BTreeSet::from(["/".to_owned()]),
            cwd: "/".to_owned(),
            events: VecDeque::new(),
            failures: VecDeque::new(),
            break_off: None,
            silent: false,
            upload: None,
            download: None,
            last: OpId(0),
            modified: "20140708110039".to_owned(),
            requests: Vec::new(),
            opened: None,
        }
    }
}

#[derive(Debug)]
struct Upload {
    id: OpId,
    path: String,
    at: usize,
    broken_off: Option<BrokenOff>,
}

#[derive(Debug)]
struct Download {
    id: OpId,
    data: Bytes,
    credit: u64,
    broken_off: Option<BrokenOff>,
}

/// After how many bytes a transfer fails, how, and whether the session survives.
#[derive(Clone, Debug)]
struct BrokenOff {
    after: usize,
    cause: LinkError,
    alive: bool,
}

impl ScriptedServer {
    /// Puts a file there, and the folder it is in.
    pub fn put(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        let path = absolute("/", path);
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.folder(folder);
        }
        self.files.insert(path, content.into());
    }

    /// Makes a folder, and those it is in.
    pub fn folder(&mut self, path: &str) {
        let path = absolute("/", path);
        for (at, _) in path.match_indices('/').skip(1) {
            self.folders.insert(path[..at].to_owned());
        }
        self.folders.insert(path);
    }

    /// The operation that was asked for last: the one to tell [`super::Rig::event`]s of.
    pub fn last_id(&self) -> OpId {
        self.last
    }

    /// The content of a file.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&absolute("/", path)).map(Vec::as_slice)
    }

    /// The next operation fails so; `alive` says whether the session survives.
    pub fn fail_next(&mut self, cause: LinkError, alive: bool) {
        self.failures.push_back((cause, alive));
    }

    /// Transfers fail so after so many bytes.
    pub fn break_off(&mut self, after: usize, cause: LinkError, alive: bool) {
        self.break_off = Some(BrokenOff { after, cause, alive });
    }

    /// Nothing is wrong any more.
    pub fn mend(&mut self) {
        self.failures.clear();
        self.break_off = None;
        self.silent = false;
    }

    /// Answers nothing any more, or does again.
    pub fn silence(&mut self, silent: bool) {
        self.silent = silent;
    }

    pub(super) fn next_event(&mut self) -> Option<LinkEvent> {
        self.events.pop_front()
    }

    fn answer(&mut self, event: LinkEvent) {
        if !self.silent {
            self.events.push_back(event);
        }
    }

    fn fail(&mut self, id: OpId, cause: LinkError, session_alive: bool) {
        self.answer(LinkEvent::Failed(id, LinkFailure { cause, session_alive }));
    }

    pub(super) fn request(&mut self, request: LinkRequest) {
        match &request {
            LinkRequest::Data(id, bytes) => return self.data(*id, bytes),
            LinkRequest::Credit(id, credit) => return self.credit(*id, *credit),
            LinkRequest::Mode(_) => return self.requests.push(request),
            _ => self.requests.push(request.clone()),
        }
        let id = match &request {
            LinkRequest::Open(id, _)
            | LinkRequest::Control(id, _)
            | LinkRequest::Transfer(id, _)
            | LinkRequest::Finish(id)
            | LinkRequest::Close(id) => *id,
            LinkRequest::Cancel(id) => {
                self.upload.take_if(|upload| upload.id == *id);
                self.download.take_if(|download| download.id == *id);
                return;
            }
            _ => {
                self.upload = None;
                self.download = None;
                return;
            }
        };
        self.last = id;
        if let Some((cause, alive)) = self.failures.pop_front() {
            return self.fail(id, cause, alive);
        }
        match request {
            LinkRequest::Open(id, target) => {
                self.opened = Some(*target);
                self.cwd = "/".to_owned();
                self.answer(LinkEvent::Opened(id));
            }
            LinkRequest::Control(id, command) => self.control(id, command),
            LinkRequest::Transfer(id, transfer) => self.transfer(id, transfer),
            LinkRequest::Finish(id) => {
                if self.upload.take_if(|upload| upload.id == id).is_some() {
                    self.answer(LinkEvent::Finished(id));
                }
            }
            _ => self.answer(LinkEvent::Closed(id)),
        }
    }

    fn control(&mut self, id: OpId, command: ControlCommand) {
        let path = |name: &str| absolute(&self.cwd, name);
        let missing = LinkError::Reply(550);
        let answer = match command {
            ControlCommand::Cwd(name) => {
                let to = path(&name);
                self.folders.contains(&to).then(|| {
                    self.cwd = to;
                    Answer::Done
                })
            }
            ControlCommand::Pwd => Some(Answer::Path(self.cwd.clone())),
            ControlCommand::Size(name) => {
                self.files.get(&path(&name)).map(|file| Answer::Size(file.len() as u64))
            }
            ControlCommand::Delete(name) => self.files.remove(&path(&name)).map(|_| Answer::Done),
            ControlCommand::Mkdir(name) => {
                let new = path(&name);
                self.folders.insert(new).then_some(Answer::Done)
            }
            ControlCommand::Rmdir(name) => {
                let old = path(&name);
                self.folders.remove(&old).then_some(Answer::Done)
            }
            ControlCommand::Rename(from, to) => {
                let (from, to) = (path(&from), path(&to));
                if let Some(file) = self.files.remove(&from) {
                    self.files.insert(to, file);
                    Some(Answer::Done)
                } else {
                    self.folders.remove(&from).then(|| {
                        self.folders.insert(to);
                        Answer::Done
                    })
                }
            }
            ControlCommand::Mdtm(name) => self
                .files
                .contains_key(&path(&name))
                .then(|| Answer::Modified(self.modified.clone())),
        };
        match answer {
            Some(answer) => self.answer(LinkEvent::Answered(id, answer)),
            None => self.fail(id, missing, true),
        }
    }

    fn transfer(&mut self, id: OpId, transfer: Transfer) {
        match transfer {
            Transfer::Store { path, offset, .. } => {
                let path = absolute(&self.cwd, &path);
                let file = self.files.entry(path.clone()).or_default();
                file.truncate(offset as usize);
                let broken_off = self.break_off.clone();
                self.upload = Some(Upload { id, path, at: offset as usize, broken_off });
                self.answer(LinkEvent::Ready(id));
            }
            Transfer::Retrieve { path, offset } => {
                match self.files.get(&absolute(&self.cwd, &path)) {
                    Some(file) if offset as usize <= file.len() => {
                        let data = Bytes::copy_from_slice(&file[offset as usize..]);
                        self.send(id, data);
                    }
                    _ => self.fail(id, LinkError::Reply(550), true),
                }
            }
            Transfer::List { verb, path } => {
                let folder = absolute(&self.cwd, &path);
                if self.folders.contains(&folder) {
                    let listing = self.listing(verb, &folder);
                    self.send(id, listing);
                } else {
                    self.fail(id, LinkError::Reply(550), true);
                }
            }
        }
    }

    /// The files in a folder, then the folders in it.
    fn listing(&self, verb: ListVerb, folder: &str) -> Bytes {
        let inside = if folder == "/" { "/".to_owned() } else { format!("{folder}/") };
        let name = |path: &str| {
            let name = path.strip_prefix(&inside)?;
            (!name.is_empty() && !name.contains('/')).then(|| name.to_owned())
        };
        let files = self.files.iter().filter_map(|(path, file)| Some((name(path)?, file.len())));
        let mut listing = String::new();
        for (name, size) in files {
            listing += &match verb {
                ListVerb::List => format!("-rw-r--r-- 1 ftp ftp {size:>8} Jul 08 11:00 {name}\r\n"),
                ListVerb::Nlst => format!("{name}\r\n"),
                ListVerb::Mlsd => {
                    format!("type=file;size={size};modify={}; {name}\r\n", self.modified)
                }
            };
        }
        for name in self.folders.iter().filter_map(|path| name(path)) {
            listing += &match verb {
                ListVerb::List => format!("drwxr-xr-x 1 ftp ftp        0 Jul 08 11:00 {name}\r\n"),
                ListVerb::Nlst => format!("{name}\r\n"),
                ListVerb::Mlsd => format!("type=dir;modify=20140708110039; {name}\r\n"),
            };
        }
        listing.into()
    }

    fn send(&mut self, id: OpId, mut data: Bytes) {
        let broken_off = self.break_off.clone().filter(|broken| broken.after < data.len());
        if let Some(broken) = &broken_off {
            data.truncate(broken.after);
        }
        self.download = Some(Download { id, data, credit: 0, broken_off });
        self.answer(LinkEvent::Ready(id));
        self.credit(id, 0);
    }

    /// Delivers what the modem allows, in pieces.
    fn credit(&mut self, id: OpId, credit: u64) {
        let Some(download) = self.download.as_mut().filter(|download| download.id == id) else {
            return;
        };
        download.credit += credit;
        let mut pieces = Vec::new();
        while download.credit > 0 && !download.data.is_empty() {
            let most = download.credit.min(8192) as usize;
            let piece = download.data.split_to(most.min(download.data.len()));
            download.credit -= piece.len() as u64;
            pieces.push(piece);
        }
        let done = download.data.is_empty();
        for piece in pieces {
            self.answer(LinkEvent::Data(id, piece));
        }
        if let Some(Download { broken_off, .. }) = self.download.take_if(|_| done) {
            match broken_off {
                Some(BrokenOff { cause, alive, .. }) => self.fail(id, cause, alive),
                None => self.answer(LinkEvent::Finished(id)),
            }
        }
    }

    fn data(&mut self, id: OpId, bytes: &Bytes) {
        let Some(upload) = self.upload.as_mut().filter(|upload| upload.id == id) else { return };
        let mut taken = bytes.as_ref();
        if let Some(broken) = &mut upload.broken_off {
            taken = &taken[..taken.len().min(broken.after)];
            broken.after -= taken.len();
        }
        if let Some(file) = self.files.get_mut(&upload.path) {
            file.resize(file.len().max(upload.at), 0);
            file.truncate(upload.at);
            file.extend_from_slice(taken);
            upload.at += taken.len();
        }
        let over = upload.broken_off.clone().filter(|broken| broken.after == 0);
        self.answer(LinkEvent::Sent(id, taken.len() as u64));
        if let Some(BrokenOff { cause, alive, .. }) = over {
            self.upload = None;
            self.fail(id, cause, alive);
        }
    }
}

/// `name` seen from `cwd`, without `.` and empty parts.
fn absolute(cwd: &str, name: &str) -> String {
    let whole = if name.starts_with('/') { name.to_owned() } else { format!("{cwd}/{name}") };
    let mut parts = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
