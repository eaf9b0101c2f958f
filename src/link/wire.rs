//! The stream under a control or data connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use suppaftp::tokio::TokioTlsStream;
use suppaftp::{FtpError, FtpResult};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::interposer::{ControlTap, DataTap};

/// A TCP connection, as it is or with TLS on it.
#[derive(Debug)]
pub(super) enum Wire {
    /// Without TLS.
    Clear(TcpStream),
    /// With TLS.
    Tls(Box<TlsStream<TcpStream>>),
    /// With TLS by OpenSSL.
    #[cfg(feature = "legacy-tls")]
    Legacy(Box<tokio_openssl::SslStream<TcpStream>>),
    /// A control connection with an interposer on it.
    Control(Box<ControlTap>),
    /// A data connection with an interposer on it.
    Data(Box<DataTap>),
}

trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Duplex for S {}

impl Wire {
    fn inner(self: Pin<&mut Self>) -> Pin<&mut dyn Duplex> {
        Pin::new(match self.get_mut() {
            Self::Clear(stream) => stream,
            Self::Tls(stream) => stream,
            #[cfg(feature = "legacy-tls")]
            Self::Legacy(stream) => stream,
            Self::Control(tap) => tap,
            Self::Data(tap) => tap,
        })
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match ready!(self.inner().poll_read(cx, buf)) {
            // Many servers close without the farewell of TLS (close_notify); whether something
            // is missing then, FTP's own replies tell.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            read => Poll::Ready(read),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_shutdown(cx)
    }
}

/// suppaftp calls every stream of its user's a TLS stream.
impl TokioTlsStream for Wire {
    type InnerStream = Self;

    fn tcp_stream(self) -> FtpResult<TcpStream> {
        match self {
            Self::Clear(stream) => Ok(stream),
            Self::Control(tap) => tap.into_wire().tcp_stream(),
            // Nobody turns TLS off again.
            _ => Err(FtpError::SecureError("the connection is secured".to_owned())),
        }
    }

    fn get_ref(&self) -> &TcpStream {
        match self {
            Self::Clear(stream) => stream,
            Self::Tls(stream) => stream.get_ref().0,
            #[cfg(feature = "legacy-tls")]
            Self::Legacy(stream) => stream.get_ref(),
            Self::Control(tap) => tap.wire().get_ref(),
            Self::Data(tap) => tap.wire().get_ref(),
        }
    }

    fn mut_ref(&mut self) -> &mut Self {
        self
    }
}
