//! The task that does what the modem asks for, one operation at a time.

use std::sync::Arc;

use tokio::select;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::control::survives;
use super::operation::{Inbox, Interrupt, Operation, Stop};
use super::route::Router;
use super::session::Session;
use super::transfer;
use crate::modem::link::{LinkError, LinkEvent, LinkFailure, LinkRequest};

/// How many events may wait for the modem. What a [`LinkEvent::Data`] carries is bounded by the
/// modem's credit, so this bounds only the number of pieces.
pub(super) const EVENTS: usize = 32;

/// The way to the worker. Dropping it ends the worker and closes its connections.
#[derive(Debug)]
pub struct LinkHandle {
    requests: mpsc::UnboundedSender<LinkRequest>,
    _worker: AbortOnDropHandle<()>,
}

impl LinkHandle {
    /// Hands over one request; never waits.
    ///
    /// The queue has no limit of its own: the modem has at most one operation under way, and at
    /// most [`UPLOAD_WINDOW`](crate::modem::link::UPLOAD_WINDOW) bytes of an upload.
    pub fn request(&self, request: LinkRequest) {
        // The worker ends before its handle only when the whole runtime does.
        let _ = self.requests.send(request);
    }
}

/// Starts a worker without a session. It answers each request by the events that
/// [`LinkRequest`] promises for it.
///
/// # Panics
///
/// Outside a tokio runtime.
pub fn spawn(router: Arc<Router>) -> (LinkHandle, mpsc::Receiver<LinkEvent>) {
    let (requests, inbox) = mpsc::unbounded_channel();
    let (events, outbox) = mpsc::channel(EVENTS);
    let worker = Worker { router, inbox: Inbox::new(inbox), events, session: None };
    let worker = AbortOnDropHandle::new(tokio::spawn(worker.run()));
    (LinkHandle { requests, _worker: worker }, outbox)
}

struct Worker {
    router: Arc<Router>,
    inbox: Inbox,
    events: mpsc::Sender<LinkEvent>,
    session: Option<Session>,
}

impl Worker {
    async fn run(mut self) {
        while let Some(request) = self.next().await {
            if let Err(interrupt) = self.perform(request).await {
                self.give_up(interrupt).await;
            }
        }
    }

    /// Waits for the next request, and meanwhile for the loss of the session.
    async fn next(&mut self) -> Option<LinkRequest> {
        if let Some(session) = &mut self.session {
            select! {
                biased;
                _ = session.control.loss() => {}
                request = self.inbox.next() => return request,
            }
            self.give_up(Interrupt::Lost).await;
        }
        self.inbox.next().await
    }

    async fn give_up(&mut self, interrupt: Interrupt) {
        self.session = None;
        let event = match interrupt {
            Interrupt::Lost => LinkEvent::Lost,
            Interrupt::Drop => return self.inbox.clear(),
            Interrupt::Close(op) => {
                self.inbox.clear();
                LinkEvent::Closed(op)
            }
        };
        // If nobody listens any more, there is nobody to tell.
        let _ = self.events.send(event).await;
    }

    async fn perform(&mut self, request: LinkRequest) -> Result<(), Interrupt> {
        match request {
            LinkRequest::Open(id, target) => {
                self.session = None;
                let mut op = Operation::begin(id, &mut self.inbox, &self.events);
                let opening = Session::open(Arc::clone(&self.router), target, op.reporter());
                match op.until_cancelled(opening).await? {
                    Some(Ok(session)) => {
                        op.report(LinkEvent::Opened(id)).await?;
                        self.session = Some(session).filter(|_| !op.cancelled);
                        Ok(())
                    }
                    Some(Err(cause)) => {
                        let failure = LinkFailure { cause, session_alive: false };
                        op.report(LinkEvent::Failed(id, failure)).await
                    }
                    None => Ok(()),
                }
            }
            LinkRequest::Control(id, command) => {
                let mut op = Operation::begin(id, &mut self.inbox, &self.events);
                let outcome = match &mut self.session {
                    Some(session) => op.see_through(session.answer(command)).await?,
                    None => Err(LinkError::ControlClosed),
                };
                let outcome = outcome.map(|answer| LinkEvent::Answered(id, answer));
                conclude(&mut self.session, op, outcome).await
            }
            LinkRequest::Transfer(id, transfer) => {
                let mut op = Operation::begin(id, &mut self.inbox, &self.events);
                let outcome = match &mut self.session {
                    Some(session) => match transfer::run(session, &mut op, &transfer).await {
                        Ok(()) => Ok(LinkEvent::Finished(id)),
                        Err(Stop::Failed(cause)) => Err(cause),
                        Err(Stop::Interrupted(interrupt)) => return Err(interrupt),
                    },
                    None => Err(LinkError::ControlClosed),
                };
                conclude(&mut self.session, op, outcome).await
            }
            LinkRequest::Close(id) => {
                let mut op = Operation::begin(id, &mut self.inbox, &self.events);
                if let Some(mut session) = self.session.take() {
                    // Whatever the server says to it, or doesn't, the session is over.
                    let _ = op.until_cancelled(session.control.command("QUIT")).await?;
                }
                op.report(LinkEvent::Closed(id)).await
            }
            LinkRequest::Mode(mode) => {
                if let Some(session) = &mut self.session {
                    session.mode = mode;
                }
                Ok(())
            }
            LinkRequest::Drop => Err(Interrupt::Drop),
            // About an operation that is over.
            LinkRequest::Cancel(_)
            | LinkRequest::Data(..)
            | LinkRequest::Finish(_)
            | LinkRequest::Credit(..)
            | LinkRequest::SwitchAddress(_) => Ok(()),
        }
    }
}

/// Reports the outcome of an operation, and drops a session that did not survive it.
async fn conclude(
    session: &mut Option<Session>,
    mut op: Operation<'_>,
    outcome: Result<LinkEvent, LinkError>,
) -> Result<(), Interrupt> {
    let mut lost = false;
    let event = outcome.unwrap_or_else(|cause| {
        let session_alive = survives(&cause);
        lost = !session_alive && session.take().is_some();
        LinkEvent::Failed(op.id, LinkFailure { cause, session_alive })
    });
    op.report(event).await?;
    if lost && op.cancelled { Err(Interrupt::Lost) } else { Ok(()) }
}
