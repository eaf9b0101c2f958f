//! The data of a transfer on its way, and the flow control at both ends: the link confirms what
//! an upload has sent, and delivers of a download only what it has credit for.

use bytes::Bytes;

use crate::at::error::FtpErr;
use crate::modem::Modem;
use crate::modem::command;
use crate::modem::intercept::Flow;
use crate::modem::link::{LinkEvent, LinkRequest, UPLOAD_WINDOW};
use crate::modem::record::Record;
use crate::modem::timer::Timer;
use crate::store::Existing;

use super::After;
use super::line_ends::LineEnds;
use super::transfer::{ComDownload, ComUpload, Credit, Phase, Transfer, Way};

/// Bytes of a local file handed over at once.
const CHUNK: usize = 64 * 1024;

/// Credit is granted anew in steps of at least this.
const CREDIT_STEP: u64 = 64 * 1024;

/// A piece of an upload as it goes out.
fn converted(line_ends: &mut Option<LineEnds>, piece: Bytes) -> Bytes {
    match line_ends {
        Some(line_ends) => line_ends.convert(piece),
        None => piece,
    }
}

impl ComDownload {
    /// What comes next for the host: at most so many bytes.
    fn take(&mut self, most: u64) -> Option<Bytes> {
        let next = self.pending.front_mut()?;
        if next.len() as u64 <= most {
            return self.pending.pop_front();
        }
        Some(next.split_to(most as usize))
    }
}

impl Credit {
    /// The link has delivered `count` bytes.
    fn used(&mut self, count: u64) {
        self.open = self.open.saturating_sub(count);
    }

    /// `count` bytes were given on; returns what to grant anew.
    fn given_on(&mut self, count: u64) -> Option<u64> {
        self.owed += count;
        if self.owed < CREDIT_STEP && self.open > 0 {
            return None;
        }
        let grant = std::mem::take(&mut self.owed);
        self.open += grant;
        (grant > 0).then_some(grant)
    }
}

impl Modem {
    /// Bytes of an upload that the server has not taken.
    pub(in crate::modem) fn ftp_unconfirmed(&self) -> u64 {
        match self.ftp.transfer().map(|transfer| &transfer.way) {
            Some(Way::ComUpload(upload)) => upload.unconfirmed,
            _ => 0,
        }
    }

    /// Whether the transfer under way is an upload from `COM:`.
    pub(super) fn ftp_uploads(&self) -> bool {
        self.ftp.transfer().is_some_and(|transfer| matches!(transfer.way, Way::ComUpload(_)))
    }

    /// The link tells of the transfer under way.
    pub(super) fn ftp_transfer_event(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Ready(_) => self.ftp_ready(),
            LinkEvent::Data(_, bytes) => self.ftp_received(bytes),
            LinkEvent::Sent(_, count) => self.ftp_sent(count),
            LinkEvent::Finished(_) => self.ftp_finished(),
            _ => {}
        }
    }

    /// The data connection is open. A download shows `CONNECT` only when something comes: some
    /// servers say 150 and find out then that there is no such file.
    fn ftp_ready(&mut self) {
        self.timers.clear(Timer::DataAddress);
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        match &transfer.way {
            _ if transfer.phase != Phase::Connecting => {}
            Way::ComUpload(_) => {
                self.ftp_await_response();
                self.ftp_connect();
            }
            Way::FileUpload { .. } => {
                self.ftp_flow();
                self.ftp_await_response();
                self.pump_file_upload();
            }
            Way::ComDownload(_) | Way::FileDownload { .. } | Way::Done => {}
        }
    }

    /// Bytes of the host for the transfer; gives back what comes after its end.
    pub(in crate::modem) fn ftp_host_data(&mut self, mut bytes: Bytes) -> Option<Bytes> {
        let transfer = self.ftp.transfer()?;
        let limit = match &transfer.way {
            Way::ComUpload(upload) => {
                upload.left.map_or(usize::MAX, |left| left.try_into().unwrap_or(usize::MAX))
            }
            _ => usize::MAX,
        };
        let data = bytes.split_to(bytes.len().min(limit));
        self.note(|| Record::Data(data.clone()));
        let (id, transfer) = self.ftp.transfer_mut()?;
        // While the module sends, only the escape sequence means anything.
        let Way::ComUpload(upload) = &mut transfer.way else { return None };
        let complete = upload.left.as_mut().is_some_and(|left| {
            *left -= data.len() as u64;
            *left == 0
        });
        let data = converted(&mut transfer.line_ends, data);
        upload.unconfirmed += data.len() as u64;
        let finish = complete && upload.last;
        if complete {
            transfer.phase = Phase::Finishing;
        }
        self.request(LinkRequest::Data(id, data));
        if finish {
            self.request(LinkRequest::Finish(id));
        }
        self.ftp_await_response();
        if !complete {
            return None;
        }
        self.leave_data_mode(Ok(command::Flow::Done));
        Some(bytes)
    }

    /// The server has taken bytes of an upload.
    fn ftp_sent(&mut self, count: u64) {
        let Some(moved) = self.ftp.transfer().map(|transfer| transfer.moved) else { return };
        self.data_passes(Flow::Upload, moved, count);
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        transfer.moved += count;
        let part_through = match &mut transfer.way {
            Way::ComUpload(upload) => {
                upload.unconfirmed = upload.unconfirmed.saturating_sub(count);
                !upload.last && transfer.phase == Phase::Finishing && upload.unconfirmed == 0
            }
            Way::FileUpload { unconfirmed, .. } => {
                *unconfirmed = unconfirmed.saturating_sub(count);
                false
            }
            _ => false,
        };
        self.ftp_await_response();
        if part_through {
            self.ftp_hold();
        } else {
            self.pump_file_upload();
        }
    }

    /// Hands over a local file as far as the window allows.
    fn pump_file_upload(&mut self) {
        loop {
            let Some((id, transfer)) = self.ftp.transfer_mut() else { return };
            let Way::FileUpload { reader, at, unconfirmed } = &mut transfer.way else { return };
            if transfer.phase != Phase::Flowing || *unconfirmed >= UPLOAD_WINDOW {
                return;
            }
            if *at == reader.size() {
                transfer.phase = Phase::Finishing;
                return self.request(LinkRequest::Finish(id));
            }
            match self.stores.read_at(reader, *at, CHUNK) {
                Ok(chunk) if !chunk.is_empty() => {
                    *at += chunk.len() as u64;
                    let chunk = converted(&mut transfer.line_ends, chunk);
                    *unconfirmed += chunk.len() as u64;
                    self.request(LinkRequest::Data(id, chunk));
                }
                _ => {
                    self.request(LinkRequest::Cancel(id));
                    return self.ftp_fail(FtpErr::FILE.into(), After::Idle);
                }
            }
        }
    }

    /// Bytes of a download.
    fn ftp_received(&mut self, bytes: Bytes) {
        let count = bytes.len() as u64;
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        match &mut transfer.way {
            Way::ComDownload(download) => {
                download.credit.used(count);
                download.pending.push_back(bytes);
                self.ftp_connect();
                self.ftp_watch_server();
            }
            Way::FileDownload { credit, .. } => {
                credit.used(count);
                self.ftp_store(bytes);
            }
            _ => {}
        }
    }

    /// Appends to the local file of a download, which is made when its first bytes come, or its
    /// end.
    fn ftp_store(&mut self, mut bytes: Bytes) {
        loop {
            let Some(moved) = self.ftp.transfer().map(|transfer| transfer.moved) else { return };
            let coming = bytes.len() as u64;
            let passing = self.passing(Flow::Download, moved, coming).max(1).min(coming);
            if !self.ftp_store_piece(bytes.split_to(passing as usize)) || coming == 0 {
                return;
            }
        }
    }

    /// Appends what passes in one piece; tells whether the download goes on.
    fn ftp_store_piece(&mut self, bytes: Bytes) -> bool {
        let count = bytes.len() as u64;
        let Some((id, transfer)) = self.ftp.transfer_mut() else { return false };
        let Way::FileDownload { name, writer, credit } = &mut transfer.way else { return false };
        transfer.phase = Phase::Flowing;
        let created = match writer {
            Some(_) => Ok(()),
            None => self.stores.create(name, Existing::Replace).map(|new| *writer = Some(new)),
        };
        let stored = created.map_err(|_| FtpErr::OPEN_FILE).and_then(|()| match writer {
            Some(writer) if count > 0 => {
                self.stores.append(writer, bytes).map(drop).map_err(|_| FtpErr::FILE)
            }
            _ => Ok(()),
        });
        if let Err(err) = stored {
            self.request(LinkRequest::Cancel(id));
            self.ftp_fail(err.into(), After::Idle);
            return false;
        }
        transfer.moved += count;
        let grant = credit.given_on(count);
        if let Some(grant) = grant {
            self.request(LinkRequest::Credit(id, grant));
        }
        self.ftp_await_response();
        true
    }

    /// The server has said that the transfer is complete.
    fn ftp_finished(&mut self) {
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        match &mut transfer.way {
            Way::ComDownload(download) => {
                download.ended.get_or_insert((Ok(()), After::Idle));
                self.timers.clear(Timer::FtpResponse);
                self.ftp_connect();
            }
            Way::FileDownload { .. } => {
                self.ftp_store(Bytes::new());
                self.ftp_succeed_moved();
            }
            Way::ComUpload(ComUpload { last: true, .. }) | Way::FileUpload { .. }
                if transfer.phase == Phase::Finishing =>
            {
                self.ftp_succeed_moved();
            }
            // The server has enough before all is sent.
            Way::ComUpload(_) | Way::FileUpload { .. } => {
                self.ftp_transfer_failed(FtpErr::DATA_CLOSED.into(), After::Idle);
            }
            Way::Done => {}
        }
    }

    fn ftp_succeed_moved(&mut self) {
        // Nothing to tell when the local file has just failed.
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        let moved = transfer.moved;
        let empty = moved == 0 && matches!(transfer.way, Way::ComUpload(_));
        match FtpErr::from_code(self.knobs.put_empty_err) {
            Some(err) if empty && err.code() != 0 => self.ftp_fail(err.into(), After::Idle),
            _ => self.ftp_succeed(format!("0,{moved}"), After::Idle),
        }
    }

    /// While the link has credit the server must send; without, it is the host that is slow.
    pub(super) fn ftp_watch_server(&mut self) {
        let Some((_, transfer)) = self.ftp.transfer_mut() else { return };
        let Way::ComDownload(download) = &transfer.way else { return };
        if download.ended.is_some() || download.credit.open == 0 {
            self.timers.clear(Timer::FtpResponse);
        } else if transfer.phase != Phase::Suspended {
            self.ftp_await_response();
        }
    }

    /// Gives the bytes of a download to the host while it takes them, and ends it.
    pub(super) fn pump_ftp_download(&mut self) {
        while self.in_ftp_data() && self.host.has_room() && !self.effects.hangs() {
            let passing = match self.ftp.transfer() {
                Some(Transfer { moved, way: Way::ComDownload(download), .. }) => {
                    let coming = download.pending.front().map_or(0, Bytes::len) as u64;
                    self.passing(Flow::Download, *moved, coming)
                }
                _ => return,
            };
            if self.effects.hangs() {
                return;
            }
            let Some((id, transfer)) = self.ftp.transfer_mut() else { return };
            let Way::ComDownload(download) = &mut transfer.way else { return };
            let Some(mut bytes) = download.take(passing) else {
                let Some((ended, after)) = download.ended.take() else { return };
                let moved = transfer.moved;
                match ended {
                    Ok(()) => self.ftp_succeed(format!("0,{moved}"), after),
                    Err(failure) => self.ftp_fail(failure, after),
                }
                return self.leave_data_mode(Ok(command::Flow::Done));
            };
            if let Some(left) = &mut download.left {
                bytes.truncate((*left).try_into().unwrap_or(usize::MAX));
                *left -= bytes.len() as u64;
            }
            let enough = download.left == Some(0);
            let count = bytes.len() as u64;
            transfer.moved += count;
            let grant = if enough { None } else { download.credit.given_on(count) };
            self.write(bytes);
            if let Some(grant) = grant {
                self.request(LinkRequest::Credit(id, grant));
                self.ftp_watch_server();
            }
            if enough {
                self.ftp_enough();
            }
        }
    }

    /// `<downloadlen>` is reached: the rest of the file is not wanted.
    fn ftp_enough(&mut self) {
        let Some((id, transfer)) = self.ftp.transfer_mut() else { return };
        let moved = transfer.moved;
        let after = transfer.after().map(|after| *after);
        if after.is_none() {
            self.request(LinkRequest::Cancel(id));
        }
        self.ftp_succeed(format!("0,{moved}"), after.unwrap_or(After::Idle));
        self.leave_data_mode(Ok(command::Flow::Done));
    }
}

impl Modem {
    /// Whatever waits for room towards the host.
    pub(in crate::modem) fn pump_downloads(&mut self) {
        self.pump_file();
        self.pump_ftp_download();
    }
}
