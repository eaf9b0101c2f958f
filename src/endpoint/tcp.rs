//! A TCP port: raw bytes, no telnet.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::stream::{Accept, StreamEndpoint};

/// A TCP port as [`Endpoint`](super::Endpoint).
pub type Tcp = StreamEndpoint<TcpPort>;

/// Hosts that may wait while one is being accepted.
const BACKLOG: u32 = 128;

/// A listening TCP port.
#[derive(Debug)]
pub struct TcpPort {
    listener: Option<TcpListener>,
    /// While it does not listen: keeps the address from others.
    reserved: Option<TcpSocket>,
    addr: SocketAddr,
    name: String,
}

impl Tcp {
    /// Listens on `addr`; port 0 lets the system choose one, see [`Tcp::local_addr`]. Needs a
    /// tokio runtime around it.
    ///
    /// # Errors
    ///
    /// When the address is in use, not ours, or not allowed.
    pub fn bind(addr: SocketAddr) -> Result<Self, BindError> {
        let refused = |error: io::Error| BindError { addr, kind: error.kind() };
        let listener = bound(addr).and_then(|socket| socket.listen(BACKLOG)).map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let (listener, name) = (Some(listener), addr.to_string());
        Ok(Self::new(TcpPort { listener, reserved: None, addr, name }))
    }

    /// The address it listens on, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.addr
    }
}

impl Accept for TcpPort {
    type Stream = TcpStream;

    fn name(&self) -> &str {
        &self.name
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        let Some(listener) = &self.listener else {
            return Poll::Pending;
        };
        let (stream, _) = ready!(listener.poll_accept(cx))?;
        // Held back by Nagle, a response in several pieces takes 40 ms more.
        stream.set_nodelay(true)?;
        Poll::Ready(Ok(stream))
    }

    fn close(&mut self) {
        self.listener = None;
        // Connecting to a socket that is bound and does not listen is refused. Nobody else can
        // listen as long as it does not allow it. If somebody was faster, `reopen` says so.
        let reserved = bound(self.addr).and_then(|socket| {
            socket.set_reuseaddr(false)?;
            Ok(socket)
        });
        self.reserved = reserved.ok();
    }

    fn reopen(&mut self) -> io::Result<()> {
        let socket = self.reserved.take().map_or_else(|| bound(self.addr), Ok)?;
        socket.set_reuseaddr(true)?;
        self.listener = Some(socket.listen(BACKLOG)?);
        Ok(())
    }
}

/// A socket with this address, even if connections of an earlier one are still dying.
fn bound(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

/// Why a TCP port cannot be listened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{addr}: {kind}; choose another address, or port 0 for any free port")]
pub struct BindError {
    /// What was asked for.
    pub addr: SocketAddr,
    /// What is wrong with it, such as [`io::ErrorKind::AddrInUse`].
    pub kind: io::ErrorKind,
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::testing::{next, receive, send, stalls_and_loses_nothing};
    use super::super::{Endpoint, HostEvent};
    use super::*;

    fn bind() -> Tcp {
        Tcp::bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port")
    }

    async fn connect(port: &mut Tcp) -> TcpStream {
        let host = TcpStream::connect(port.local_addr()).await.expect("a listener");
        assert_eq!(next(port).await, (HostEvent::Opened, vec![]));
        host
    }

    #[tokio::test]
    async fn host_after_host_is_served() {
        let mut port = bind();
        for round in 0..200_u32 {
            let mut host = connect(&mut port).await;
            assert!(port.host_present());
            host.write_all(&round.to_be_bytes()).await.unwrap();
            assert_eq!(receive(&mut port, 4).await, round.to_be_bytes());
            send(&mut port, &round.to_le_bytes()).await;
            assert_eq!(host.read_u32_le().await.unwrap(), round);
            drop(host);
            assert_eq!(next(&mut port).await, (HostEvent::Closed, vec![]));
            assert!(!port.host_present());
        }
    }

    #[tokio::test]
    async fn a_second_host_is_turned_away_until_the_first_left() {
        let mut port = bind();
        let mut first = connect(&mut port).await;
        let mut second = TcpStream::connect(port.local_addr()).await.unwrap();
        // The endpoint turns it away while it waits for the first host.
        let turned_away = async {
            assert_eq!(second.read(&mut [0]).await.unwrap(), 0);
            first.write_all(b"AT\r").await.unwrap();
        };
        let (data, ()) = tokio::join!(receive(&mut port, 3), turned_away);
        assert_eq!(data, b"AT\r");
        drop(first);
        assert_eq!(next(&mut port).await.0, HostEvent::Closed);
        connect(&mut port).await;
    }

    #[tokio::test]
    async fn output_without_a_host_is_lost() {
        let mut port = bind();
        send(&mut port, b"\r\nRDY\r\n").await;
        let mut host = connect(&mut port).await;
        send(&mut port, b"+").await;
        assert_eq!(host.read_u8().await.unwrap(), b'+');
    }

    #[tokio::test]
    async fn data_right_before_the_close_is_delivered() {
        let mut port = bind();
        let mut host = connect(&mut port).await;
        host.write_all(b"AT+QPOWD\r").await.unwrap();
        drop(host);
        assert_eq!(receive(&mut port, 9).await, b"AT+QPOWD\r");
        assert_eq!(next(&mut port).await, (HostEvent::Closed, vec![]));
    }

    #[tokio::test]
    async fn a_reset_is_a_close() {
        let mut port = bind();
        let mut host = connect(&mut port).await;
        // Closing with unread bytes makes the kernel send a reset.
        send(&mut port, b"\r\nRDY\r\n").await;
        assert_eq!(host.read_u8().await.unwrap(), b'\r');
        drop(host);
        send(&mut port, b"\r\nOK\r\n").await;
        assert_eq!(next(&mut port).await.0, HostEvent::Closed);
    }

    #[tokio::test]
    async fn a_host_that_does_not_read_stalls_the_modem_and_loses_nothing() {
        let mut port = bind();
        let host = connect(&mut port).await;
        stalls_and_loses_nothing(port, host, 64 << 20).await;
    }

    #[tokio::test]
    async fn an_address_in_use_is_one_clear_line() {
        let port = bind();
        let addr = port.local_addr();
        let error = Tcp::bind(addr).err().expect("the port is taken");
        assert_eq!(error, BindError { addr, kind: io::ErrorKind::AddrInUse });
        let line =
            format!("{addr}: address in use; choose another address, or port 0 for any free port");
        assert_eq!(error.to_string(), line);
    }
}
