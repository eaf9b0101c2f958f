//! The control connection between client and server.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use suppaftp::tokio::TokioTlsStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::replies::{Replies, Said};
use super::tap::Shared;
use super::{Command, End, Exchange, Occasion, Reply};
use crate::clock::Timer;
use crate::link::wire::Wire;
use crate::transcript::event::Way;

/// What a server says that ends the session (RFC 959 §4.2.2).
const GOODBYE: (u16, &str) = (421, "Service not available, closing control connection.");

/// The control connection, as the client sees it.
///
/// Commands that are held back count as sent; they leave while the client reads.
#[derive(Debug)]
pub(in crate::link) struct ControlTap {
    wire: Wire,
    shared: Arc<Shared>,
    /// What the client has written of a line.
    line: BytesMut,
    to_server: VecDeque<Departing>,
    departure: Timer,
    unflushed: bool,
    /// The last command, while the server has not replied to it in full.
    owed: Option<Owed>,
    replies: Replies,
    /// The next reply, which can't be judged yet.
    held: Option<(Reply, Bytes)>,
    to_client: VecDeque<Arriving>,
    arrival: Timer,
    ended: bool,
}

#[derive(Debug)]
struct Departing {
    due: Option<Instant>,
    line: Bytes,
    /// What the server owes for it, once it has gone.
    owes: Owed,
}

#[derive(Debug)]
struct Owed {
    command: Command,
    /// The server's replies are for nobody: the client has its final reply already, or never said
    /// the command.
    settled: bool,
}

#[derive(Debug)]
struct Arriving {
    due: Option<Instant>,
    /// The client has begun to read it.
    shown: bool,
    what: Arrival,
}

#[derive(Debug)]
enum Arrival {
    Bytes(Bytes),
    Close,
    Reset,
}

impl ControlTap {
    pub(super) fn new(wire: Wire, shared: Arc<Shared>) -> Self {
        Self {
            wire,
            shared,
            line: BytesMut::new(),
            to_server: VecDeque::new(),
            departure: Timer::default(),
            unflushed: false,
            owed: None,
            replies: Replies::default(),
            held: None,
            to_client: VecDeque::new(),
            arrival: Timer::default(),
            ended: false,
        }
    }

    /// What is under it.
    pub(in crate::link) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// What is under it, without it.
    pub(in crate::link) fn into_wire(self) -> Wire {
        self.wire
    }

    fn judge_command(&mut self, line: Bytes) {
        self.shared.show_lines(Way::Up, &line);
        let command = Command::parse(&line);
        let now = self.shared.now();
        let verdict = self.shared.state().interposer.command(now, &command);
        let due = self.shared.due(verdict.after);
        if verdict.action != Exchange::Pass && command.is_transfer() {
            self.abort();
        }
        match verdict.action {
            Exchange::Pass => {
                let owes = Owed { command, settled: false };
                self.to_server.push_back(Departing { due, line, owes });
            }
            Exchange::Answer(reply) => self.arrive(due, Arrival::Bytes(reply.line())),
            Exchange::Swallow => {}
            Exchange::End(end) => self.end(due, end),
        }
    }

    /// The server has a data connection for a command that it never hears, and would keep it
    /// (libunftp for five minutes).
    fn abort(&mut self) {
        let line = Bytes::from_static(b"ABOR\r\n");
        let owes = Owed { command: Command::parse(&line), settled: true };
        self.to_server.push_back(Departing { due: None, line, owes });
    }

    fn judge_reply(&mut self, reply: Reply, said: Bytes) {
        let preliminary = reply.is_preliminary();
        let mut owed = self.owed.take();
        if owed.as_ref().is_some_and(|owed| owed.settled) {
            self.owed = owed.filter(|_| preliminary);
            return;
        }
        let mut state = self.shared.state();
        let occasion = match &owed {
            Some(owed) => Occasion::Command(&owed.command),
            None if state.greeted => Occasion::Unasked,
            None => Occasion::Greeting,
        };
        state.greeted |= !preliminary;
        let instead = if preliminary { None } else { state.final_reply.take() };
        let (reply, said) = match instead {
            Some(instead) => (instead.clone(), instead.line()),
            None => (reply, said),
        };
        let verdict = state.interposer.reply(self.shared.now(), &reply, occasion);
        drop(state);
        let due = self.shared.due(verdict.after);
        match verdict.action {
            Exchange::Pass => self.arrive(due, Arrival::Bytes(said)),
            Exchange::Answer(instead) => {
                if let Some(owed) = &mut owed {
                    owed.settled = !instead.is_preliminary();
                }
                self.arrive(due, Arrival::Bytes(instead.line()));
            }
            Exchange::Swallow => {}
            Exchange::End(end) => self.end(due, end),
        }
        self.owed = owed.filter(|_| preliminary);
    }

    /// Whether a reply has to wait for the end of the data that it is about.
    fn is_early(&self, reply: &Reply) -> bool {
        let downloads = self.owed.as_ref().is_some_and(|owed| owed.command.downloads());
        reply.is_positive() && downloads && self.shared.state().data_open
    }

    fn arrive(&mut self, due: Option<Instant>, what: Arrival) {
        self.to_client.push_back(Arriving { due, shown: false, what });
    }

    fn end(&mut self, due: Option<Instant>, end: End) {
        self.ended = true;
        let last = match end {
            End::Close => Arrival::Close,
            End::Reset => Arrival::Reset,
            End::Goodbye => {
                let (code, text) = GOODBYE;
                self.arrive(due, Arrival::Bytes(Reply::new(code, text).line()));
                Arrival::Close
            }
        };
        self.arrive(due, last);
    }

    /// Ends the connection at once if that is wanted.
    fn attend(&mut self, cx: &mut Context<'_>) {
        if let Some(end) = self.shared.end(cx) {
            self.to_server.clear();
            self.to_client.clear();
            self.end(None, end);
        }
    }

    /// Sends the commands that are due.
    fn send(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while let Some(next) = self.to_server.front_mut() {
            if self.owed.as_ref().is_some_and(|owed| owed.settled) {
                break;
            }
            if next.due.is_some_and(|due| self.departure.poll(cx, due).is_pending()) {
                break;
            }
            let Poll::Ready(sent) = Pin::new(&mut self.wire).poll_write(cx, &next.line)? else {
                break;
            };
            self.unflushed = true;
            next.line.advance(sent);
            if next.line.is_empty()
                && let Some(Departing { owes, .. }) = self.to_server.pop_front()
            {
                self.shared.state().final_reply = None;
                self.owed = Some(owes);
            }
        }
        if self.unflushed && Pin::new(&mut self.wire).poll_flush(cx)?.is_ready() {
            self.unflushed = false;
        }
        Ok(())
    }

    /// The next that the server says; `None` is the end of the connection.
    fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Said>>> {
        loop {
            if let Some(said) = self.replies.next() {
                return Poll::Ready(Ok(Some(said)));
            }
            let mut piece = [0; 1024];
            let mut piece = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut self.wire).poll_read(cx, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(self.replies.rest()));
            }
            self.replies.push(piece.filled());
        }
    }
}

impl AsyncRead for ControlTap {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        tap.attend(cx);
        loop {
            tap.send(cx)?;
            if let Some(next) = tap.to_client.front_mut() {
                if let Some(due) = next.due {
                    ready!(tap.arrival.poll(cx, due));
                }
                match &mut next.what {
                    Arrival::Bytes(bytes) => {
                        if !std::mem::replace(&mut next.shown, true) {
                            tap.shared.show_lines(Way::Down, bytes);
                        }
                        buf.put_slice(&bytes.split_to(bytes.len().min(buf.remaining())));
                        if bytes.is_empty() {
                            tap.to_client.pop_front();
                        }
                    }
                    Arrival::Close => {}
                    Arrival::Reset => {
                        tap.wire.get_ref().set_zero_linger()?;
                        return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                    }
                }
                return Poll::Ready(Ok(()));
            }
            let (reply, said) = match tap.held.take() {
                Some(held) => held,
                None => match ready!(tap.poll_said(cx))? {
                    None => return Poll::Ready(Ok(())),
                    Some(Said::Noise(bytes)) => {
                        tap.arrive(None, Arrival::Bytes(bytes));
                        continue;
                    }
                    Some(Said::Reply(bytes)) => match Reply::parse(&bytes) {
                        Ok(reply) => (reply, bytes),
                        Err(_) => {
                            tap.arrive(None, Arrival::Bytes(bytes));
                            continue;
                        }
                    },
                },
            };
            if tap.is_early(&reply) {
                // The end of the data comes by this task, which then asks again.
                tap.held = Some((reply, said));
                return Poll::Pending;
            }
            tap.judge_reply(reply, said);
        }
    }
}

impl AsyncWrite for ControlTap {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tap = self.get_mut();
        tap.line.extend_from_slice(bytes);
        while let Some(end) = tap.line.iter().position(|&b| b == b'\n') {
            let line = tap.line.split_to(end + 1).freeze();
            // What is said after the end is heard by nobody.
            if !tap.ended {
                tap.judge_command(line);
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.get_mut().send(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(cx)
    }
}
