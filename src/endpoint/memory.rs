//! A port within the process, for tests.

use std::io;
use std::task::{Context, Poll, ready};

use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc;

use super::stream::{Accept, StreamEndpoint};

/// An in-process [`Endpoint`](super::Endpoint); its other side is a [`MemoryHost`].
pub type Memory = StreamEndpoint<MemoryPort>;

/// The side of the modem, before a host came.
#[derive(Debug)]
pub struct MemoryPort {
    opened: mpsc::UnboundedReceiver<DuplexStream>,
    closed: bool,
}

/// Opens the port; one at a time, as with all endpoints.
#[derive(Debug, Clone)]
pub struct MemoryHost {
    open: mpsc::UnboundedSender<DuplexStream>,
    capacity: usize,
}

impl Memory {
    /// A port that holds up to `capacity` unread bytes in each direction.
    pub fn with_capacity(capacity: usize) -> (Self, MemoryHost) {
        let (open, opened) = mpsc::unbounded_channel();
        (Self::new(MemoryPort { opened, closed: false }), MemoryHost { open, capacity })
    }
}

impl MemoryHost {
    /// Opens the port; dropping the stream closes it. When the modem is gone, the stream is at
    /// its end.
    pub fn open(&self) -> DuplexStream {
        let (host, modem) = duplex(self.capacity);
        // Without a receiver `modem` is dropped, which is what the host then sees.
        let _ = self.open.send(modem);
        host
    }
}

impl Accept for MemoryPort {
    type Stream = DuplexStream;

    fn name(&self) -> &str {
        "memory"
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<DuplexStream>> {
        // No host can come once all the handles are gone: that is a quiet port, not an error.
        while let Some(host) = ready!(self.opened.poll_recv(cx)) {
            if !self.closed {
                return Poll::Ready(Ok(host));
            }
        }
        Poll::Pending
    }

    fn close(&mut self) {
        self.closed = true;
    }

    fn reopen(&mut self) -> io::Result<()> {
        // Those that came meanwhile were refused, even if nobody looked.
        while self.opened.try_recv().is_ok() {}
        self.closed = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::testing::{fill, next, pattern, receive, send};
    use super::super::{Endpoint, HostEvent};
    use super::*;

    #[tokio::test]
    async fn opens_talks_and_closes() {
        let (mut modem, host) = Memory::with_capacity(64);
        for _ in 0..2 {
            assert!(!modem.host_present());
            let mut stream = host.open();
            assert_eq!(next(&mut modem).await, (HostEvent::Opened, vec![]));
            assert!(modem.host_present());
            send(&mut modem, b"\r\nOK\r\n").await;
            let mut answer = [0; 6];
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"\r\nOK\r\n");
            stream.write_all(b"AT\r").await.unwrap();
            drop(stream);
            assert_eq!(receive(&mut modem, 3).await, b"AT\r");
            assert_eq!(next(&mut modem).await, (HostEvent::Closed, vec![]));
        }
    }

    #[tokio::test]
    async fn a_full_port_stalls_the_modem_and_loses_nothing() {
        let (mut modem, host) = Memory::with_capacity(64);
        let mut stream = host.open();
        assert_eq!(next(&mut modem).await.0, HostEvent::Opened);
        let data = pattern(1000);
        assert_eq!(fill(&mut modem, &data).await, 64);
        let mut got = vec![0; data.len()];
        let (read, ()) = tokio::join!(stream.read_exact(&mut got), send(&mut modem, &data[64..]));
        read.unwrap();
        assert_eq!(got, data);
    }

    #[tokio::test]
    async fn a_second_host_finds_the_port_taken() {
        let (mut modem, host) = Memory::with_capacity(64);
        let (mut first, mut second) = (host.open(), host.open());
        assert_eq!(next(&mut modem).await.0, HostEvent::Opened);
        let turned_away = async {
            assert_eq!(second.read(&mut [0]).await.unwrap(), 0);
            first.write_all(b"A").await.unwrap();
        };
        let (data, ()) = tokio::join!(receive(&mut modem, 1), turned_away);
        assert_eq!(data, b"A");
    }

    #[tokio::test]
    async fn a_modem_that_is_gone_is_the_end_of_the_stream() {
        let (modem, host) = Memory::with_capacity(64);
        drop(modem);
        assert_eq!(host.open().read(&mut [0]).await.unwrap(), 0);
    }
}
