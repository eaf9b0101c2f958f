//! Start, login, several sessions, the end.

use std::{net::Ipv4Addr, path::PathBuf};

use tokio::net::TcpListener;

use super::*;
use crate::link::embedded::{ServerTls, StartError};

#[tokio::test]
async fn the_right_password_logs_in_and_others_get_530() {
    let server = start(config()).await;
    let mut raw = Raw::connect(server.ftp_addr()).await;
    assert_eq!(raw.command("PWD").await, "530 Please authenticate");
    assert_eq!(raw.command("PASS secret").await, "503 Please supply a username first");
    for (user, password) in [("test", "wrong"), ("nobody", "secret"), ("TEST", "secret")] {
        assert_eq!(raw.command(&format!("USER {user}")).await, "331 Password Required");
        let reply = raw.command(&format!("PASS {password}")).await;
        assert_eq!(reply, "530 Authentication failed", "{user} {password}");
    }
    assert_eq!(raw.command("USER test").await, "331 Password Required");
    assert_eq!(raw.command("PASS secret").await, "230 User logged in, proceed");
    assert_eq!(raw.command("PWD").await, "257 \"/\"");
    assert_eq!(raw.command("QUIT").await, "221 Bye!");
    assert_eq!(raw.reply().await, "");
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let listen = taken.local_addr().unwrap();
    let error = EmbeddedServer::start(ServerConfig { listen, ..config() }).await.unwrap_err();
    assert!(
        matches!(&error, StartError::Listen { addr, source }
            if *addr == listen && source.kind() == std::io::ErrorKind::AddrInUse),
        "{error:?}"
    );
    assert!(error.to_string().contains(&listen.to_string()), "{error}");

    let tls = ServerTls { config: tls::server_config().0, implicit: Some(listen) };
    let error =
        EmbeddedServer::start(ServerConfig { tls: Some(tls), ..config() }).await.unwrap_err();
    assert!(error.to_string().contains(&listen.to_string()), "{error}");
}

#[tokio::test]
async fn a_root_that_is_missing_or_a_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = async |root: PathBuf| {
        let config = ServerConfig { root: Root::Folder(root), ..config() };
        match EmbeddedServer::start(config).await.unwrap_err() {
            StartError::Folder { path, source } => (path, source.kind()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(file.clone()).await, (file, std::io::ErrorKind::NotADirectory));
    let missing = dir.path().join("missing");
    assert_eq!(refused(missing.clone()).await, (missing, std::io::ErrorKind::NotFound));
}

#[tokio::test]
async fn two_sessions_at_once_see_the_same_files_and_each_its_own_folder() {
    let server = start(config()).await;
    let mut one = Raw::login(&server).await;
    let mut two = Raw::login(&server).await;
    assert_eq!(one.command("MKD box").await, "257 /box");
    assert_eq!(one.command("CWD box").await, "250 Successfully changed working directory");
    assert_eq!(one.store("STOR a", b"abc").await, "226 File successfully written");
    assert_eq!(two.command("PWD").await, "257 \"/\"");
    assert_eq!(two.fetch("RETR box/a").await.0, b"abc");

    let mut upload = one.passive().await;
    assert_eq!(one.command("STOR b").await, "150 Ready to receive data");
    upload.write_all(b"first").await.unwrap();
    eventually(|| server.files().size("/box/b") == Some(5)).await;
    assert_eq!(two.fetch("RETR box/b").await.0, b"first");
    drop(upload);
    assert_eq!(one.reply().await, "226 File successfully written");
}

#[tokio::test]
async fn kill_sessions_cuts_every_connection_and_the_next_session_finds_what_arrived() {
    let server = start(config()).await;
    let mut one = Raw::login(&server).await;
    let mut two = Raw::login(&server).await;
    let mut upload = one.passive().await;
    assert_eq!(one.command("STOR part").await, "150 Ready to receive data");
    upload.write_all(&sample(100_000)).await.unwrap();
    let mut idle = two.passive().await;
    eventually(|| server.files().size("part") == Some(100_000)).await;

    server.kill_sessions();
    assert_eq!(one.reply().await, "");
    assert_eq!(two.reply().await, "");
    for data in [&mut upload, &mut idle] {
        let end = timeout(LONG, data.read_u8()).await.expect("the data connection lives on");
        assert!(end.is_err(), "{end:?}");
    }

    let mut next = Raw::login(&server).await;
    assert_eq!(next.command("SIZE part").await, "213 100000");
    assert_same(&next.fetch("RETR part").await.0, &sample(100_000));
}

#[tokio::test]
async fn drop_ends_the_sessions_and_frees_the_port() {
    let server = start(config()).await;
    let addr = server.ftp_addr();
    let mut raw = Raw::login(&server).await;
    drop(server);
    assert_eq!(raw.reply().await, "");
    let again = async {
        loop {
            match EmbeddedServer::start(ServerConfig { listen: addr, ..config() }).await {
                Ok(server) => return server,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let server = timeout(LONG, again).await.expect("the port stays in use");
    Raw::login(&server).await;
}

#[tokio::test]
async fn after_shutdown_the_port_is_free() {
    let server = start(config()).await;
    let addr = server.ftp_addr();
    let mut raw = Raw::login(&server).await;
    server.shutdown().await;
    TcpListener::bind(addr).await.unwrap();
    assert_eq!(raw.reply().await, "");
}
