//! Versions, cipher suites, and servers that don't play along.

use std::sync::Mutex;

use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::AsyncBufRead;
use tokio_rustls::TlsAcceptor;

use super::pki::{Ca, good};
use super::*;
use crate::modem::link::TlsVersion;

async fn authority() -> Session {
    with_authority(&Authority::new().unwrap()).await
}

#[tokio::test]
async fn the_version_asked_for_is_used_as_far_as_it_is_in_use() {
    use TlsVersion::{Ssl30, Tls10, Tls11, Tls12, Tls13};
    let mut session = authority().await;
    for (version, used, instead_of) in [
        (None, Tls13, None),
        (Some(Tls12), Tls12, None),
        (Some(Tls13), Tls13, None),
        (Some(Ssl30), Tls13, Some(Ssl30)),
        (Some(Tls10), Tls13, Some(Tls10)),
        (Some(Tls11), Tls13, Some(Tls11)),
    ] {
        for start in STARTS {
            let tls = TlsRequest { version, ..unchecked(start) };
            let agreed = session.secure(ftps(tls)).await.unwrap();
            assert_eq!((agreed.version, agreed.instead_of), (used, instead_of), "{version:?}");
        }
    }
}

/// A server that remembers which names clients sent.
#[derive(Debug)]
struct Listener {
    key: Arc<CertifiedKey>,
    names: Mutex<Vec<Option<String>>>,
}

impl ResolvesServerCert for Listener {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.names.lock().unwrap().push(hello.server_name().map(str::to_owned));
        Some(self.key.clone())
    }
}

#[tokio::test]
async fn the_name_is_sent_with_sni_only_and_an_address_never() {
    let identity = Ca::new("ours").issue(good());
    let der = PrivatePkcs8KeyDer::from(identity.key.serialize_der());
    let key = ring::sign::any_supported_type(&der.into()).unwrap();
    let key = Arc::new(CertifiedKey::new(vec![identity.certificate], key));
    let listener = Arc::new(Listener { key, names: Mutex::default() });
    let builder = rustls::ServerConfig::builder_with_provider(ring::default_provider().into());
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_cert_resolver(listener.clone());
    let mut session = before(pki::served(config)).await;
    for &faithful in FAITHFUL {
        for (host, sni, name) in
            [(HOST, false, None), (HOST, true, Some(HOST.to_owned())), ("10.1.2.3", true, None)]
        {
            let tls = TlsRequest { sni, faithful, ..unchecked(TlsStart::Implicit) };
            let target = OpenTarget { host: host.to_owned(), ..ftps(tls) };
            session.secure(target).await.unwrap();
            assert_eq!(listener.names.lock().unwrap().drain(..).collect::<Vec<_>>(), [name]);
        }
    }
}

#[tokio::test]
async fn a_faithful_module_does_not_take_a_later_version() {
    let mut session = authority().await;
    for version in [TlsVersion::Ssl30, TlsVersion::Tls10, TlsVersion::Tls11] {
        let tls = unchecked(TlsStart::Implicit);
        let tls = TlsRequest { version: Some(version), faithful: true, ..tls };
        let failure = session.secure(ftps(tls)).await.unwrap_err();
        if cfg!(feature = "legacy-tls") && version != TlsVersion::Ssl30 {
            assert!(matches!(failure, TlsFailure::Refused(_)), "{failure:?}");
        } else {
            assert_eq!(failure, TlsFailure::VersionUnavailable(version));
        }
    }
    let tls = TlsRequest { faithful: true, ..unchecked(TlsStart::Implicit) };
    assert!(session.secure(ftps(tls)).await.is_ok());
}

#[tokio::test]
async fn a_server_without_the_version_refuses() {
    let ca = Ca::new("ours");
    let server = ca.issue(good());
    let builder = rustls::ServerConfig::builder_with_provider(ring::default_provider().into());
    let builder = builder.with_protocol_versions(&[&rustls::version::TLS13]).unwrap();
    let key = PrivatePkcs8KeyDer::from(server.key.serialize_der());
    let config = builder
        .with_no_client_auth()
        .with_single_cert(vec![server.certificate.clone()], key.into())
        .unwrap();
    let mut session = before(pki::served(config)).await;
    for start in STARTS {
        let tls = TlsRequest { version: Some(TlsVersion::Tls12), ..unchecked(start) };
        let failure = session.secure(ftps(tls)).await;
        assert_eq!(failure, Err(TlsFailure::Refused("ProtocolVersion".to_owned())));
        assert!(session.secure(ftps(unchecked(start))).await.is_ok());
    }
}

#[tokio::test]
async fn the_cipher_suite_asked_for_is_the_only_one_offered() {
    let authority = Authority::new().unwrap();
    let mut session = with_authority(&authority).await;
    for (suite, version) in [
        (0xC02B, TlsVersion::Tls12),
        // RSA, as drivers ask for most often.
        (0xC02F, TlsVersion::Tls12),
        (0xC030, TlsVersion::Tls12),
        (0x1301, TlsVersion::Tls13),
    ] {
        let tls = checked(TlsStart::Explicit, authority.pem());
        let tls = TlsRequest { cipher_suite: Some(suite), ..tls };
        let agreed = session.secure(ftps(tls)).await.unwrap();
        assert_eq!((agreed.cipher_suite, agreed.version), (suite, version));
    }
}

#[tokio::test]
async fn a_cipher_suite_that_nobody_has_is_replaced_and_fails_when_faithful() {
    let mut session = authority().await;
    let failure = |suite| Err(TlsFailure::CipherSuiteUnavailable(suite));
    for suite in [0x0035, 0x0005, 0x0000] {
        let tls = TlsRequest { cipher_suite: Some(suite), ..unchecked(TlsStart::Implicit) };
        let agreed = session.secure(ftps(tls.clone())).await.unwrap();
        assert_eq!(agreed.suite_instead_of, Some(suite));
        if cfg!(not(feature = "legacy-tls")) {
            let faithful = TlsRequest { faithful: true, ..tls };
            assert_eq!(session.secure(ftps(faithful)).await, failure(suite));
        }
    }
    // One of TLS 1.3, and not that version.
    let tls = unchecked(TlsStart::Implicit);
    let tls = TlsRequest { version: Some(TlsVersion::Tls12), cipher_suite: Some(0x1301), ..tls };
    assert_eq!(session.secure(ftps(tls)).await, failure(0x1301));
}

#[tokio::test]
async fn a_cipher_suite_that_the_server_does_not_have_fails() {
    let server = Ca::new("ours").issue(good());
    let mut session = before(server.serve()).await;
    // The server's key is ECDSA.
    let rsa = TlsRequest { cipher_suite: Some(0xC02F), ..unchecked(TlsStart::Explicit) };
    let failure = session.secure(ftps(rsa)).await;
    assert_eq!(failure, Err(TlsFailure::Refused("HandshakeFailure".to_owned())));
    let ecdsa = TlsRequest { cipher_suite: Some(0xC02B), ..unchecked(TlsStart::Explicit) };
    assert!(session.secure(ftps(ecdsa)).await.is_ok());
}

/// A modem that opens FTPS, and the server that has accepted the connection.
pub(super) async fn connecting(tls: TlsRequest) -> (Modem, Server) {
    let start = tls.start;
    let mut server = Server::new().await;
    let mut modem = Modem::new(server.router());
    modem.ask(open(ftps(tls)));
    server.accept().await;
    if start == TlsStart::Implicit {
        modem.expect(LinkEvent::Negotiating(OPEN)).await;
    }
    (modem, server)
}

#[tokio::test]
async fn a_server_without_tls_is_found_out() {
    let (mut modem, mut server) = connecting(unchecked(TlsStart::Implicit)).await;
    server.say("220 ready").await;
    modem.expect_end(OPEN, LinkError::Tls(TlsFailure::NotTls)).await;

    let (mut modem, mut server) = connecting(unchecked(TlsStart::Explicit)).await;
    server.say("220 ready").await;
    server.answer("AUTH TLS", "234 just joking").await;
    modem.expect(LinkEvent::Negotiating(OPEN)).await;
    server.say("500 what is it you say?").await;
    modem.expect_end(OPEN, LinkError::Tls(TlsFailure::NotTls)).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_in_the_handshake_is_a_tls_failure() {
    let (mut modem, mut server) = connecting(unchecked(TlsStart::Implicit)).await;
    server.close();
    modem.expect_end(OPEN, LinkError::Tls(TlsFailure::Closed)).await;
    let (mut modem, mut server) = connecting(unchecked(TlsStart::Implicit)).await;
    server.reset();
    modem.expect_end(OPEN, LinkError::Tls(TlsFailure::Closed)).await;
}

#[tokio::test]
async fn a_server_may_hang_up_at_each_step_to_ftps() {
    let (mut modem, mut server) = connecting(unchecked(TlsStart::Explicit)).await;
    server.say("220 ready").await;
    server.expect("AUTH TLS").await;
    server.close();
    modem.expect_end(OPEN, LinkError::ControlClosed).await;

    for start in STARTS {
        let (mut modem, mut server, _) = protecting(start).await;
        expect(&mut server, "PROT P").await;
        drop(server);
        modem.expect_end(OPEN, LinkError::ControlClosed).await;
    }
}

#[tokio::test]
async fn a_handshake_that_never_ends_can_be_dropped() {
    let (mut modem, mut server) = connecting(unchecked(TlsStart::Implicit)).await;
    modem.ask(LinkRequest::Drop);
    modem.ask(LinkRequest::Open(FIRST, Box::new(passive_target())));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(FIRST)).await;
}

#[tokio::test]
async fn a_refused_auth_tls_fails_with_its_reply() {
    for code in [500, 502, 504, 530, 534, 431] {
        let (mut modem, mut server) = connecting(unchecked(TlsStart::Explicit)).await;
        server.say("220 ready").await;
        server.answer("AUTH TLS", &format!("{code} no")).await;
        modem.expect_end(OPEN, LinkError::Reply(code)).await;
        server.expect_closed().await;
    }
}

/// What a server hears within TLS.
async fn expect<S: AsyncBufRead + Unpin>(stream: &mut S, command: &str) {
    let mut line = String::new();
    soon(stream.read_line(&mut line)).await.unwrap();
    assert_eq!(line, format!("{command}\r\n"));
}

/// What a server hears and says within TLS.
pub(super) async fn answer<S: AsyncBufRead + tokio::io::AsyncWrite + Unpin>(
    stream: &mut S,
    command: &str,
    reply: &str,
) {
    expect(stream, command).await;
    stream.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
}

type Secured = BufReader<tokio_rustls::server::TlsStream<TcpStream>>;

/// The session up to PROT P, the server's side of the handshake included.
async fn protecting(start: TlsStart) -> (Modem, Secured, TlsAcceptor) {
    let acceptor = TlsAcceptor::from(Ca::new("ours").issue(good()).serve().config);
    let (mut modem, mut server) = connecting(unchecked(start)).await;
    if start == TlsStart::Explicit {
        server.say("220 ready").await;
        server.answer("AUTH TLS", "234 go on").await;
        modem.expect(LinkEvent::Negotiating(OPEN)).await;
    }
    let stream = server.control.take().unwrap().into_inner();
    let mut stream = BufReader::new(soon(acceptor.accept(stream)).await.unwrap());
    if start == TlsStart::Implicit {
        stream.write_all(b"220 ready\r\n").await.unwrap();
    }
    assert!(matches!(modem.event().await, LinkEvent::Secured(OPEN, _)));
    answer(&mut stream, "PBSZ 0", "200 ok").await;
    (modem, stream, acceptor)
}

#[tokio::test]
async fn a_server_that_does_not_protect_data_is_refused() {
    for start in STARTS {
        let (mut modem, mut server, _) = protecting(start).await;
        answer(&mut server, "PROT P", "536 only in the clear").await;
        modem.expect_end(OPEN, LinkError::Reply(536)).await;
    }
}

async fn logged_in(start: TlsStart) -> (Modem, Secured, TlsAcceptor) {
    let (mut modem, mut server, acceptor) = protecting(start).await;
    answer(&mut server, "PROT P", "200 private").await;
    answer(&mut server, "USER test", "230 in").await;
    answer(&mut server, "TYPE I", "200 ok").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
    (modem, server, acceptor)
}

/// A download up to the point where its data connection is open, but not protected yet.
async fn retrieving(modem: &Modem, server: &mut Secured) -> TcpStream {
    let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
    modem.retrieve(FIRST, "a");
    modem.ask(LinkRequest::Credit(FIRST, 1000));
    answer(server, "PASV", &announcement(listener.local_addr().unwrap())).await;
    answer(server, "RETR a", "150 here").await;
    soon(listener.accept()).await.unwrap().0
}

#[tokio::test]
async fn data_connections_resume_the_session_of_the_control_connection() {
    let (mut modem, mut server, acceptor) = logged_in(TlsStart::Explicit).await;
    let data = retrieving(&modem, &mut server).await;
    let mut data = soon(acceptor.accept(data)).await.unwrap();
    let kind = data.get_ref().1.handshake_kind();
    assert_eq!(kind, Some(rustls::HandshakeKind::Resumed));
    data.write_all(b"hello").await.unwrap();
    data.shutdown().await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    assert_eq!(modem.expect_data(FIRST, 5).await, b"hello");
    server.write_all(b"226 done\r\n").await.unwrap();
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn a_download_may_end_without_close_notify_if_the_server_says_226() {
    let (mut modem, mut server, acceptor) = logged_in(TlsStart::Implicit).await;
    let data = retrieving(&modem, &mut server).await;
    let mut data = soon(acceptor.accept(data)).await.unwrap();
    data.write_all(b"hello").await.unwrap();
    data.flush().await.unwrap();
    drop(data);
    modem.expect(LinkEvent::Ready(FIRST)).await;
    assert_eq!(modem.expect_data(FIRST, 5).await, b"hello");
    server.write_all(b"226 done\r\n").await.unwrap();
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn a_data_connection_that_is_not_protected_fails_and_the_session_goes_on() {
    for (reply, cause) in [
        ("226 done", LinkError::DataTls(TlsFailure::NotTls)),
        ("425 no TLS", LinkError::Reply(425)),
    ] {
        let (mut modem, mut server, _) = logged_in(TlsStart::Explicit).await;
        let mut data = retrieving(&modem, &mut server).await;
        data.write_all(b"hello").await.unwrap();
        // Until it is closed: by then the client has found out.
        let _ = soon(data.read_to_end(&mut Vec::new())).await;
        server.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
        modem.expect_failure(FIRST, cause).await;
        modem.control(SECOND, ControlCommand::Cwd("/".to_owned()));
        answer(&mut server, "CWD /", "250 ok").await;
        let done = crate::modem::link::Answer::Done;
        modem.expect(LinkEvent::Answered(SECOND, done)).await;
    }
}

#[tokio::test]
async fn a_transfer_can_be_cancelled_while_its_data_connection_is_not_protected_yet() {
    let (mut modem, mut server, _) = logged_in(TlsStart::Explicit).await;
    let mut data = retrieving(&modem, &mut server).await;
    modem.ask(LinkRequest::Cancel(FIRST));
    let _ = soon(data.read_to_end(&mut Vec::new())).await;
    server.write_all(b"426 where are you?\r\n").await.unwrap();
    modem.control(SECOND, ControlCommand::Cwd("/".to_owned()));
    answer(&mut server, "CWD /", "250 ok").await;
    modem.expect(LinkEvent::Answered(SECOND, crate::modem::link::Answer::Done)).await;
}
