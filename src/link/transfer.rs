//! Uploads, downloads and listings.

use std::io;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::select;
use tokio::task::yield_now;

use super::buffers::Buffers;
use super::control::Control;
use super::data::Prepared;
use super::operation::{Operation, Stop};
use super::session::Session;
use crate::modem::link::{LinkError, LinkEvent, ListVerb, Transfer};

/// Does `transfer` from the data connection to the final reply.
///
/// A cancelled transfer loses its data connection, and its replies are swallowed; the outcome then
/// only tells whether the control connection is still usable.
pub(super) async fn run(
    session: &mut Session,
    op: &mut Operation<'_>,
    transfer: &Transfer,
) -> Result<(), Stop> {
    op.see_through(session.set_type()).await??;
    let Some(prepared) = Prepared::negotiate(session, op).await? else { return Ok(()) };
    restart(session, op, transfer).await?;
    if op.cancelled {
        // Before it does any harm: STOR truncates.
        return Ok(());
    }
    let reply = op.see_through(session.control.command(command(transfer))).await??;
    let data = if reply.is_preliminary() {
        prepared.complete(&mut session.control, session.tls.as_deref(), op).await?
    } else if reply.is_positive() && matches!(transfer, Transfer::List { .. }) {
        // An empty directory, for which some servers don't open a data connection.
        None
    } else {
        return Err(reply.cause().into());
    };
    match (data, transfer) {
        (None, _) => op.report(LinkEvent::Ready(op.id)).await?,
        (Some(data), Transfer::Store { .. }) => upload(&mut session.control, op, data).await?,
        (Some(data), _) => {
            download(&mut session.control, &mut session.buffers, op, data).await?;
        }
    }
    session.stale_restart = false;
    Ok(())
}

fn command(transfer: &Transfer) -> String {
    match transfer {
        Transfer::Store { path, offset: 1.., rest: false } => format!("APPE {path}"),
        Transfer::Store { path, .. } => format!("STOR {path}"),
        Transfer::Retrieve { path, .. } => format!("RETR {path}"),
        Transfer::List { verb, path } => {
            let verb = match verb {
                ListVerb::List => "LIST",
                ListVerb::Nlst => "NLST",
                ListVerb::Mlsd => "MLSD",
            };
            // For NLST some servers put a `./` before every name when they are told `.`.
            if matches!(path.as_str(), "" | ".") {
                verb.to_owned()
            } else {
                format!("{verb} {path}")
            }
        }
    }
}

/// REST, if the transfer starts at an offset, or if an earlier one that failed may have left its
/// offset with the server.
async fn restart(
    session: &mut Session,
    op: &mut Operation<'_>,
    transfer: &Transfer,
) -> Result<(), Stop> {
    let offset = match *transfer {
        Transfer::Store { offset, rest: true, .. } | Transfer::Retrieve { offset, .. } => offset,
        Transfer::Store { .. } | Transfer::List { .. } => 0,
    };
    if offset == 0 && !session.stale_restart {
        return Ok(());
    }
    session.stale_restart = true;
    let reply = op.see_through(session.control.command(format!("REST {offset}"))).await??;
    if offset == 0 || reply.is_intermediate() { Ok(()) } else { Err(reply.cause().into()) }
}

/// Sends what the modem hands over until it says that this was all.
async fn upload(
    control: &mut Control,
    op: &mut Operation<'_>,
    data: impl AsyncRead + AsyncWrite,
) -> Result<(), Stop> {
    op.report(LinkEvent::Ready(op.id)).await?;
    let (mut from_server, mut to_server) = split(data);
    let mut unexpected = [0; 64];
    let mut part = Bytes::new();
    let mut unflushed = false;
    let mut fault = None;
    loop {
        if part.is_empty() {
            part = op.outgoing.pop_front().unwrap_or_default();
        }
        if op.cancelled {
            break;
        }
        if part.is_empty() && op.finished {
            let closing = async {
                select! {
                    biased;
                    // A server that is gone by now says so in its reply, or by the lack of one.
                    _ = to_server.shutdown() => Ok(()),
                    cause = control.refusal() => Err(cause),
                }
            };
            match op.until_cancelled(closing).await? {
                Some(closed) => closed?,
                None => break,
            }
            // It is closed after that only: with session tickets of TLS 1.3 unread, closing resets
            // the connection, and the server loses the end of the file.
            op.see_through(control.completion()).await??.done()?;
            return Ok(());
        }
        let send = async {
            match part.is_empty() {
                // TLS may have kept some of it.
                true => to_server.flush().await.map(|()| 0),
                false => to_server.write(&part).await,
            }
        };
        select! {
            biased;
            heard = op.listen() => heard?,
            read = from_server.read(&mut unexpected) => match read {
                Ok(0) => fault = Some(LinkError::DataClosed),
                Ok(_) => {}
                Err(error) => fault = Some(data_cause(&error)),
            },
            reply = control.completion() => {
                reply?.done()?;
                // Even a positive reply doesn't cover what hasn't been sent.
                return Err(LinkError::DataClosed.into());
            }
            sent = send, if unflushed || !part.is_empty() => match sent {
                Ok(0) => unflushed = false,
                Ok(sent) => {
                    unflushed = true;
                    part.advance(sent);
                    op.report(LinkEvent::Sent(op.id, sent as u64)).await?;
                }
                Err(error) => fault = Some(data_cause(&error)),
            },
        }
        if fault.is_some() {
            break;
        }
    }
    drop((from_server, to_server));
    conclude(control, op, fault).await
}

/// Reports what the server sends, as far as the modem's credit goes, until its end.
///
/// It is ready with its first byte or its good end: some servers say 150 before they look for the
/// file, and then 550.
pub(super) async fn download(
    control: &mut Control,
    buffers: &mut Buffers,
    op: &mut Operation<'_>,
    mut data: impl AsyncRead + Unpin,
) -> Result<(), Stop> {
    let mut buffer = buffers.begin();
    let mut ready = false;
    let mut refused = None;
    let mut fault = None;
    while !op.cancelled {
        if !buffer.is_empty() && op.credit > 0 {
            let allowed = usize::try_from(op.credit).unwrap_or(usize::MAX);
            let part = buffer.split_to(buffer.len().min(allowed)).freeze();
            op.credit -= part.len() as u64;
            op.report(LinkEvent::Data(op.id, part)).await?;
            continue;
        }
        buffers.renew(&mut buffer);
        select! {
            biased;
            heard = op.listen() => heard?,
            read = data.read_buf(&mut buffer), if buffer.is_empty() => match read {
                Ok(0) => break,
                Ok(_) if ready => {}
                Ok(_) => {
                    op.report(LinkEvent::Ready(op.id)).await?;
                    ready = true;
                }
                Err(error) => {
                    fault = Some(data_cause(&error));
                    break;
                }
            },
            cause = control.refusal(), if refused.is_none() => refused = Some(cause),
            // What has arrived before the refusal is still delivered.
            () = yield_now(), if refused.is_some() && buffer.is_empty() => break,
        }
    }
    drop(data);
    buffers.end(buffer);
    if let Some(cause) = refused {
        return Err(cause.into());
    }
    conclude(control, op, fault).await?;
    if !ready {
        op.report(LinkEvent::Ready(op.id)).await?;
    }
    Ok(())
}

/// Reads the final reply. If it is positive, the transfer failed only if its data connection did.
async fn conclude(
    control: &mut Control,
    op: &mut Operation<'_>,
    fault: Option<LinkError>,
) -> Result<(), Stop> {
    if op.cancelled {
        return Ok(op.see_through(control.abortion()).await??);
    }
    op.see_through(control.completion()).await??.done()?;
    fault.map_or(Ok(()), |fault| Err(fault.into()))
}

fn data_cause(error: &io::Error) -> LinkError {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => LinkError::DataReset,
        _ => LinkError::DataClosed,
    }
}
