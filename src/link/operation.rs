//! The running operation: what the modem says about it while it waits for the server.

use std::collections::VecDeque;
use std::pin::pin;

use bytes::Bytes;
use tokio::select;
use tokio::sync::mpsc;

use crate::modem::link::{LinkError, LinkEvent, LinkRequest, OpId};

/// Why what is under way is given up, together with the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// The modem wants it, without a word.
    Drop,
    /// The modem wants the session closed by this operation.
    Close(OpId),
    /// The control connection went away, and no operation is there to report it.
    Lost,
}

/// Why an operation stops short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It failed.
    Failed(LinkError),
    /// It is interrupted.
    Interrupted(Interrupt),
}

impl From<LinkError> for Stop {
    fn from(cause: LinkError) -> Self {
        Self::Failed(cause)
    }
}

impl From<Interrupt> for Stop {
    fn from(interrupt: Interrupt) -> Self {
        Self::Interrupted(interrupt)
    }
}

/// The modem's requests, in order.
pub(super) struct Inbox {
    requests: mpsc::UnboundedReceiver<LinkRequest>,
    /// Came while an operation was running, and wait for its end.
    put_by: VecDeque<LinkRequest>,
}

impl Inbox {
    /// An inbox for `requests`.
    pub(super) fn new(requests: mpsc::UnboundedReceiver<LinkRequest>) -> Self {
        Self { requests, put_by: VecDeque::new() }
    }

    /// The next request; `None` when nobody can send one any more.
    pub(super) async fn next(&mut self) -> Option<LinkRequest> {
        match self.put_by.pop_front() {
            Some(request) => Some(request),
            None => self.requests.recv().await,
        }
    }

    /// Forgets what has been put by, because Drop or Close came after it.
    pub(super) fn clear(&mut self) {
        self.put_by.clear();
    }

    fn forget(&mut self, operation: OpId) {
        self.put_by.retain(|request| match request {
            LinkRequest::Open(id, _)
            | LinkRequest::Control(id, _)
            | LinkRequest::Transfer(id, _) => *id != operation,
            _ => true,
        });
    }
}

/// An operation that is under way.
///
/// The waiting methods listen to the modem while they wait, so that Cancel, Close and Drop work at
/// any time.
pub(super) struct Operation<'a> {
    /// Its id.
    pub(super) id: OpId,
    /// Nobody waits for it any more: nothing is reported.
    pub(super) cancelled: bool,
    /// The other data address is to be tried.
    pub(super) switched: bool,
    /// So many more bytes of a download may be reported.
    pub(super) credit: u64,
    /// Parts of an upload that are still to be sent; none of them empty.
    pub(super) outgoing: VecDeque<Bytes>,
    /// Nothing will be added to `outgoing`.
    pub(super) finished: bool,
    inbox: &'a mut Inbox,
    events: &'a mpsc::Sender<LinkEvent>,
}

impl<'a> Operation<'a> {
    /// Begins operation `id`, with what has already been said about it.
    pub(super) fn begin(
        id: OpId,
        inbox: &'a mut Inbox,
        events: &'a mpsc::Sender<LinkEvent>,
    ) -> Self {
        let put_by = std::mem::take(&mut inbox.put_by);
        let mut operation = Self {
            id,
            cancelled: false,
            switched: false,
            credit: 0,
            outgoing: VecDeque::new(),
            finished: false,
            inbox,
            events,
        };
        for request in put_by {
            operation.note(request);
        }
        operation
    }

    /// Reports about this operation from within a piece of its work.
    pub(super) fn reporter(&self) -> Reporter {
        Reporter { id: self.id, events: self.events.clone() }
    }

    /// Waits for one request and takes note of it. May be dropped while it waits.
    pub(super) async fn listen(&mut self) -> Result<(), Interrupt> {
        match self.inbox.requests.recv().await {
            None | Some(LinkRequest::Drop) => Err(Interrupt::Drop),
            Some(LinkRequest::Close(by)) => Err(Interrupt::Close(by)),
            Some(request) => {
                self.note(request);
                Ok(())
            }
        }
    }

    fn note(&mut self, request: LinkRequest) {
        match request {
            LinkRequest::Cancel(id) if id == self.id => self.cancelled = true,
            LinkRequest::Cancel(id) => self.inbox.forget(id),
            LinkRequest::SwitchAddress(id) if id == self.id => self.switched = true,
            LinkRequest::Credit(id, bytes) if id == self.id => self.credit += bytes,
            LinkRequest::Finish(id) if id == self.id => self.finished = true,
            LinkRequest::Data(id, bytes) if id == self.id => {
                if !bytes.is_empty() {
                    self.outgoing.push_back(bytes);
                }
            }
            other => self.inbox.put_by.push_back(other),
        }
    }

    /// Does `work` to its end, cancelled or not: for what can't be left half done without losing
    /// count of the server's replies.
    pub(super) async fn see_through<W: Future>(&mut self, work: W) -> Result<W::Output, Interrupt> {
        let mut work = pin!(work);
        loop {
            select! {
                biased;
                heard = self.listen() => heard?,
                output = &mut work => return Ok(output),
            }
        }
    }

    /// Does `work` unless the operation is cancelled, before it or meanwhile: then `None`.
    pub(super) async fn until_cancelled<W: Future>(
        &mut self,
        work: W,
    ) -> Result<Option<W::Output>, Interrupt> {
        let mut work = pin!(work);
        while !self.cancelled {
            select! {
                biased;
                heard = self.listen() => heard?,
                output = &mut work => return Ok(Some(output)),
            }
        }
        Ok(None)
    }

    /// Reports `event`, unless the operation is cancelled, before it or while there is no room for
    /// the event.
    pub(super) async fn report(&mut self, event: LinkEvent) -> Result<(), Interrupt> {
        let events = self.events;
        match self.until_cancelled(events.reserve()).await? {
            Some(Ok(place)) => place.send(event),
            // Whoever listened is gone.
            Some(Err(_)) => return Err(Interrupt::Drop),
            None => {}
        }
        Ok(())
    }
}

/// Reports about an operation from within a piece of its work, which is dropped when the operation
/// is cancelled.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    id: OpId,
    events: mpsc::Sender<LinkEvent>,
}

impl Reporter {
    /// Reports what `event` makes of the operation's id.
    pub(super) async fn report(&self, event: impl FnOnce(OpId) -> LinkEvent) {
        // If nobody listens any more, the worker is about to end.
        let _ = self.events.send(event(self.id)).await;
    }
}
