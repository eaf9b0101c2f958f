//! A pseudo-terminal: the modem holds the master, hosts open and close the slave as they like.
//!
//! What Linux does, measured on 6.18, and what is made of it here:
//!
//! - We keep no slave open ourselves. Then, after the last close, the master reads what the host
//!   had written, and after it EIO: that is [`HostEvent::Closed`]. When the slave is opened again
//!   before anybody read, EIO never shows; for that, and to learn of opens at all, opens are
//!   counted (`opens.rs`).
//! - A read at the very moment of the last write and the close can say EIO although these bytes
//!   are still to come (seen once in 3,000 closes on a busy machine). So only a read that began
//!   after `IN_CLOSE` is believed. `IN_CLOSE` in turn comes before the kernel is done with closing,
//!   so it is not believed without EIO.
//! - A hang-up makes tokio's readiness of the master stick at "closed", so the master is
//!   registered anew for each host, and not at all in between: no wake-ups without a host.
//! - The master can write although no slave is open, and the next host would read it. So output
//!   is dropped while nobody is there, and the buffers are emptied at each `Closed`.
//! - Terminal settings belong to the slave and survive its closing: raw is set once. A host that
//!   changes them changes them for its successor, as on a real port.
//! - A host that does not read stops the modem after 10 to 22 KB.
//! - TIOCMGET and TIOCMBIS give the host ENOTTY and a break is invisible: there are no modem
//!   lines, only the last close, which counts as DTR going off. `tcdrain` returns at once. `tcflush`
//!   of the host's input drops what the modem sent so far; of its output, usually nothing, because
//!   what is written is with the modem at once.
//!
//! When the last close and the next open are seen at once, the bytes waiting at that moment may be
//! of either host. They go to the new one: its answer must not be lost. And a host that
//! opens within microseconds of the last close, before we could empty the buffers, may read what
//! the last one left.

use std::cell::RefCell;
use std::io;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::stat::Mode;
use nix::sys::termios::{FlushArg, SetArg, cfmakeraw, tcflush, tcgetattr, tcsetattr};
use nix::unistd;
use tokio::io::unix::AsyncFd;

use super::opens::OpenWatch;
use super::{Endpoint, HostEvent};

/// Room for one read of the master. For speed: while the host writes, the system goes on filling
/// it, so that one read gives more than the 4 KiB that are there at any moment.
const READ_ROOM: usize = 64 * 1024;

/// A read of less than this is a command, not a part of much data.
const READ_LITTLE: usize = 1024;

/// So much is handed on at once.
const READ_MUCH: usize = 128 * 1024;

/// A pseudo-terminal as [`Endpoint`].
///
/// Dropping it takes the slave away under the host, like pulling a USB modem; a port that comes
/// back is another [`Pty::open`], perhaps with another path: see [`LinkedPty`](super::LinkedPty).
#[derive(Debug)]
pub struct Pty {
    master: Arc<PtyMaster>,
    name: String,
    watch: OpenWatch,
    /// There while a host is.
    line: Option<AsyncFd<Arc<PtyMaster>>>,
    /// Bytes that were read before it was noticed that the host is a new one.
    held: BytesMut,
}

impl Pty {
    /// Makes a new pty: raw, without a host, its slave under `/dev/pts`.
    ///
    /// # Errors
    ///
    /// When the system gives no pty, or no watch on it.
    pub fn open() -> Result<Self, PtyError> {
        let (master, name) = open_master().map_err(PtyError::Terminal)?;
        let watch = OpenWatch::new(Path::new(&name)).map_err(PtyError::Watch)?;
        Ok(Self { master: Arc::new(master), name, watch, line: None, held: BytesMut::new() })
    }

    /// The slave, which the host opens: `/dev/pts/7`.
    pub fn path(&self) -> &Path {
        Path::new(&self.name)
    }

    #[allow(deprecated, reason = "its unsafe successor wants what an Arc<PtyMaster> keeps: one fd")]
    fn register(&self) -> io::Result<AsyncFd<Arc<PtyMaster>>> {
        AsyncFd::new(Arc::clone(&self.master))
    }

    fn end_session(&mut self) -> io::Result<HostEvent> {
        self.line = None;
        self.watch.end_session();
        // Two steps, as the slave has two buffers: TCOFLUSH reaches the one between the two sides,
        // TCSAFLUSH (settings unchanged) the one that the host reads from.
        tcflush(&self.master, FlushArg::TCOFLUSH)?;
        tcsetattr(&self.master, SetArg::TCSAFLUSH, &tcgetattr(&self.master)?)?;
        Ok(HostEvent::Closed)
    }
}

impl Endpoint for Pty {
    fn name(&self) -> &str {
        &self.name
    }

    fn host_present(&self) -> bool {
        self.line.is_some()
    }

    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        loop {
            let opens = self.watch.poll(cx);
            let Some(line) = &self.line else {
                if opens.sessions() == 0 {
                    return Poll::Pending;
                }
                self.line = Some(self.register()?);
                return Poll::Ready(Ok(HostEvent::Opened));
            };
            if opens.sessions() > 1 {
                return Poll::Ready(self.end_session());
            }
            if !self.held.is_empty() {
                buf.unsplit(mem::take(&mut self.held));
                return Poll::Ready(Ok(HostEvent::Data));
            }
            let mut guard = ready!(line.poll_read_ready(cx))?;
            match read_all(&self.master, &mut self.held) {
                Ok(0) | Err(Errno::EIO) if opens.ended > 0 => {
                    return Poll::Ready(self.end_session());
                }
                Ok(0) | Err(Errno::EIO) => self.watch.expect_ended(),
                // Now that they are read: they may be of the host that came meanwhile.
                Ok(_) if self.watch.catch_up().sessions() > 1 => {}
                Ok(len) => {
                    if len < READ_MUCH {
                        // For speed: spares a read that would only find nothing more. What comes
                        // after this one makes the master ready anew.
                        guard.clear_ready();
                    }
                    buf.unsplit(mem::take(&mut self.held));
                    return Poll::Ready(Ok(HostEvent::Data));
                }
                Err(Errno::EAGAIN) if guard.ready().is_read_closed() => {
                    // A hang-up was seen, but somebody else is there already.
                    self.line = None;
                    self.line = Some(self.register()?);
                }
                Err(Errno::EAGAIN) => guard.clear_ready(),
                Err(error) => return Poll::Ready(Err(error.into())),
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let Some(line) = &self.line else {
            return Poll::Ready(Ok(data.len()));
        };
        loop {
            let mut guard = ready!(line.poll_write_ready(cx))?;
            match unistd::write(&self.master, data) {
                Err(Errno::EAGAIN) if guard.ready().is_write_closed() => {
                    // The host left without reading; `Closed` is about to be reported.
                    return Poll::Ready(Ok(data.len()));
                }
                Err(Errno::EAGAIN) => guard.clear_ready(),
                Ok(len) if len < data.len() => {
                    // For speed: spares the write that would only find no room. What the host reads
                    // makes the master ready anew.
                    guard.clear_ready();
                    return Poll::Ready(Ok(len));
                }
                written => return Poll::Ready(Ok(written?)),
            }
        }
    }
}

thread_local! {
    /// All ports of a thread are read by way of this.
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_ROOM]);
}

/// Appends what is there to `buf`, up to [`READ_MUCH`] bytes, and says how much it was.
///
/// For speed: while a host sends data, more comes with every read, and each piece that is handed on
/// costs a `write` to the server.
fn read_all(master: &PtyMaster, buf: &mut BytesMut) -> Result<usize, Errno> {
    let before = buf.len();
    ROOM.with_borrow_mut(|room| {
        loop {
            let wanted = READ_ROOM.min(before + READ_MUCH - buf.len());
            match unistd::read(master, &mut room[..wanted]) {
                Ok(len) => {
                    buf.extend_from_slice(&room[..len]);
                    let all = buf.len() - before;
                    if len < READ_LITTLE || all == READ_MUCH {
                        return Ok(all);
                    }
                }
                // Whatever it is, it comes again at the next read.
                Err(_) if buf.len() > before => return Ok(buf.len() - before),
                Err(error) => return Err(error),
            }
        }
    })
}

/// A master whose slave is raw and has been open once: only since then a read says EIO while
/// nobody has it open.
fn open_master() -> Result<(PtyMaster, String), Errno> {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let master = posix_openpt(flags | OFlag::O_NONBLOCK)?;
    grantpt(&master)?;
    let mut settings = tcgetattr(&master)?;
    cfmakeraw(&mut settings);
    tcsetattr(&master, SetArg::TCSANOW, &settings)?;
    unlockpt(&master)?;
    let name = ptsname_r(&master)?;
    drop(open(Path::new(&name), flags, Mode::empty())?);
    Ok((master, name))
}

/// Why there is no pty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PtyError {
    /// No terminal: too many of them, too many open files, or no `/dev/ptmx`.
    #[error("/dev/ptmx: no new pseudo-terminal ({0}); --no-pty does without")]
    Terminal(Errno),
    /// No way to see the host open and close it: too many inotify users or watches.
    #[error("/dev/pts: cannot watch for hosts ({0}); see fs.inotify in sysctl, or use --no-pty")]
    Watch(Errno),
}

#[cfg(test)]
mod tests;
