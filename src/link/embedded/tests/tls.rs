//! Explicit and implicit FTPS.

use std::{io::Cursor, sync::Arc};

use rustls::{
    RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use suppaftp::{
    Status,
    tokio::{AsyncRustlsConnector, AsyncRustlsFtpStream},
};
use tokio_rustls::TlsConnector;

use super::*;
use crate::link::embedded::ServerTls;

/// A server configuration with a fresh self-signed certificate for `localhost`, and the certificate.
pub(super) fn server_config() -> (Arc<rustls::ServerConfig>, CertificateDer<'static>) {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let cert = key.cert.der().clone();
    let secret = PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.clone()], secret.into())
        .unwrap();
    (Arc::new(config), cert)
}

fn connector(trusted: &CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn start_tls() -> (EmbeddedServer, TlsConnector) {
    let (config_tls, cert) = server_config();
    let implicit = Some("127.0.0.1:0".parse().unwrap());
    let tls = Some(ServerTls { config: config_tls, implicit });
    (start(ServerConfig { tls, ..config() }).await, connector(&cert))
}

/// Up, down and a listing, everything encrypted.
async fn exercise(server: &EmbeddedServer, mut client: AsyncRustlsFtpStream) {
    client.login("test", "secret").await.unwrap();
    client.transfer_type(FileType::Binary).await.unwrap();
    let data = sample(700_000);
    client.put_file("f", &mut Cursor::new(&data)).await.unwrap();
    assert_same(&server.files().read("f").unwrap(), &data);
    let mut stream = client.retr_as_stream("f").await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    stream.finish().await.unwrap();
    assert_same(&bytes, &data);
    assert_eq!(client.nlst(None).await.unwrap(), ["f"]);
    client.quit().await.unwrap();
}

#[tokio::test]
async fn explicit_tls_protects_control_and_data() {
    let (server, connector) = start_tls().await;
    let client = AsyncRustlsFtpStream::connect(server.ftp_addr())
        .await
        .unwrap()
        .into_secure(AsyncRustlsConnector::from(connector), "localhost")
        .await
        .unwrap();
    exercise(&server, client).await;
}

#[tokio::test]
#[allow(deprecated, reason = "suppaftp's only way to speak implicit FTPS")]
async fn implicit_tls_protects_control_and_data() {
    let (server, connector) = start_tls().await;
    let addr = server.ftps_implicit_addr().unwrap();
    let connector = AsyncRustlsConnector::from(connector);
    let mut client =
        AsyncRustlsFtpStream::connect_secure_implicit(addr, connector, "localhost").await.unwrap();
    client.custom_command("PBSZ 0", &[Status::CommandOk]).await.unwrap();
    client.custom_command("PROT P", &[Status::CommandOk]).await.unwrap();
    exercise(&server, client).await;
}

#[tokio::test]
async fn plain_ftp_still_works_beside_tls() {
    let (server, _) = start_tls().await;
    let mut raw = Raw::login(&server).await;
    assert_eq!(raw.store("STOR f", b"plain").await, "226 File successfully written");
}

#[tokio::test]
async fn a_certificate_nobody_trusts_ends_only_that_connection() {
    let (server, trusting) = start_tls().await;
    let stranger = connector(&server_config().1);
    let addr = server.ftps_implicit_addr().unwrap();
    let name = || "localhost".try_into().unwrap();
    let stream = TcpStream::connect(addr).await.unwrap();
    assert!(stranger.connect(name(), stream).await.is_err());
    let stream = TcpStream::connect(addr).await.unwrap();
    let mut stream = BufReader::new(trusting.connect(name(), stream).await.unwrap());
    let mut greeting = String::new();
    stream.read_line(&mut greeting).await.unwrap();
    assert_eq!(greeting, "220 qftpsim\r\n");
}

#[tokio::test]
async fn kill_sessions_cuts_implicit_tls_too() {
    let (server, connector) = start_tls().await;
    let stream = TcpStream::connect(server.ftps_implicit_addr().unwrap()).await.unwrap();
    let name = "localhost".try_into().unwrap();
    let mut stream = BufReader::new(connector.connect(name, stream).await.unwrap());
    stream.read_line(&mut String::new()).await.unwrap();
    server.kill_sessions();
    let rest = timeout(LONG, stream.read_u8()).await.expect("the connection lives on");
    assert!(rest.is_err());
}

#[tokio::test]
async fn an_upload_whose_tls_ends_without_close_notify_is_426() {
    let (server, connector) = start_tls().await;
    let mut raw = Raw::login(&server).await;
    assert_eq!(raw.command("PBSZ 0").await, "200 OK");
    assert_eq!(raw.command("PROT P").await, "200 PROT OK. Securing data channel");
    let data = raw.passive().await;
    raw.command("STOR part").await;
    let mut data = connector.connect("localhost".try_into().unwrap(), data).await.unwrap();
    data.write_all(b"half").await.unwrap();
    data.flush().await.unwrap();
    drop(data);
    assert_eq!(raw.reply().await, "426 Connection closed");
    assert_eq!(server.files().read("part").unwrap(), "half");
}
