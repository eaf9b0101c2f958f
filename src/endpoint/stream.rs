//! Endpoints whose hosts come as streams, one after the other.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::{Endpoint, HostEvent};

/// Most bytes handed on in one call.
const READ_SIZE: usize = 16 * 1024;

/// Between two attempts to accept while accepting fails, which it does as long as the process has
/// no file descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the streams come from: a listener of some kind.
pub trait Accept: Send {
    /// The connection with one host.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin;

    /// Where the host finds it, for messages: `127.0.0.1:41001`.
    fn name(&self) -> &str;

    /// The next host; pending while it is closed.
    ///
    /// # Errors
    ///
    /// What kept a host from being accepted. The listener is asked again a moment later.
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Stream>>;

    /// Refuses all hosts.
    fn close(&mut self);

    /// Listens again, in the same place.
    ///
    /// # Errors
    ///
    /// When somebody else is there.
    fn reopen(&mut self) -> io::Result<()>;
}

/// An [`Endpoint`] over an [`Accept`].
///
/// One host at a time: while one is connected, every further one is accepted and closed at once,
/// so that it sees a busy port instead of a silent one. End of stream and any error alike are
/// [`HostEvent::Closed`].
pub struct StreamEndpoint<A: Accept> {
    pub(super) listener: A,
    host: Option<A::Stream>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<A: Accept> StreamEndpoint<A> {
    /// An endpoint for the hosts that `listener` accepts.
    pub fn new(listener: A) -> Self {
        Self { listener, host: None, pause: None }
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<A::Stream> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            match ready!(self.listener.poll_accept(cx)) {
                Ok(stream) => return Poll::Ready(stream),
                Err(_) => self.pause = Some(Box::pin(sleep(PAUSE))),
            }
        }
    }
}

impl<A: Accept> Endpoint for StreamEndpoint<A> {
    fn name(&self) -> &str {
        self.listener.name()
    }

    fn host_present(&self) -> bool {
        self.host.is_some()
    }

    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        let Some(host) = &mut self.host else {
            self.host = Some(ready!(self.poll_accept(cx)));
            return Poll::Ready(Ok(HostEvent::Opened));
        };
        let mut chunk = [MaybeUninit::uninit(); READ_SIZE];
        let mut chunk = ReadBuf::uninit(&mut chunk);
        match Pin::new(host).poll_read(cx, &mut chunk) {
            Poll::Ready(Ok(())) if !chunk.filled().is_empty() => {
                buf.extend_from_slice(chunk.filled());
                Poll::Ready(Ok(HostEvent::Data))
            }
            Poll::Ready(_) => {
                self.host = None;
                Poll::Ready(Ok(HostEvent::Closed))
            }
            // Only now others are turned away: one of them may follow a host that just left.
            Poll::Pending => {
                while self.poll_accept(cx).is_ready() {}
                Poll::Pending
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let Some(host) = &mut self.host else {
            return Poll::Ready(Ok(data.len()));
        };
        // A host that cannot be written to is about to be `Closed`.
        Poll::Ready(Ok(ready!(Pin::new(host).poll_write(cx, data)).unwrap_or(data.len())))
    }

    fn vanish(&mut self) {
        self.host = None;
        self.listener.close();
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.listener.reopen()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use tokio::io::{DuplexStream, duplex};

    use super::super::testing::next;
    use super::*;

    /// Gives out what it holds, then nothing.
    struct Scripted(VecDeque<io::Result<DuplexStream>>);

    impl Accept for Scripted {
        type Stream = DuplexStream;

        fn name(&self) -> &str {
            "scripted"
        }

        fn poll_accept(&mut self, _: &mut Context<'_>) -> Poll<io::Result<DuplexStream>> {
            self.0.pop_front().map_or(Poll::Pending, Poll::Ready)
        }

        fn close(&mut self) {}

        fn reopen(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_failed_accept_is_tried_again() {
        let (_host, stream) = duplex(16);
        let out_of_descriptors = Err(io::Error::from_raw_os_error(24));
        let listener = Scripted(VecDeque::from([out_of_descriptors, Ok(stream)]));
        let mut endpoint = StreamEndpoint::new(listener);
        assert_eq!(next(&mut endpoint).await, (HostEvent::Opened, vec![]));
    }
}
