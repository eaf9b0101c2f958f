//! Implicit FTPS, which libunftp lacks: TLS ends here, and the session gets the plain text over a
//! pair of loopback sockets.

use std::{io, net::IpAddr};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::session::Service;

/// Speaks FTP inside of TLS on `control` until one side closes it.
pub(super) async fn serve(
    service: &Service,
    acceptor: TlsAcceptor,
    control: TcpStream,
) -> io::Result<()> {
    let (client, server) = (control.peer_addr()?.ip(), control.local_addr()?.ip());
    let mut control = acceptor.accept(control).await?;
    let (mut near, far) = socket_pair(client, server).await?;
    let ((), copied) =
        tokio::join!(service.serve(far), copy_bidirectional(&mut control, &mut near));
    copied.map(drop)
}

/// Two connected sockets; the second looks as if `client` had connected to `server`, because that
/// is what PASV answers and from where libunftp accepts data connections. So `client` has to be an
/// address of this machine.
async fn socket_pair(client: IpAddr, server: IpAddr) -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((server, 0)).await?;
    let socket = if client.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind((client, 0).into())?;
    let near = socket.connect(listener.local_addr()?).await?;
    loop {
        let (far, peer) = listener.accept().await?;
        if peer == near.local_addr()? {
            near.set_nodelay(true)?;
            far.set_nodelay(true)?;
            return Ok((near, far));
        }
    }
}
