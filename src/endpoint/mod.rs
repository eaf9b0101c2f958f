//! Byte pipes to the host.
//!
//! The driver loop sees every pipe through one trait, [`Endpoint`]: a host comes, bytes go both
//! ways, the host leaves. One file per kind:
//!
//! | file | what the host opens |
//! | --- | --- |
//! | [`pty`] | a pseudo-terminal |
//! | [`linked_pty`] | a pseudo-terminal through a [`link_path`], which keeps its name |
//! | [`tcp`] | a TCP port |
//! | [`rfc2217`] | a TCP port that has the lines of a serial port, too: DTR, DCD… |
//! | [`unix`] | a Unix socket |
//! | [`stdio`] | nothing: it is at the other end of standard input and output |
//! | [`memory`] | nothing: both ends are in one process, for tests |
//!
//! Around any of them there may be a [`line`](mod@line) on which something goes wrong.
//!
//! A further kind is one more file. If hosts come as streams from a listener, implement
//! [`Accept`](stream::Accept) and [`StreamEndpoint`](stream::StreamEndpoint) does the rest ([`tcp`]
//! is the example); if not, implement [`Endpoint`] itself ([`pty`] is the example).
//!
//! All of them behave like a serial port: one conversation at a time, what the modem says while
//! nobody listens is lost, and a host that does not read stalls the modem.

use std::io;
use std::task::{Context, Poll};

use bytes::BytesMut;

pub mod line;
pub mod link_path;
pub mod linked_pty;
pub mod memory;
mod opens;
pub mod pty;
pub mod rfc2217;
pub mod runtime_dir;
pub mod stdio;
pub mod stream;
pub mod tcp;
pub mod unix;

pub use link_path::{LinkError, LinkPath};
pub use linked_pty::LinkedPty;
pub use memory::{Memory, MemoryHost};
pub use pty::{Pty, PtyError};
pub use rfc2217::Rfc2217;
pub use runtime_dir::{RuntimeDir, RuntimeDirError};
pub use stdio::Stdio;
pub use tcp::{BindError, Tcp};
pub use unix::{Unix, UnixError};

/// A byte pipe to the host (the DTE), and the signals it can carry.
///
/// Both `poll_` methods belong to one task, which waits for them together: after every event of
/// [`poll_host`](Self::poll_host) it calls [`poll_write`](Self::poll_write) again if it has
/// something to say, because a host that left takes a stalled write with it.
pub trait Endpoint: Send {
    /// Where the host finds this endpoint, for messages: `/dev/pts/7`, `127.0.0.1:41001`.
    fn name(&self) -> &str;

    /// True from [`HostEvent::Opened`] to [`HostEvent::Closed`].
    fn host_present(&self) -> bool;

    /// The next thing from the host; with [`HostEvent::Data`], some bytes (at most 128 KiB) were
    /// appended to `buf`. Nothing is lost when the caller stops waiting.
    ///
    /// # Errors
    ///
    /// Only when the endpoint itself is broken; a host that vanishes is [`HostEvent::Closed`].
    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>>;

    /// What happens at the port although nobody reads it, for a caller that has no room for data:
    /// never [`HostEvent::Data`]. Most ports have nothing to tell before they are read.
    ///
    /// # Errors
    ///
    /// Only when the endpoint itself is broken.
    fn poll_signals(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<HostEvent>> {
        let _ = cx;
        Poll::Pending
    }

    /// Gives `data` to the host and says how many bytes went out: one call is one `write(2)`.
    /// Pending while the host has the port open and does not read. Without a host everything is
    /// taken and lost.
    ///
    /// # Errors
    ///
    /// Only when the endpoint itself is broken; what a vanished host would have got is lost.
    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>>;

    /// What the modem does with its lines now. Told to the host by the next
    /// [`poll_host`](Self::poll_host), where the endpoint can do that; most have no such lines.
    fn set_signals(&mut self, signals: Signals) {
        let _ = signals;
    }

    /// The port is gone, as when a USB modem drops off the bus: a host that has it open sees it
    /// hang up, and none can open it. From now on there is no host; no event tells of that.
    ///
    /// A port that can't be taken away from its host stays as it is.
    fn vanish(&mut self) {}

    /// It is back, without a host.
    ///
    /// # Errors
    ///
    /// When its place was taken meanwhile, or the system has no more of its kind.
    fn come_back(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines from the modem to the host (V.24): true is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signals {
    /// Data carrier detect (circuit 109).
    pub dcd: bool,
    /// Ring indicator (circuit 125).
    pub ri: bool,
    /// Data set ready (circuit 107).
    pub dsr: bool,
    /// Clear to send (circuit 106): off asks the host to wait with its data.
    pub cts: bool,
}

/// What comes from the host besides silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostEvent {
    /// Bytes were appended to the caller's buffer.
    Data,
    /// A host opened the port; before it there was none.
    Opened,
    /// The last host closed the port. Counts as DTR going off. Everything it wrote was delivered
    /// before, what it left unread is gone.
    Closed,
    /// No host can come any more; after [`HostEvent::Closed`], and nothing follows.
    Gone,
    /// The host turned DTR on or off. It is on when a host opens the port.
    Dtr(bool),
    /// The host turned RTS on or off. It is on when a host opens the port.
    Rts(bool),
    /// The host began or ended a break.
    Break(bool),
    /// The host set the speed of the line, in bit/s; never 0.
    Baud(u32),
}

#[cfg(test)]
mod testing {
    //! What the tests of all endpoints need.

    use std::future::poll_fn;
    use std::time::Duration;

    use bytes::{Buf, BytesMut};
    use tokio::io::{AsyncRead, AsyncReadExt};
    use tokio::time::timeout;

    use super::{Endpoint, HostEvent};

    /// A wait longer than this is a hang.
    const HANG: Duration = Duration::from_secs(20);

    /// The next event and the bytes that came with it.
    pub(super) async fn next(endpoint: &mut impl Endpoint) -> (HostEvent, Vec<u8>) {
        let mut buf = BytesMut::new();
        let event = timeout(HANG, poll_fn(|cx| endpoint.poll_host(cx, &mut buf)));
        let event = event.await.expect("an event from the host").expect("a working endpoint");
        (event, buf.to_vec())
    }

    /// Collects data until there are `len` bytes; any other event is a failure.
    pub(super) async fn receive(endpoint: &mut impl Endpoint, len: usize) -> Vec<u8> {
        let mut data = Vec::new();
        while data.len() < len {
            let (event, bytes) = next(endpoint).await;
            assert_eq!(event, HostEvent::Data, "after {} of {len} bytes", data.len());
            data.extend(bytes);
        }
        data
    }

    /// Writes all of `data`.
    pub(super) async fn send(endpoint: &mut impl Endpoint, mut data: &[u8]) {
        while data.has_remaining() {
            let write = timeout(HANG, poll_fn(|cx| endpoint.poll_write(cx, data)));
            data.advance(write.await.expect("a reading host").expect("a working endpoint"));
        }
    }

    /// Writes until the endpoint takes no more; returns what it took.
    pub(super) async fn fill(endpoint: &mut impl Endpoint, data: &[u8]) -> usize {
        let mut taken = 0;
        poll_fn(|cx| {
            while let std::task::Poll::Ready(n) = endpoint.poll_write(cx, &data[taken..]) {
                taken += n.expect("a working endpoint");
                assert!(taken < data.len(), "{taken} bytes and still no back-pressure");
            }
            std::task::Poll::Ready(())
        })
        .await;
        taken
    }

    /// A host that reads only when the endpoint takes no more gets all of `len` bytes.
    pub(super) async fn stalls_and_loses_nothing(
        mut port: impl Endpoint,
        mut host: impl AsyncRead + Unpin,
        len: usize,
    ) {
        let data = pattern(len);
        let taken = fill(&mut port, &data).await;
        let rest = async {
            send(&mut port, &data[taken..]).await;
            drop(port);
        };
        let mut got = Vec::new();
        let ((), read) = tokio::join!(rest, host.read_to_end(&mut got));
        read.unwrap();
        assert!(got == data, "{} of {} bytes, or others", got.len(), data.len());
    }

    /// Bytes without a period that a lost or repeated block could hide in.
    pub(super) fn pattern(len: usize) -> Vec<u8> {
        (0..len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
    }
}
