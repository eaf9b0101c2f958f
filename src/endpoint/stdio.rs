//! The modem on standard input and output, for programs that start it as their child: `socat
//! EXEC:…`, an emulator's serial port.
//!
//! Each stream has a thread of its own. Non-blocking mode is not used, because it would belong to
//! the pipe or terminal and so to the parent, too.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::sync::mpsc as std_mpsc;
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

use super::{Endpoint, HostEvent};

/// Most bytes handed on in one call, in either direction.
const CHUNK_SIZE: usize = 16 * 1024;

/// How long the last words may take to a host that does not read.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Standard input and output as [`Endpoint`].
///
/// The host is there from the start. When it closes its side, it is still told what is to be said
/// at that moment, and then the modem does not see another: [`HostEvent::Closed`], then
/// [`HostEvent::Gone`]. It can't [`vanish`](Endpoint::vanish): no host could open it again.
#[derive(Debug)]
pub struct Stdio {
    phase: Phase,
    from_host: mpsc::Receiver<Bytes>,
    to_host: PollSender<Bytes>,
    /// The caller has more to say than was taken.
    stalled: bool,
    /// Disconnected once everything is written.
    writing: std_mpsc::Receiver<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The host was not announced yet.
    New,
    Open,
    Closed,
}

impl Stdio {
    /// Takes standard input and output. Nothing else may read the one or write to the other.
    ///
    /// # Errors
    ///
    /// When one of them is closed, or there are too many open files or threads.
    pub fn open() -> io::Result<Self> {
        // As files, because the library's own handles gather bytes and write up to a line end.
        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Self::over(input, output)
    }

    fn over(
        input: impl Read + Send + 'static,
        output: impl Write + Send + 'static,
    ) -> io::Result<Self> {
        let (to_modem, from_host) = mpsc::channel(1);
        let (to_host, from_modem) = mpsc::channel(1);
        let (written, writing) = std_mpsc::channel();
        thread::Builder::new().name("stdin".into()).spawn(move || read(input, &to_modem))?;
        thread::Builder::new().name("stdout".into()).spawn(move || {
            write(output, from_modem);
            drop(written);
        })?;
        Ok(Self {
            phase: Phase::New,
            from_host,
            to_host: PollSender::new(to_host),
            stalled: false,
            writing,
        })
    }
}

/// Hands on what comes, until the host closes its side or nobody wants it any more.
fn read(mut input: impl Read, to_modem: &mpsc::Sender<Bytes>) {
    let mut chunk = [0; CHUNK_SIZE];
    loop {
        match input.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
            Ok(len) => {
                if to_modem.blocking_send(Bytes::copy_from_slice(&chunk[..len])).is_err() {
                    return;
                }
            }
        }
    }
}

fn write(mut output: impl Write, mut from_modem: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = from_modem.blocking_recv() {
        if output.write_all(&bytes).is_err() {
            return;
        }
    }
}

impl Endpoint for Stdio {
    fn name(&self) -> &str {
        "standard input and output"
    }

    fn host_present(&self) -> bool {
        self.phase == Phase::Open
    }

    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        let event = match self.phase {
            Phase::New => {
                self.phase = Phase::Open;
                HostEvent::Opened
            }
            // A host that can't be told anything is no host.
            Phase::Open if self.to_host.is_closed() => self.close(),
            Phase::Open => match ready!(self.from_host.poll_recv(cx)) {
                Some(bytes) => {
                    buf.extend_from_slice(&bytes);
                    HostEvent::Data
                }
                None if self.stalled => {
                    // Once there is room, the caller is asked again before this is the end.
                    let _ = ready!(self.to_host.poll_reserve(cx));
                    self.stalled = false;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                None => self.close(),
            },
            Phase::Closed => HostEvent::Gone,
        };
        Poll::Ready(Ok(event))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let data = &data[..data.len().min(CHUNK_SIZE)];
        if self.phase == Phase::Open {
            let slot = self.to_host.poll_reserve(cx);
            self.stalled = slot.is_pending();
            // That it can't be written to is seen by `poll_host`.
            if ready!(slot).is_ok() {
                let _ = self.to_host.send_item(Bytes::copy_from_slice(data));
            }
        }
        Poll::Ready(Ok(data.len()))
    }
}

impl Stdio {
    fn close(&mut self) -> HostEvent {
        self.phase = Phase::Closed;
        HostEvent::Closed
    }
}

impl Drop for Stdio {
    fn drop(&mut self) {
        self.to_host.close();
        // Nothing is ever sent: this waits for the end of the thread.
        let _ = self.writing.recv_timeout(LAST_WORDS);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::net::Shutdown;
    use std::os::unix::net::UnixStream;

    use bytes::Buf;

    use super::super::testing::{fill, next, pattern, receive, send};
    use super::*;

    /// The modem's side, and what the host has of its input and output.
    fn stdio() -> (Stdio, UnixStream, UnixStream) {
        let (input, host_output) = UnixStream::pair().unwrap();
        let (output, host_input) = UnixStream::pair().unwrap();
        (Stdio::over(input, output).unwrap(), host_output, host_input)
    }

    #[tokio::test]
    async fn the_host_is_there_from_the_start_and_goes_for_good() {
        let (mut modem, mut output, mut input) = stdio();
        assert_eq!(next(&mut modem).await, (HostEvent::Opened, vec![]));
        output.write_all(b"AT\r").unwrap();
        assert_eq!(receive(&mut modem, 3).await, b"AT\r");
        send(&mut modem, b"OK").await;
        output.write_all(b"A").unwrap();
        drop(output);
        assert_eq!(receive(&mut modem, 1).await, b"A", "what it wrote before is delivered");
        assert!(modem.host_present());
        assert_eq!(next(&mut modem).await, (HostEvent::Closed, vec![]));
        assert!(!modem.host_present());
        assert_eq!(next(&mut modem).await, (HostEvent::Gone, vec![]));
        send(&mut modem, b"lost").await;
        drop(modem);
        let mut got = Vec::new();
        input.read_to_end(&mut got).unwrap();
        assert_eq!(got, b"OK");
    }

    #[tokio::test]
    async fn a_host_that_closes_its_ear_is_gone() {
        let (mut modem, output, input) = stdio();
        assert_eq!(next(&mut modem).await.0, HostEvent::Opened);
        drop(input);
        // One piece is taken before the thread finds out.
        while !modem.to_host.is_closed() {
            send(&mut modem, b"anybody there?").await;
        }
        assert_eq!(next(&mut modem).await.0, HostEvent::Closed);
        drop(output);
    }

    #[tokio::test]
    async fn a_host_that_does_not_read_stalls_the_modem_and_loses_nothing() {
        let (mut modem, _output, mut input) = stdio();
        assert_eq!(next(&mut modem).await.0, HostEvent::Opened);
        let data = pattern(4 << 20);
        let taken = fill(&mut modem, &data[..2 << 20]).await;
        let expected = data.clone();
        let host = thread::spawn(move || {
            let mut got = Vec::new();
            input.read_to_end(&mut got).unwrap();
            assert!(got == expected, "{} of {} bytes, or others", got.len(), expected.len());
        });
        for piece in data[taken..].chunks(10_000) {
            send(&mut modem, piece).await;
        }
        drop(modem);
        host.join().unwrap();
    }

    #[tokio::test]
    async fn a_host_that_closed_its_side_is_told_what_was_to_be_said() {
        let (mut modem, output, mut input) = stdio();
        assert_eq!(next(&mut modem).await.0, HostEvent::Opened);
        drop(output);
        let data = pattern(1 << 20);
        let mut rest = &data[fill(&mut modem, &data).await..];
        let host = thread::spawn(move || {
            let mut got = Vec::new();
            input.read_to_end(&mut got).unwrap();
            got
        });
        // As the driver waits: for both at once.
        let mut heard = BytesMut::new();
        let event = poll_fn(|cx| {
            while !rest.is_empty() {
                match modem.poll_write(cx, rest) {
                    Poll::Ready(count) => rest.advance(count.unwrap()),
                    Poll::Pending => break,
                }
            }
            modem.poll_host(cx, &mut heard)
        });
        assert_eq!(event.await.unwrap(), HostEvent::Closed);
        drop(modem);
        assert!(host.join().unwrap() == data);
    }

    #[tokio::test]
    async fn last_words_are_written_before_the_end() {
        let (mut modem, output, mut input) = stdio();
        assert_eq!(next(&mut modem).await.0, HostEvent::Opened);
        output.shutdown(Shutdown::Write).unwrap();
        for _ in 0..100 {
            send(&mut modem, b"0123456789").await;
        }
        drop(modem);
        input.set_nonblocking(true).unwrap();
        let mut got = vec![0; 1000];
        input.read_exact(&mut got).unwrap();
    }
}
