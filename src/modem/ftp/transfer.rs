//! Transfers: how `AT+QFTPPUT`, `AT+QFTPGET` and the listings start, and how they end.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::at::error::FtpErr;
use crate::modem::Modem;
use crate::modem::command::{Flow, Handled, Refusal};
use crate::modem::interface::{DataMode, Execution};
use crate::modem::knobs::{EarlyFailure, EscapeGet};
use crate::modem::link::{self, LinkEvent, LinkRequest, OpId};
use crate::modem::timer::Timer;
use crate::store::{FileError, FileName, Reader, Writer};

use super::line_ends::LineEnds;
use super::{After, Failure, Kind};

/// A transfer under way.
#[derive(Debug)]
pub(super) struct Transfer {
    /// Bytes moved so far: taken by the server, or given to the host or the file.
    pub(super) moved: u64,
    pub(super) phase: Phase,
    pub(super) way: Way,
    pub(super) line_ends: Option<LineEnds>,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The data connection is being opened.
    Connecting,
    /// Data flows.
    Flowing,
    /// The host has escaped from a download and may come back with `ATO`.
    Suspended,
    /// All data is on its way; the server's last reply is missing.
    Finishing,
}

/// From where to where.
#[derive(Debug)]
pub(super) enum Way {
    /// `COM:` to the server.
    ComUpload(ComUpload),
    /// A local file to the server.
    FileUpload { reader: Reader, at: u64, unconfirmed: u64 },
    /// The server to `COM:`.
    ComDownload(ComDownload),
    /// The server to a local file, which is replaced when the transfer starts.
    FileDownload { name: FileName, writer: Option<Writer>, credit: Credit },
    /// Over; the outcome is not told yet.
    Done,
}

/// An upload from the host.
#[derive(Debug)]
pub(super) struct ComUpload {
    path: String,
    /// Where this part starts in the remote file.
    start: u64,
    /// `<uploadlen>` bytes that are still to come; without it `+++` ends the upload.
    pub(super) left: Option<u64>,
    /// `<beof>`=1, or no `<beof>`: the file is complete with this part.
    pub(super) last: bool,
    pub(super) unconfirmed: u64,
}

/// A download to the host.
#[derive(Debug)]
pub(super) struct ComDownload {
    /// `<downloadlen>` bytes that are still wanted.
    pub(super) left: Option<u64>,
    /// Received, but not given to the host.
    pub(super) pending: VecDeque<Bytes>,
    pub(super) credit: Credit,
    /// Whether `ATO` may resume it (§1.4 does not name MLSD).
    resumable: bool,
    /// How the server's side of it ended, and what is after it.
    pub(super) ended: Option<(Result<(), Failure>, After)>,
}

impl Transfer {
    /// What has come, and the host has not got, is lost with the context (our choice: so that the
    /// host gets as much every time).
    pub(super) fn forget_pending(&mut self) {
        if let Way::ComDownload(download) = &mut self.way {
            download.pending.clear();
        }
    }

    /// What is after a download whose end is known.
    pub(super) fn after(&mut self) -> Option<&mut After> {
        match &mut self.way {
            Way::ComDownload(download) => download.ended.as_mut().map(|(_, after)| after),
            _ => None,
        }
    }
}

/// What the link may still deliver.
#[derive(Debug)]
pub(super) struct Credit {
    /// Granted and not used.
    pub(super) open: u64,
    /// Used up and not granted anew.
    pub(super) owed: u64,
}

/// The most bytes of a download that are received but not given on.
const DOWNLOAD_WINDOW: u64 = 256 * 1024;

/// An upload in parts whose data connection is open between two of them.
#[derive(Debug)]
pub(super) struct Held {
    id: OpId,
    path: String,
    /// Where the next part must start.
    next: u64,
    failure: Option<Failure>,
}

/// `<startpos>` and a length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// First byte.
    pub(crate) start: u64,
    /// How many, when limited.
    pub(crate) length: Option<u64>,
}

/// What `AT+QFTPPUT` asks for.
#[derive(Debug)]
pub(crate) struct PutRequest<'a> {
    pub(crate) remote: &'a str,
    pub(crate) local: &'a str,
    pub(crate) range: Range,
    /// `<beof>` is not 0.
    pub(crate) last: bool,
}

/// What `AT+QFTPGET` and the listings ask for.
#[derive(Debug)]
pub(crate) struct GetRequest<'a> {
    /// What the line starts with.
    pub(crate) prefix: &'static str,
    pub(crate) transfer: link::Transfer,
    pub(crate) local: &'a str,
    /// `<downloadlen>`; without meaning for a local file.
    pub(crate) length: Option<u64>,
}

/// Where a local name points to.
enum Local {
    Com,
    File(FileName),
    /// Not a name: 613, as a real EC25 says to `ufs:` (capture `ec25-afxgar07a04m1g-notes`).
    Bad,
}

impl Modem {
    fn ftp_local(&self, name: &str) -> Local {
        let name = if self.knobs.lenient { name.trim_end() } else { name };
        match FileName::parse(name) {
            _ if name == "COM:" => Local::Com,
            Ok(name) => Local::File(name),
            Err(_) => Local::Bad,
        }
    }

    /// `AT+QFTPPUT`.
    pub(crate) fn ftp_put(&mut self, put: &PutRequest<'_>) -> Handled {
        self.ftp_need_idle()?;
        match self.ftp_local(put.local) {
            Local::Com => self.ftp_put_com(put),
            Local::File(name) => self.ftp_put_file(put, &name),
            Local::Bad => self.ftp_refuse_file("+QFTPPUT", FtpErr::FILE),
        }
    }

    fn ftp_put_com(&mut self, put: &PutRequest<'_>) -> Handled {
        let start = put.range.start;
        let continues = |held: &mut Held| held.path == put.remote && held.next == start;
        let held = self.ftp.held.take_if(continues);
        let transfer = Transfer {
            moved: 0,
            phase: Phase::Connecting,
            way: Way::ComUpload(ComUpload {
                path: put.remote.to_owned(),
                start,
                left: put.range.length,
                last: put.last,
                unconfirmed: 0,
            }),
            line_ends: self.ftp_line_ends(),
        };
        let Some(held) = held else {
            return self.ftp_start("+QFTPPUT", transfer, self.store_at(put.remote, start), true);
        };
        if let Some(failure) = held.failure {
            return Err(failure.err.into());
        }
        self.ftp_begin_as(held.id, "+QFTPPUT", Kind::Transfer(transfer));
        self.ftp_flow();
        self.ftp_await_response();
        self.connect(DataMode::Ftp)
    }

    fn ftp_put_file(&mut self, put: &PutRequest<'_>, name: &FileName) -> Handled {
        let reader = match self.stores.open_reader(name) {
            Ok(reader) => reader,
            Err(FileError::InvalidName) => {
                return self.ftp_refuse_file("+QFTPPUT", FtpErr::FILE);
            }
            Err(_) => return self.ftp_refuse_file("+QFTPPUT", FtpErr::OPEN_FILE),
        };
        let at = put.range.start;
        if at > reader.size() {
            self.stores.release(reader);
            return self.ftp_refuse_file("+QFTPPUT", FtpErr::POSITION);
        }
        let way = Way::FileUpload { reader, at, unconfirmed: 0 };
        let line_ends = self.ftp_line_ends();
        let transfer = Transfer { moved: 0, phase: Phase::Connecting, way, line_ends };
        self.ftp_start("+QFTPPUT", transfer, self.store_at(put.remote, at), false)
    }

    /// What is done to the line ends of an upload.
    fn ftp_line_ends(&self) -> Option<LineEnds> {
        (self.ftp.config.ascii && self.knobs.ascii_line_ends).then(LineEnds::default)
    }

    fn store_at(&self, path: &str, offset: u64) -> link::Transfer {
        link::Transfer::Store { path: path.to_owned(), offset, rest: self.ftp.config.rest }
    }

    /// `AT+QFTPGET`, `AT+QFTPLIST`, `AT+QFTPNLST`, `AT+QFTPMLSD`.
    pub(crate) fn ftp_get(&mut self, get: GetRequest<'_>) -> Handled {
        self.ftp_need_idle()?;
        let mlsd = matches!(get.transfer, link::Transfer::List { verb: link::ListVerb::Mlsd, .. });
        let (way, com) = match self.ftp_local(get.local) {
            Local::Com => {
                let window = get.length.unwrap_or(DOWNLOAD_WINDOW).min(DOWNLOAD_WINDOW);
                let download = ComDownload {
                    left: get.length,
                    pending: VecDeque::new(),
                    credit: Credit { open: window, owed: 0 },
                    resumable: !mlsd,
                    ended: None,
                };
                (Way::ComDownload(download), true)
            }
            Local::File(name) if !self.knobs.get_replaces && self.stores.size(&name).is_ok() => {
                return self.ftp_refuse_file(get.prefix, FtpErr::FILE);
            }
            Local::File(name) => {
                let credit = Credit { open: DOWNLOAD_WINDOW, owed: 0 };
                (Way::FileDownload { name, writer: None, credit }, false)
            }
            Local::Bad => return self.ftp_refuse_file(get.prefix, FtpErr::FILE),
        };
        let transfer = Transfer { moved: 0, phase: Phase::Connecting, way, line_ends: None };
        self.ftp_start(get.prefix, transfer, get.transfer, com)
    }

    /// `OK`, then the failure of a local file: the server is not even asked.
    fn ftp_refuse_file(&mut self, prefix: &'static str, err: FtpErr) -> Handled {
        self.ftp_begin(prefix, Kind::Control);
        self.ftp_fail(err.into(), After::Idle);
        Ok(Flow::Done)
    }

    /// Asks for the data connection. With `COM:` the command waits for it.
    fn ftp_start(
        &mut self,
        prefix: &'static str,
        transfer: Transfer,
        request: link::Transfer,
        com: bool,
    ) -> Handled {
        let config = &self.ftp.config;
        if self.ftp.secured && !config.passive {
            // As for AT+QFTPOPEN.
            return Err(FtpErr::INVALID_PARAMETER.into());
        }
        let mode = config.transfer_mode();
        self.ftp_end_held();
        if self.ftp.link_mode.replace(mode) != Some(mode) {
            self.request(LinkRequest::Mode(mode));
        }
        let credit = match &transfer.way {
            Way::ComDownload(ComDownload { credit, .. }) | Way::FileDownload { credit, .. } => {
                credit.open
            }
            _ => 0,
        };
        let id = self.ftp_begin(prefix, Kind::Transfer(transfer));
        self.request(LinkRequest::Transfer(id, request));
        if credit > 0 {
            self.request(LinkRequest::Credit(id, credit));
        }
        self.ftp_await_response();
        if self.ftp.config.passive && self.ftp.config.data_address == 2 {
            let patience = Duration::from_secs(self.ftp.config.data_timeout.into());
            self.set_timer(Timer::DataAddress, patience);
        }
        if com { self.execute(Execution::FtpConnect) } else { Ok(Flow::Done) }
    }

    /// `data_timeout` has passed: the other address is tried.
    pub(in crate::modem) fn ftp_switch_address(&mut self) {
        if let Some((id, _)) = self.ftp.transfer_mut() {
            self.request(LinkRequest::SwitchAddress(id));
        }
    }

    /// The data connection is there.
    pub(super) fn ftp_flow(&mut self) {
        self.timers.clear(Timer::DataAddress);
        if let Some((_, transfer)) = self.ftp.transfer_mut() {
            transfer.phase = Phase::Flowing;
        }
    }

    /// `CONNECT`, if the command still waits for it.
    pub(super) fn ftp_connect(&mut self) {
        if self.is_executing(Execution::FtpConnect) {
            self.ftp_flow();
            // The line goes on when data mode ends.
            let _ = self.connect(DataMode::Ftp);
        }
    }

    /// Gives local files back.
    pub(super) fn ftp_close_files(&mut self) {
        let Some(operation) = self.ftp.operation() else { return };
        let Kind::Transfer(transfer) = &mut operation.kind else { return };
        match std::mem::replace(&mut transfer.way, Way::Done) {
            Way::FileUpload { reader, .. } => self.stores.release(reader),
            Way::FileDownload { writer: Some(writer), .. } => self.stores.finish(writer),
            _ => {}
        }
    }

    /// The transfer has failed: told instead of `CONNECT`, or after the `OK` that ends data mode.
    pub(super) fn ftp_transfer_failed(&mut self, failure: Failure, after: After) {
        let not_opened = failure.err == FtpErr::OPEN_DATA && after == After::Idle;
        let after = if not_opened && self.knobs.data_fail_sticky { After::Stuck } else { after };
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        if let Way::ComDownload(download) = &mut transfer.way
            && transfer.phase == Phase::Flowing
        {
            // What has come is given to the host first.
            self.timers.clear(Timer::FtpResponse);
            download.ended.get_or_insert((Err(failure), after));
            return;
        }
        let download = matches!(transfer.way, Way::ComDownload(_));
        if !self.is_executing(Execution::FtpConnect) {
            self.ftp_fail(failure, after);
            if self.in_ftp_data() {
                self.leave_data_mode(Ok(Flow::Done));
            }
        } else if download && self.knobs.com_get_missing == EarlyFailure::Urc {
            self.ftp_fail(failure, after);
            self.complete(Ok(Flow::Done));
        } else {
            self.ftp_drop_operation(after);
            self.complete(Err(failure.err.into()));
        }
    }

    /// `+++` in a transfer: ends an upload, suspends a download.
    pub(in crate::modem) fn ftp_escape(&mut self) {
        let resume = self.knobs.escape_get == EscapeGet::Resume;
        let Some((id, transfer)) = self.ftp.transfer_mut() else { return };
        match &mut transfer.way {
            Way::ComUpload(upload) => {
                upload.last = true;
                transfer.phase = Phase::Finishing;
                self.request(LinkRequest::Finish(id));
                self.ftp_await_response();
                self.leave_data_mode(Ok(Flow::Done));
            }
            Way::ComDownload(download) if resume && download.resumable => {
                transfer.phase = Phase::Suspended;
                self.timers.clear(Timer::FtpResponse);
                self.leave_data_mode(Ok(Flow::Done));
            }
            // A sibling gives the download up without a line (capture eg800k-a06m04-ftp).
            _ => {
                self.request(LinkRequest::Cancel(id));
                self.ftp_drop_operation(After::Idle);
                self.leave_data_mode(Ok(Flow::Done));
            }
        }
    }

    /// `ATO`: whether there is a download to resume.
    pub(in crate::modem) fn ftp_resume(&mut self) -> bool {
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return false };
        if transfer.phase != Phase::Suspended {
            return false;
        }
        transfer.phase = Phase::Flowing;
        if let Some(operation) = self.ftp.operation() {
            operation.result_at = None;
        }
        self.ftp_watch_server();
        true
    }

    /// The host has hung up (`AT&D2`): a transfer with `COM:` is given up. Local ones go on.
    pub(in crate::modem) fn ftp_hang_up(&mut self) {
        let Some((id, transfer)) = self.ftp.transfer_mut() else { return };
        let com = matches!(transfer.way, Way::ComUpload(_) | Way::ComDownload(_));
        if !com || transfer.phase == Phase::Finishing {
            return;
        }
        self.request(LinkRequest::Cancel(id));
        if self.is_executing(Execution::FtpConnect) {
            self.ftp_drop_operation(After::Idle);
            return self.complete(Err(Refusal::NoCarrier));
        }
        self.ftp_fail(FtpErr::DATA_CLOSED.into(), After::Idle);
        if self.in_ftp_data() {
            self.leave_data_mode(Err(Refusal::NoCarrier));
        }
    }

    /// A part of an upload is through: its data connection waits for the next one.
    pub(super) fn ftp_hold(&mut self) {
        let Some((id, transfer)) = self.ftp.transfer_mut() else { return };
        let moved = transfer.moved;
        if let Way::ComUpload(upload) = &transfer.way {
            let held =
                Held { id, path: upload.path.clone(), next: upload.start + moved, failure: None };
            self.ftp.held = Some(held);
            self.ftp_succeed(format!("0,{moved}"), After::Idle);
        }
    }

    /// Anything but the next part of a held upload ends it properly.
    pub(super) fn ftp_end_held(&mut self) {
        if let Some(held) = self.ftp.held.take()
            && held.failure.is_none()
        {
            self.request(LinkRequest::Finish(held.id));
        }
    }

    /// An event of an operation that is not under way: only a held upload still cares.
    pub(super) fn ftp_held_event(&mut self, id: OpId, event: LinkEvent) {
        let Some(held) = self.ftp.held.as_mut().filter(|held| held.id == id) else { return };
        match event {
            LinkEvent::Failed(_, failure) => {
                held.failure = Some((&failure.cause).into());
                if !failure.session_alive {
                    self.ftp_session_lost();
                }
            }
            // The server has enough before all is sent.
            LinkEvent::Finished(_) => held.failure = Some(FtpErr::DATA_CLOSED.into()),
            _ => {}
        }
    }
}
