//! Real ports that vanish and come back.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net as unix;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use tempfile::TempDir;
use tokio::net::{TcpStream, UnixStream};

use super::vanishing::GONE;
use super::*;
use crate::endpoint::{LinkPath, LinkedPty, Pty, Rfc2217, RuntimeDir, Tcp, Unix};

struct Place {
    tmp: TempDir,
    dir: RuntimeDir,
}

impl Place {
    fn new() -> Self {
        let tmp = tempfile::tempdir().unwrap();
        let dir = RuntimeDir::new(&tmp.path().join("run")).unwrap();
        Self { tmp, dir }
    }

    fn path(&self) -> PathBuf {
        self.tmp.path().canonicalize().unwrap().join("port")
    }

    fn pty(&self) -> LinkedPty {
        let link = LinkPath::claim(&self.dir, &self.path()).unwrap();
        LinkedPty::new(link, Pty::open().unwrap()).unwrap()
    }
}

fn terminal(path: &Path) -> File {
    let flags = OFlag::O_NOCTTY.bits();
    OpenOptions::new().read(true).write(true).custom_flags(flags).open(path).unwrap()
}

/// The port vanishes under its host.
async fn vanish(line: &mut Line, script: &Script) {
    script.set(GONE);
    assert_eq!(next(line).await, (HostEvent::Closed, vec![]));
}

async fn come_back(line: &mut Line, script: &Script) {
    script.set(Condition::default());
    settle(line).await;
}

#[tokio::test]
async fn a_pty_comes_back_as_another_behind_the_same_link() {
    let (place, script) = (Place::new(), Script::default());
    let mut line = around(place.pty(), &script);
    let link = place.path();
    for _ in 0..3 {
        let slave = fs::read_link(&link).unwrap();
        assert_eq!(Path::new(line.name()), slave);
        let mut host = terminal(&link);
        assert_eq!(next(&mut line).await.0, HostEvent::Opened);

        vanish(&mut line, &script).await;
        assert!(!link.is_symlink() && !slave.exists());
        assert_eq!(host.read(&mut [0]).unwrap(), 0);
        let error = host.write(b"AT\r").unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::EIO as i32));

        come_back(&mut line, &script).await;
        // The host still has the old one open, so this is not the same.
        assert_ne!(fs::read_link(&link).unwrap(), slave);
        let mut host = terminal(&link);
        assert_eq!(next(&mut line).await.0, HostEvent::Opened);
        host.write_all(b"AT\r").unwrap();
        assert_eq!(receive(&mut line, 3).await, b"AT\r");
        send(&mut line, b"OK").await;
        let mut answer = [0; 2];
        host.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"OK");
        drop(host);
        assert_eq!(next(&mut line).await.0, HostEvent::Closed);
    }
    drop(line);
    assert!(!link.is_symlink());
}

#[tokio::test]
async fn a_link_whose_place_is_taken_meanwhile_is_an_error_that_says_so() {
    let (place, script) = (Place::new(), Script::always(GONE));
    let mut line = around(place.pty(), &script);
    settle(&mut line).await;
    fs::write(place.path(), "precious").unwrap();
    script.set(Condition::default());
    let mut buf = BytesMut::new();
    let error = poll_fn(|cx| line.poll_host(cx, &mut buf)).await.unwrap_err();
    assert!(error.to_string().contains("is a regular file"), "{error}");
    assert_eq!(fs::read_to_string(place.path()).unwrap(), "precious");
}

/// A TCP port closes its connection, refuses others, and comes back where it was.
async fn tcp_vanishes(port: impl Endpoint + 'static, addr: SocketAddr) {
    let script = Script::default();
    let mut line = around(port, &script);
    for _ in 0..3 {
        let mut host = TcpStream::connect(addr).await.unwrap();
        assert_eq!(next(&mut line).await.0, HostEvent::Opened);
        vanish(&mut line, &script).await;
        assert_eq!(host.read(&mut [0]).await.unwrap(), 0);
        let refused = TcpStream::connect(addr).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);

        come_back(&mut line, &script).await;
        let mut host = TcpStream::connect(addr).await.unwrap();
        assert_eq!(next(&mut line).await.0, HostEvent::Opened);
        host.write_all(b"AT\r").await.unwrap();
        assert_eq!(receive(&mut line, 3).await, b"AT\r");
        drop(host);
        assert_eq!(next(&mut line).await.0, HostEvent::Closed);
    }
}

#[tokio::test]
async fn a_tcp_port_comes_back_at_its_address() {
    let port = Tcp::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let addr = port.local_addr();
    tcp_vanishes(port, addr).await;
}

#[tokio::test]
async fn an_rfc2217_port_comes_back_at_its_address() {
    let port = Rfc2217::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let addr = port.local_addr();
    tcp_vanishes(port, addr).await;
}

#[tokio::test]
async fn nobody_takes_the_address_of_a_tcp_port_that_has_vanished() {
    let mut port = Tcp::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let addr = port.local_addr();
    port.vanish();
    let error = std::net::TcpListener::bind(addr).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    port.come_back().unwrap();
    TcpStream::connect(addr).await.unwrap();
}

#[tokio::test]
async fn a_unix_socket_comes_back_at_its_path() {
    let (place, script) = (Place::new(), Script::default());
    let port = Unix::bind(&place.dir, &place.path()).unwrap();
    let mut line = around(port, &script);
    for _ in 0..3 {
        let mut host = UnixStream::connect(place.path()).await.unwrap();
        assert_eq!(next(&mut line).await.0, HostEvent::Opened);
        vanish(&mut line, &script).await;
        assert_eq!(host.read(&mut [0]).await.unwrap(), 0);
        assert!(!place.path().exists());
        come_back(&mut line, &script).await;
    }
}

#[tokio::test]
async fn an_abstract_socket_comes_back_at_its_name() {
    let (place, script) = (Place::new(), Script::default());
    let text = format!("qftpsim-test-{}", place.path().display());
    let addr = unix::SocketAddr::from_abstract_name(&text).unwrap();
    let port = Unix::bind(&place.dir, &PathBuf::from(format!("@{text}"))).unwrap();
    let mut line = around(port, &script);
    for _ in 0..3 {
        let mut host = unix::UnixStream::connect_addr(&addr).unwrap();
        assert_eq!(next(&mut line).await.0, HostEvent::Opened);
        vanish(&mut line, &script).await;
        assert_eq!(host.read(&mut [0]).unwrap(), 0);
        let refused = unix::UnixStream::connect_addr(&addr).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        come_back(&mut line, &script).await;
    }
}
