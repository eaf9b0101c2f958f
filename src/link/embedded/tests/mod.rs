//! The server seen from outside, through sockets on the loopback.

mod files;
mod folder;
mod session;
mod tls;
mod transfer;

use std::{net::SocketAddr, time::Duration};

use suppaftp::{tokio::AsyncFtpStream, types::FileType};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use super::{Account, EmbeddedServer, MemoryOptions, Root, ServerConfig};

/// Longer than anything takes here; a test that waits this long has failed.
const LONG: Duration = Duration::from_secs(20);

fn config() -> ServerConfig {
    ServerConfig { accounts: vec![Account::new("test", "secret")], ..ServerConfig::default() }
}

fn memory(options: MemoryOptions) -> ServerConfig {
    ServerConfig { root: Root::Memory(options), ..config() }
}

async fn start(config: ServerConfig) -> EmbeddedServer {
    EmbeddedServer::start(config).await.unwrap()
}

/// Compares what would fill pages if it were printed.
fn assert_same(left: &[u8], right: &[u8]) {
    assert!(left == right, "{} and {} bytes that differ", left.len(), right.len());
}

async fn client(server: &EmbeddedServer) -> AsyncFtpStream {
    let mut client = AsyncFtpStream::connect(server.ftp_addr()).await.unwrap();
    client.login("test", "secret").await.unwrap();
    // Without it the client sends CR LF for every LF.
    client.transfer_type(FileType::Binary).await.unwrap();
    client
}

fn sample(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i / 3 + i / 251) as u8).collect()
}

/// Waits for a condition that another task brings about.
async fn eventually(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, wait).await.expect("the condition never came true");
}

/// A client that shows every reply as it was sent.
struct Raw(BufReader<TcpStream>);

impl Raw {
    /// Connects and reads the greeting.
    async fn connect(addr: SocketAddr) -> Self {
        let mut raw = Self(BufReader::new(TcpStream::connect(addr).await.unwrap()));
        assert_eq!(raw.reply().await, "220 qftpsim");
        raw
    }

    async fn login(server: &EmbeddedServer) -> Self {
        let mut raw = Self::connect(server.ftp_addr()).await;
        assert_eq!(raw.command("USER test").await, "331 Password Required");
        assert_eq!(raw.command("PASS secret").await, "230 User logged in, proceed");
        raw
    }

    async fn send(&mut self, command: &str) {
        self.0.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
    }

    /// The next reply, its lines joined by LF; empty when the connection is closed.
    async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            match timeout(LONG, self.0.read_line(&mut line)).await.expect("no reply") {
                Ok(0) | Err(_) => return String::new(),
                Ok(_) => reply += line.trim_end_matches("\r\n"),
            }
            if line.as_bytes()[..3].iter().all(u8::is_ascii_digit) && line.as_bytes()[3] == b' ' {
                return reply;
            }
            reply.push('\n');
        }
    }

    async fn command(&mut self, command: &str) -> String {
        self.send(command).await;
        self.reply().await
    }

    /// Opens a data connection.
    async fn passive(&mut self) -> TcpStream {
        let reply = self.command("EPSV").await;
        let port = reply.split('|').nth(3).expect(&reply).parse().unwrap();
        let server = self.0.get_ref().peer_addr().unwrap();
        TcpStream::connect((server.ip(), port)).await.unwrap()
    }

    /// Runs a command that sends data to us; what came, and the reply after the 150.
    async fn fetch(&mut self, command: &str) -> (Vec<u8>, String) {
        let mut data = self.passive().await;
        let first = self.command(command).await;
        assert!(first.starts_with("150 "), "{command}: {first}");
        let mut bytes = Vec::new();
        let _ = timeout(LONG, data.read_to_end(&mut bytes)).await.expect("the data never ends");
        (bytes, self.reply().await)
    }

    /// Runs a command that takes our data; the reply after the 150.
    async fn store(&mut self, command: &str, bytes: &[u8]) -> String {
        let mut data = self.passive().await;
        let first = self.command(command).await;
        assert!(first.starts_with("150 "), "{command}: {first}");
        // The server closes early when it does not want the data; then only the reply counts.
        let _ = data.write_all(bytes).await;
        drop(data);
        self.reply().await
    }
}
