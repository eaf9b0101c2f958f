//! Hosts on an RFC 2217 port, over an in-process pipe.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::BufMut;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

use super::super::testing::{fill, next, pattern, receive, send};
use super::super::{Memory, MemoryHost};
use super::telnet::{Verb, escape, suboption};
use super::*;

const ON: Signals = Signals { dcd: false, ri: false, dsr: true, cts: true };

fn port() -> (Rfc2217<Memory>, MemoryHost) {
    let (memory, host) = Memory::with_capacity(64 * 1024);
    let mut port = Rfc2217::new(memory);
    port.set_signals(ON);
    (port, host)
}

async fn open(port: &mut Rfc2217<Memory>, host: &MemoryHost) -> DuplexStream {
    let stream = host.open();
    assert_eq!(next(port).await, (HostEvent::Opened, vec![]));
    stream
}

/// Opens the port and agrees on RFC 2217.
async fn agree(port: &mut Rfc2217<Memory>, host: &MemoryHost) -> DuplexStream {
    let mut stream = open(port, host).await;
    stream.write_all(&[255, Verb::Will as u8, COM_PORT]).await.unwrap();
    // A byte of data, so that there is an event to wait for.
    stream.write_all(b"A").await.unwrap();
    assert_eq!(receive(port, 1).await, b"A");
    expect(port, &mut stream, &[255, Verb::Do as u8, COM_PORT]).await;
    expect(port, &mut stream, &command(&[107, 0x30])).await;
    stream
}

fn command(bytes: &[u8]) -> Vec<u8> {
    let mut wire = BytesMut::new();
    suboption(COM_PORT, bytes, &mut wire);
    wire.to_vec()
}

/// The host reads exactly this, while the port is waited on and has no event.
async fn expect(port: &mut Rfc2217<Memory>, stream: &mut DuplexStream, bytes: &[u8]) {
    let mut got = vec![0; bytes.len()];
    tokio::select! {
        biased;
        read = stream.read_exact(&mut got) => { read.unwrap(); }
        event = next(port) => panic!("{event:?} before {bytes:?}"),
    }
    assert_eq!(got, bytes);
}

#[tokio::test]
async fn a_host_without_telnet_meets_plain_bytes_both_ways() {
    let (mut port, host) = port();
    let mut stream = open(&mut port, &host).await;
    let said = b"\r\nCONNECT\r\n\xff\xff\0\xff\xf1";
    send(&mut port, said).await;
    let mut got = vec![0; said.len()];
    stream.read_exact(&mut got).await.unwrap();
    assert_eq!(got, said);
    stream.write_all(said).await.unwrap();
    assert_eq!(receive(&mut port, said.len()).await, said);
}

#[tokio::test]
async fn data_of_all_values_survive_both_ways() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    let data: Vec<u8> = pattern(1 << 20).into_iter().chain([255, 255, 13, 0, 13, 10]).collect();
    let mut wire = BytesMut::new();
    escape(&data, &mut wire);
    assert!(wire.len() > data.len() + 1000, "it needs escaping");

    let mut got = vec![0; wire.len()];
    let (read, ()) = tokio::join!(stream.read_exact(&mut got), send(&mut port, &data));
    read.unwrap();
    assert!(got == wire);

    let (written, got) = tokio::join!(stream.write_all(&wire), receive(&mut port, data.len()));
    written.unwrap();
    assert!(got == data);
}

#[tokio::test]
async fn what_the_host_does_comes_in_order_with_its_data() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    let mut wire = BytesMut::new();
    wire.put_slice(b"one");
    wire.put_slice(&command(&[5, 9]));
    wire.put_slice(&command(&[2, 7]));
    wire.put_slice(b"two");
    wire.put_slice(&command(&[5, 12]));
    wire.put_slice(&command(&[5, 5]));
    wire.put_slice(&command(&[1, 0, 0, 0x12, 0xFF]));
    stream.write_all(&wire).await.unwrap();
    drop(stream);
    for expected in [
        (HostEvent::Data, b"one".to_vec()),
        (HostEvent::Dtr(false), vec![]),
        (HostEvent::Data, b"two".to_vec()),
        (HostEvent::Rts(false), vec![]),
        (HostEvent::Break(true), vec![]),
        (HostEvent::Baud(0x12FF), vec![]),
        (HostEvent::Closed, vec![]),
    ] {
        assert_eq!(next(&mut port).await, expected);
    }
}

#[tokio::test]
async fn the_next_host_begins_anew() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    stream.write_all(&command(&[5, 9])).await.unwrap();
    assert_eq!(next(&mut port).await.0, HostEvent::Dtr(false));
    stream.write_all(&command(&[8])).await.unwrap();
    // The beginning of a command, left unfinished.
    stream.write_all(&[255, 250, COM_PORT]).await.unwrap();
    drop(stream);
    assert_eq!(next(&mut port).await.0, HostEvent::Closed);
    let mut stream = open(&mut port, &host).await;
    send(&mut port, b"\xff").await;
    assert_eq!(stream.read_u8().await.unwrap(), 255);
    let mut stream = {
        drop(stream);
        assert_eq!(next(&mut port).await.0, HostEvent::Closed);
        agree(&mut port, &host).await
    };
    stream.write_all(&command(&[5, 9])).await.unwrap();
    assert_eq!(next(&mut port).await.0, HostEvent::Dtr(false), "it was on again");
}

#[tokio::test]
async fn lines_of_the_modem_are_told_before_the_data_that_follow() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    port.set_signals(Signals { dcd: true, ..ON });
    send(&mut port, b"CONNECT").await;
    expect(&mut port, &mut stream, &command(&[107, 0xB8])).await;
    expect(&mut port, &mut stream, b"CONNECT").await;
    port.set_signals(ON);
    expect(&mut port, &mut stream, &command(&[107, 0x38])).await;
    stream.write_all(&command(&[7])).await.unwrap();
    expect(&mut port, &mut stream, &command(&[107, 0x30])).await;
}

#[tokio::test]
async fn a_suspended_host_gets_no_data_until_it_resumes() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    stream.write_all(&command(&[8])).await.unwrap();
    stream.write_all(b"A").await.unwrap();
    assert_eq!(receive(&mut port, 1).await, b"A");
    assert_eq!(fill(&mut port, b"data").await, 0);
    // Answers come nonetheless.
    stream.write_all(&command(&[2, 0])).await.unwrap();
    expect(&mut port, &mut stream, &command(&[102, 8])).await;
    stream.write_all(&command(&[9])).await.unwrap();
    // As the driver waits: for both at once.
    let mut data = &b"data"[..];
    let write = poll_fn(|cx| {
        if let Poll::Ready(count) = port.poll_write(cx, data) {
            data.advance(count.unwrap());
            return Poll::Ready(());
        }
        assert!(port.poll_host(cx, &mut BytesMut::new()).is_pending());
        Poll::Pending
    });
    timeout(Duration::from_secs(20), write).await.expect("woken");
    expect(&mut port, &mut stream, b"data").await;
}

#[tokio::test]
async fn a_host_that_does_not_read_can_still_turn_dtr_off() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    fill(&mut port, &vec![255; 1 << 20]).await;
    stream.write_all(&command(&[5, 9])).await.unwrap();
    assert_eq!(next(&mut port).await.0, HostEvent::Dtr(false));
}

#[tokio::test]
async fn a_host_that_only_asks_and_never_reads_stalls_itself_and_takes_little_memory() {
    let (mut port, host) = port();
    let mut stream = agree(&mut port, &host).await;
    let questions = command(&[0]).repeat(200_000);
    let mut sent = 0;
    loop {
        let before = sent;
        poll_fn(|cx| {
            loop {
                assert!(port.poll_host(cx, &mut BytesMut::new()).is_pending());
                match Pin::new(&mut stream).poll_write(cx, &questions[sent..]) {
                    Poll::Ready(count) => sent += count.unwrap(),
                    Poll::Pending => return Poll::Ready(()),
                }
            }
        })
        .await;
        if sent == before {
            break;
        }
        // A task may do only so much in one go.
        tokio::task::yield_now().await;
    }
    assert!(sent < questions.len(), "it stalls");
    assert!(port.output.len() < OUTPUT_LIMIT + 100, "{} bytes", port.output.len());
}
