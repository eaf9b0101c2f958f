//! Versions and cipher suites that are out of use, against a server that still has them.

use std::pin::Pin;

use openssl::pkey::PKey;
use openssl::ssl::{Ssl, SslContext, SslMethod, SslVersion};
use openssl::x509::X509;
use rcgen::KeyPair;
use tokio_openssl::SslStream;

use super::handshake::{answer, connecting};
use super::pki::{Ca, good};
use super::*;
use crate::modem::link::TlsVersion;

/// A server that speaks this version alone, with an RSA key, and the PEM of its authority.
fn old_server(version: SslVersion) -> (SslContext, String) {
    let key = include_str!("keys/rsa-pkcs8.pem");
    let ca = Ca::new("ours");
    let identity = ca.issue_for(good(), KeyPair::from_pem(key).unwrap());
    let mut context = SslContext::builder(SslMethod::tls_server()).unwrap();
    context.set_security_level(0);
    context.set_min_proto_version(Some(version)).unwrap();
    context.set_max_proto_version(Some(version)).unwrap();
    context.set_certificate(&X509::from_pem(identity.certificate_pem.as_bytes()).unwrap()).unwrap();
    context.set_private_key(&PKey::private_key_from_pem(key.as_bytes()).unwrap()).unwrap();
    (context.build(), ca.pem())
}

fn faithful(start: TlsStart, version: Option<TlsVersion>, ca: String) -> TlsRequest {
    TlsRequest { version, faithful: true, ..checked(start, ca) }
}

async fn accept(context: &SslContext, stream: TcpStream) -> SslStream<TcpStream> {
    let mut stream = SslStream::new(Ssl::new(context).unwrap(), stream).unwrap();
    soon(Pin::new(&mut stream).accept()).await.unwrap();
    stream
}

/// The session up to its login; what was agreed on.
async fn log_in(
    context: &SslContext,
    request: TlsRequest,
) -> (Modem, BufReader<SslStream<TcpStream>>, TlsSession) {
    let start = request.start;
    let (mut modem, mut server) = connecting(request).await;
    if start == TlsStart::Explicit {
        server.say("220 ready").await;
        server.answer("AUTH TLS", "234 go on").await;
        modem.expect(LinkEvent::Negotiating(OPEN)).await;
    }
    let stream = server.control.take().unwrap().into_inner();
    let mut stream = BufReader::new(accept(context, stream).await);
    if start == TlsStart::Implicit {
        stream.write_all(b"220 ready\r\n").await.unwrap();
    }
    let LinkEvent::Secured(OPEN, session) = modem.event().await else { panic!("not secured") };
    answer(&mut stream, "PBSZ 0", "200 ok").await;
    answer(&mut stream, "PROT P", "200 ok").await;
    answer(&mut stream, "USER test", "230 in").await;
    answer(&mut stream, "TYPE I", "200 ok").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
    (modem, stream, session)
}

#[tokio::test]
async fn an_old_version_is_used_when_it_is_asked_for_or_all_are() {
    for (version, on_server) in
        [(TlsVersion::Tls10, SslVersion::TLS1), (TlsVersion::Tls11, SslVersion::TLS1_1)]
    {
        for asked in [Some(version), None] {
            for start in STARTS {
                let (server, ca) = old_server(on_server);
                let (_, _, session) = log_in(&server, faithful(start, asked, ca)).await;
                assert_eq!((session.version, session.instead_of), (version, None));
            }
        }
    }
}

#[tokio::test]
async fn an_old_cipher_suite_is_used_when_it_is_asked_for() {
    let (server, ca) = old_server(SslVersion::TLS1_2);
    let request = faithful(TlsStart::Explicit, Some(TlsVersion::Tls12), ca);
    // TLS_RSA_WITH_AES_256_CBC_SHA
    let request = TlsRequest { cipher_suite: Some(0x0035), ..request };
    let (_, _, session) = log_in(&server, request).await;
    assert_eq!((session.cipher_suite, session.version), (0x0035, TlsVersion::Tls12));
}

#[tokio::test]
async fn what_openssl_does_not_have_either_fails() {
    let rc4 = TlsRequest { faithful: true, ..unchecked(TlsStart::Implicit) };
    let rc4 = TlsRequest { cipher_suite: Some(0x0005), ..rc4 };
    let mut modem = Modem::new(Server::new().await.router());
    modem.ask(open(ftps(rc4)));
    let failure = TlsFailure::CipherSuiteUnavailable(0x0005);
    modem.expect_end(OPEN, LinkError::Tls(failure)).await;
}

#[tokio::test]
async fn files_go_up_and_down() {
    let (context, ca) = old_server(SslVersion::TLS1);
    let request = faithful(TlsStart::Implicit, Some(TlsVersion::Tls10), ca);
    let (mut modem, mut server, _) = log_in(&context, request).await;
    let file: Vec<u8> = (0..300_000_u32).map(|at| (at / 7) as u8).collect();
    let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
    let announced = announcement(listener.local_addr().unwrap());

    modem.store(FIRST, "a.bin");
    answer(&mut server, "PASV", &announced).await;
    answer(&mut server, "STOR a.bin", "150 go on").await;
    let mut data = accept(&context, soon(listener.accept()).await.unwrap().0).await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Data(FIRST, file.clone().into()));
    modem.ask(LinkRequest::Finish(FIRST));
    let mut stored = Vec::new();
    // Up to the farewell: the modem keeps the rest of the connection until the reply.
    let sent = modem.expect_sent(FIRST, file.len() as u64);
    let (read, ()) = tokio::join!(soon(data.read_to_end(&mut stored)), sent);
    read.unwrap();
    assert!(stored == file, "{} other bytes", stored.len());
    drop(data);
    server.write_all(b"226 stored\r\n").await.unwrap();
    modem.expect(LinkEvent::Finished(FIRST)).await;

    modem.retrieve(SECOND, "a.bin");
    modem.ask(LinkRequest::Credit(SECOND, file.len() as u64));
    answer(&mut server, "PASV", &announced).await;
    answer(&mut server, "RETR a.bin", "150 here").await;
    let mut data = accept(&context, soon(listener.accept()).await.unwrap().0).await;
    let send = async {
        data.write_all(&file).await.unwrap();
        // Without a farewell.
        drop(data);
        server.write_all(b"226 sent\r\n").await.unwrap();
    };
    let take = async {
        modem.expect(LinkEvent::Ready(SECOND)).await;
        modem.expect_data(SECOND, file.len()).await
    };
    let ((), taken) = tokio::join!(send, take);
    assert!(taken == file, "other bytes");
    modem.expect(LinkEvent::Finished(SECOND)).await;
}
