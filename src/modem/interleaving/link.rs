//! The link's part: what it was asked, and what it says.

use bytes::Bytes;

use crate::modem::link::{Answer, LinkEvent, LinkRequest, OpId, Transfer, UPLOAD_WINDOW};

/// The link as far as it is right: what was asked of it, and how far that is.
#[derive(Debug, Default)]
pub(super) struct Link {
    last: u64,
    /// The operation under way.
    pub(super) open: Option<LinkRequest>,
    ready: bool,
    finished: bool,
    credit: u64,
    unsent: u64,
    download_left: u64,
}

impl Link {
    /// Checks what the modem asks for against what it has asked for before.
    pub(super) fn ask(&mut self, request: LinkRequest) {
        match request {
            LinkRequest::Data(id, bytes) => {
                assert_eq!(self.id(), Some(id), "data for an operation that is not under way");
                assert!(self.ready && !self.finished, "data before Ready or after Finish");
                self.unsent += bytes.len() as u64;
                assert!(self.unsent <= UPLOAD_WINDOW, "more than the window");
            }
            LinkRequest::Finish(id) if self.id() == Some(id) => {
                assert!(!self.finished, "Finish twice");
                self.finished = true;
            }
            LinkRequest::Credit(id, credit) if self.id() == Some(id) => {
                self.credit += credit;
                assert!(self.credit <= 1 << 20, "credit without bounds");
            }
            LinkRequest::Cancel(_) | LinkRequest::Drop => self.open = None,
            LinkRequest::Mode(_) => assert!(self.open.is_none(), "a mode within an operation"),
            LinkRequest::Finish(_) | LinkRequest::Credit(..) | LinkRequest::SwitchAddress(_) => {}
            LinkRequest::Open(OpId(id), _)
            | LinkRequest::Control(OpId(id), _)
            | LinkRequest::Transfer(OpId(id), _)
            | LinkRequest::Close(OpId(id)) => {
                assert!(id > self.last, "an id used twice");
                *self = Link {
                    last: id,
                    open: Some(request),
                    download_left: 70_000,
                    ..Link::default()
                };
            }
        }
    }

    /// The id of the operation under way.
    pub(super) fn id(&self) -> Option<OpId> {
        self.open.as_ref().map(|_| OpId(self.last))
    }

    fn end(&mut self, event: LinkEvent) -> Option<LinkEvent> {
        self.open = None;
        Some(event)
    }

    /// The next thing that is due.
    pub(super) fn serve(&mut self) -> Option<LinkEvent> {
        let id = OpId(self.last);
        match self.open.clone()? {
            LinkRequest::Open(..) => self.end(LinkEvent::Opened(id)),
            LinkRequest::Control(..) => self.end(LinkEvent::Answered(id, Answer::Size(5))),
            LinkRequest::Close(..) => self.end(LinkEvent::Closed(id)),
            _ if !std::mem::replace(&mut self.ready, true) => Some(LinkEvent::Ready(id)),
            LinkRequest::Transfer(_, Transfer::Store { .. }) => {
                if self.unsent > 0 {
                    let sent = self.unsent.min(2000);
                    self.unsent -= sent;
                    Some(LinkEvent::Sent(id, sent))
                } else if self.finished {
                    self.end(LinkEvent::Finished(id))
                } else {
                    None
                }
            }
            _ => {
                let piece = self.credit.min(self.download_left).min(8000);
                self.credit -= piece;
                self.download_left -= piece;
                if piece > 0 {
                    Some(LinkEvent::Data(id, vec![b'd'; piece as usize].into()))
                } else if self.download_left == 0 {
                    self.end(LinkEvent::Finished(id))
                } else {
                    None
                }
            }
        }
    }

    /// Something that may not be due at all.
    pub(super) fn wild(&mut self, kind: u8, back: u64) -> LinkEvent {
        let id = OpId(self.last.saturating_sub(back));
        let current = back == 0;
        match kind {
            0 => LinkEvent::Opened(id),
            1 => LinkEvent::Answered(id, Answer::Done),
            2 => {
                self.ready |= current;
                LinkEvent::Ready(id)
            }
            3 => LinkEvent::Data(id, Bytes::from_static(b"d")),
            4 => LinkEvent::Sent(id, 0),
            5 | 6 if current => {
                self.open = None;
                LinkEvent::Finished(id)
            }
            5 | 6 => LinkEvent::Finished(id),
            _ => LinkEvent::Closed(id),
        }
    }
}
