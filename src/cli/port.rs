//! The host's end of a serial port, or of a TCP connection that stands for one.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Instant;

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{
    BaudRate, ControlFlags, SetArg, Termios, cfmakeraw, cfsetspeed, tcgetattr, tcsetattr,
};

/// An open port; a terminal gets its settings back when it is dropped.
pub(super) struct Port {
    file: File,
    received: Vec<u8>,
    settings: Option<Termios>,
}

impl Port {
    /// Opens a terminal (raw, 115200 bit/s), or connects to `HOST:PORT`.
    pub(super) fn open(name: &str) -> io::Result<Port> {
        if !name.contains('/') && name.contains(':') {
            let addr = name.to_socket_addrs()?.next();
            return Port::connect(addr.ok_or(ErrorKind::AddrNotAvailable)?);
        }
        // Without O_NONBLOCK the open would wait for a carrier.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags((OFlag::O_NOCTTY | OFlag::O_NONBLOCK).bits())
            .open(name)?;
        let settings = tcgetattr(&file)?;
        let mut raw = settings.clone();
        cfmakeraw(&mut raw);
        raw.control_flags |= ControlFlags::CLOCAL | ControlFlags::CREAD;
        cfsetspeed(&mut raw, BaudRate::B115200)?;
        tcsetattr(&file, SetArg::TCSANOW, &raw)?;
        Ok(Port { file, received: Vec::new(), settings: Some(settings) })
    }

    /// Connects to a modem that listens.
    pub(super) fn connect(addr: SocketAddr) -> io::Result<Port> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Port { file: OwnedFd::from(stream).into(), received: Vec::new(), settings: None })
    }

    /// What has come since the last call.
    pub(super) fn received(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.received)
    }

    /// Sends all of `bytes`, and takes what comes meanwhile.
    pub(super) fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.wait(PollFlags::POLLIN | PollFlags::POLLOUT, PollTimeout::NONE)?;
            self.take()?;
            match self.file.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes what comes until `end`.
    pub(super) fn listen(&mut self, end: Instant) -> io::Result<()> {
        while self.receive(end)? {}
        Ok(())
    }

    /// Waits for something to come, until `end` at most; whether it did.
    pub(super) fn receive(&mut self, end: Instant) -> io::Result<bool> {
        let left = end.saturating_duration_since(Instant::now());
        let millis = i32::try_from(left.as_millis()).unwrap_or(i32::MAX);
        // Rounded up, so that a silence is never too short.
        let timeout = PollTimeout::try_from(millis.saturating_add(1)).unwrap_or(PollTimeout::MAX);
        if left.is_zero() || !self.wait(PollFlags::POLLIN, timeout)? {
            return Ok(false);
        }
        self.take()?;
        Ok(true)
    }

    fn wait(&self, flags: PollFlags, timeout: PollTimeout) -> io::Result<bool> {
        let mut ready = [PollFd::new(self.file.as_fd(), flags)];
        Ok(poll(&mut ready, timeout)? > 0)
    }

    fn take(&mut self) -> io::Result<()> {
        let mut bytes = [0; 16 * 1024];
        match self.file.read(&mut bytes) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.received.extend_from_slice(&bytes[..count]);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if let Some(settings) = &self.settings {
            // A port that is gone needs no settings.
            let _ = tcsetattr(&self.file, SetArg::TCSANOW, settings);
        }
    }
}
