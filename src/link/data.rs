//! Opening the data connection of a transfer.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;

use tokio::net::{TcpSocket, TcpStream};
use tokio::select;

use super::control::{Control, Reply};
use super::interposer::{Channel, Listening};
use super::operation::{Operation, Stop};
use super::session::Session;
use super::tls::TlsClient;
use super::wire::Wire;
use crate::modem::link::{DataAddress, DataConnection, LinkError};

/// A data connection before the transfer command: connected, or waiting for the server to connect.
pub(super) enum Prepared {
    /// The server listens, and we are connected to it.
    Connected(TcpStream),
    /// We listen.
    Listening(Listening),
}

impl Prepared {
    /// Agrees with the server on a data connection; `None` if the operation is cancelled.
    ///
    /// Fails with [`LinkError::DataNotOpened`] if the server listens where we can't connect.
    pub(super) async fn negotiate(
        session: &mut Session,
        op: &mut Operation<'_>,
    ) -> Result<Option<Self>, Stop> {
        match session.mode.data {
            DataConnection::Active => {
                let listener = op.see_through(listen(&mut session.control)).await??;
                Ok(Some(Self::Listening(listener)))
            }
            DataConnection::Passive(address) => {
                let announced = op.see_through(ask_address(&mut session.control)).await??;
                let control = SocketAddr::new(session.control.peer().ip(), announced.port());
                let (first, other) = match address {
                    DataAddress::Announced => (announced, None),
                    DataAddress::Control => (control, None),
                    DataAddress::ControlThenAnnounced => (control, Some(announced)),
                };
                let mut stream = connect(session, op, first, other.is_some()).await?;
                if let (None, Some(other)) = (&stream, other) {
                    stream = connect(session, op, other, false).await?;
                }
                match stream {
                    Some(stream) => Ok(Some(Self::Connected(stream))),
                    None if op.cancelled => Ok(None),
                    None => Err(LinkError::DataNotOpened.into()),
                }
            }
        }
    }

    /// The open connection, once the server has accepted the transfer command, protected if `tls`
    /// is there; `None` if the operation is cancelled, and the server has then sent its final reply,
    /// a positive one.
    pub(super) async fn complete(
        self,
        control: &mut Control,
        tls: Option<&TlsClient>,
        op: &mut Operation<'_>,
    ) -> Result<Option<Wire>, Stop> {
        let server = control.peer().ip();
        let tap = control.tap();
        let awaited = tap.data();
        let opening = async {
            let stream = match self {
                Self::Connected(stream) => stream,
                Self::Listening(listener) => accept(&listener, server).await?,
            };
            let wire = match tls {
                Some(tls) => {
                    let secured = tap.handshake(Channel::Data, tls.secure(stream)).await;
                    secured.map_err(LinkError::DataTls)?.0
                }
                None => Wire::Clear(stream),
            };
            Ok(awaited.open(wire))
        };
        let failure = {
            let mut opening = pin!(opening);
            loop {
                if op.cancelled {
                    break None;
                }
                select! {
                    biased;
                    heard = op.listen() => heard?,
                    opened = &mut opening => match opened {
                        Ok(wire) => return Ok(Some(wire)),
                        Err(cause @ LinkError::DataTls(_)) => break Some(cause),
                        Err(cause) => return Err(cause.into()),
                    },
                    cause = control.refusal() => return Err(cause.into()),
                }
            }
        };
        // The connection is closed by now, so the server says how that looks from there.
        op.see_through(control.completion()).await??.done()?;
        failure.map_or(Ok(None), |cause| Err(cause.into()))
    }
}

/// The connection of the server. Who connects from another address is turned away (RFC 2577,
/// "Port Stealing").
async fn accept(listener: &Listening, server: IpAddr) -> Result<TcpStream, LinkError> {
    loop {
        let (stream, from) = listener.accept().await.map_err(|_| LinkError::DataNotOpened)?;
        if from.ip() == server {
            return Ok(stream);
        }
    }
}

/// Connects to `address`; `None` if that fails, or isn't wanted any more.
async fn connect(
    session: &mut Session,
    op: &mut Operation<'_>,
    address: SocketAddr,
    until_switched: bool,
) -> Result<Option<TcpStream>, Stop> {
    let Session { control, router, .. } = session;
    let tap = control.tap();
    let mut dialing = pin!(tap.dial(address, router.dial(address)));
    loop {
        let switched = until_switched && op.switched;
        if op.cancelled || switched {
            return Ok(None);
        }
        select! {
            biased;
            heard = op.listen() => heard?,
            stream = &mut dialing => return Ok(stream.ok()),
            cause = control.loss() => return Err(cause.into()),
        }
    }
}

/// PORT, or EPRT (RFC 2428) if the control connection is IPv6.
async fn listen(control: &mut Control) -> Result<Listening, LinkError> {
    let (socket, address) = bind(control.local().ip()).map_err(|_| LinkError::DataNotOpened)?;
    let command = match address {
        SocketAddr::V4(v4) => {
            let host = v4.ip().to_string().replace('.', ",");
            format!("PORT {host},{},{}", v4.port() >> 8, v4.port() & 0xff)
        }
        SocketAddr::V6(v6) => format!("EPRT |2|{}|{}|", v6.ip(), v6.port()),
    };
    let listening = control.tap().listening(address, socket).await;
    let listening = listening.map_err(|_| LinkError::DataNotOpened)?;
    control.command(command).await?.done()?;
    Ok(listening)
}

/// A free port at `ip`.
fn bind(ip: IpAddr) -> io::Result<(TcpSocket, SocketAddr)> {
    let socket = if ip.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.bind((ip, 0).into())?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}

/// PASV, or EPSV (RFC 2428) if the control connection is IPv6.
async fn ask_address(control: &mut Control) -> Result<SocketAddr, LinkError> {
    let peer = control.peer().ip();
    let (reply, address) = if peer.is_ipv6() {
        let reply = control.command("EPSV").await?;
        let address = extended_port(&reply).map(|port| SocketAddr::new(peer, port));
        (reply, address)
    } else {
        let reply = control.command("PASV").await?;
        let address = passive_address(&reply);
        (reply, address)
    };
    let address = address.ok_or_else(|| reply.cause())?;
    Ok(control.tap().announced(address))
}

/// The address in `227 Entering Passive Mode (h1,h2,h3,h4,p1,p2)`, also without the parentheses
/// (RFC 1123 §4.1.2.6).
fn passive_address(reply: &Reply) -> Option<SocketAddr> {
    let numbers = |run: &str| -> Option<[u8; 6]> {
        let numbers: Result<Vec<u8>, _> = run.split(',').map(str::parse).collect();
        numbers.ok()?.try_into().ok()
    };
    let mut runs = reply.text.split(|c: char| !(c.is_ascii_digit() || c == ','));
    let [a, b, c, d, high, low] = runs.find_map(numbers).filter(|_| reply.code == 227)?;
    Some(SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low]))))
}

/// The port in `229 Entering Extended Passive Mode (|||port|)`; any character may delimit it.
fn extended_port(reply: &Reply) -> Option<u16> {
    let (_, after) = reply.text.split_once('(').filter(|_| reply.code == 229)?;
    let (fields, _) = after.split_once(')')?;
    fields.split(fields.chars().next()?).nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, text: &str) -> Reply {
        Reply { code, text: text.to_owned() }
    }

    #[test]
    fn the_passive_address_is_found_with_and_without_parentheses() {
        let expected = Some("127.0.0.1:41002".parse().unwrap());
        for text in [
            "Entering Passive Mode (127,0,0,1,160,42)",
            "Entering Passive Mode (127,0,0,1,160,42).",
            "Entering Passive Mode 127,0,0,1,160,42",
            "1 =127,0,0,1,160,42",
        ] {
            assert_eq!(passive_address(&reply(227, text)), expected, "{text}");
        }
    }

    #[test]
    fn a_passive_reply_without_an_address_has_none() {
        for text in ["", "(127,0,0,1,160)", "(127,0,0,1,160,42,1)", "(127,0,0,256,1,1)", "(,,,,,)"]
        {
            assert_eq!(passive_address(&reply(227, text)), None, "{text}");
        }
        assert_eq!(passive_address(&reply(200, "(127,0,0,1,160,42)")), None);
    }

    #[test]
    fn the_extended_port_is_found_whatever_delimits_it() {
        assert_eq!(extended_port(&reply(229, "Extended Passive Mode (|||6446|)")), Some(6446));
        assert_eq!(extended_port(&reply(229, "ok (!!!6446!)")), Some(6446));
        for text in ["", "()", "(|||)", "(|||99999|)", "|||6446|"] {
            assert_eq!(extended_port(&reply(229, text)), None, "{text}");
        }
    }
}
