//! A serial port over TCP (RFC 2217), as pyserial's `rfc2217://` and many programs for serial device
//! servers open it: besides the bytes it has DTR, RTS, DCD, RI, DSR, CTS and breaks.
//!
//! A host that speaks no telnet is served as on a [`Tcp`] port, with one exception: data that
//! contain 0xFF and then one of 250–254 look like telnet (see `rfc2217/telnet.rs`).

mod com_port;
mod telnet;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};

use super::{BindError, Endpoint, HostEvent, Signals, Tcp};
use com_port::ComPort;
use telnet::{COM_PORT, Command, Decoder, Options};

/// Most data escaped at once; on the wire they are at most twice as many.
const WRITE_SIZE: usize = 16 * 1024;

/// Unwritten bytes beyond which no more is read: a host that only asks and never reads stalls
/// itself. Well above what data alone can fill, so that a host that does not read can still turn
/// DTR off.
const OUTPUT_LIMIT: usize = 4 * WRITE_SIZE;

/// An [`Endpoint`] with the lines of a serial port, over one that carries bytes.
#[derive(Debug)]
pub struct Rfc2217<E = Tcp> {
    inner: E,
    signals: Signals,
    session: Session,
    /// From the host, still to be decoded.
    input: BytesMut,
    /// What the host did after the data that were just given out.
    event: Option<HostEvent>,
    /// For the host: whole commands and data, as on the wire.
    output: BytesMut,
}

/// What was agreed with the present host.
#[derive(Debug, Default)]
struct Session {
    decoder: Decoder,
    options: Options,
    port: ComPort,
}

impl Rfc2217 {
    /// Listens on `addr`; port 0 lets the system choose one, see [`Rfc2217::local_addr`]. Needs a
    /// tokio runtime around it.
    ///
    /// # Errors
    ///
    /// When the address is in use, not ours, or not allowed.
    pub fn bind(addr: SocketAddr) -> Result<Self, BindError> {
        Ok(Self::new(Tcp::bind(addr)?))
    }

    /// The address it listens on, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.inner.local_addr()
    }
}

impl<E: Endpoint> Rfc2217<E> {
    /// The protocol over `inner`, whose hosts come and go here, too.
    pub fn new(inner: E) -> Self {
        Self {
            inner,
            signals: Signals::default(),
            session: Session::default(),
            input: BytesMut::new(),
            event: None,
            output: BytesMut::new(),
        }
    }

    /// Begins anew, for the next host.
    fn reset(&mut self) {
        self.session = Session::default();
        self.input.clear();
        self.output.clear();
    }

    /// Decodes up to the next thing that is for the modem; `None` when all is decoded, or when
    /// there are too many answers.
    fn decode(&mut self, data: &mut BytesMut) -> Option<HostEvent> {
        let Session { decoder, options, port } = &mut self.session;
        while self.output.len() < OUTPUT_LIMIT {
            match decoder.next(&mut self.input, data)? {
                Command::Option(verb, option) => options.hear(verb, option, &mut self.output),
                Command::Suboption(bytes) => {
                    if let Some((&COM_PORT, command)) = bytes.split_first()
                        && let Some(event) = port.command(command, &mut self.output)
                    {
                        return Some(event);
                    }
                }
            }
        }
        None
    }

    /// Writes what is still to be written, and then how the lines are.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while !self.output.is_empty() {
                let count = ready!(self.inner.poll_write(cx, &self.output))?;
                self.output.advance(count);
            }
            let Session { options, port, .. } = &mut self.session;
            if options.is_on(COM_PORT) {
                port.tell(self.signals, &mut self.output);
            }
            if self.output.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<E: Endpoint> Endpoint for Rfc2217<E> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn host_present(&self) -> bool {
        self.inner.host_present()
    }

    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        loop {
            if let Some(event) = self.event.take() {
                return Poll::Ready(Ok(event));
            }
            if let Poll::Ready(Err(error)) = self.poll_flush(cx) {
                return Poll::Ready(Err(error));
            }
            if self.output.len() >= OUTPUT_LIMIT {
                return Poll::Pending;
            }
            if self.input.is_empty() {
                match ready!(self.inner.poll_host(cx, &mut self.input))? {
                    HostEvent::Data => {}
                    event => {
                        self.reset();
                        return Poll::Ready(Ok(event));
                    }
                }
            }
            let (before, was_suspended) = (buf.len(), self.session.port.suspended);
            self.event = self.decode(buf);
            if was_suspended && !self.session.port.suspended {
                // The caller may wait in `poll_write`, which nothing else would wake.
                cx.waker().wake_by_ref();
            }
            if buf.len() > before {
                return Poll::Ready(Ok(HostEvent::Data));
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_flush(cx))?;
        if self.host_present() && self.session.port.suspended {
            return Poll::Pending;
        }
        let data = &data[..data.len().min(WRITE_SIZE)];
        if !self.session.decoder.is_telnet() || !telnet::needs_escape(data) {
            return self.inner.poll_write(cx, data);
        }
        telnet::escape(data, &mut self.output);
        // What does not go out now goes out before anything else.
        if let Poll::Ready(Err(error)) = self.poll_flush(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(data.len()))
    }

    fn set_signals(&mut self, signals: Signals) {
        self.signals = signals;
    }

    fn vanish(&mut self) {
        self.inner.vanish();
        self.reset();
        self.event = None;
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.inner.come_back()
    }
}
