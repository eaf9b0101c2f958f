//! What the system can do to a process: full disks, no file descriptors, stops.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount, umount};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;

use crate::common::{Host, Simulator, noise};

/// The tests of this program may open so many files from now on.
pub fn raise_file_limit(wanted: u64) {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    if soft < wanted {
        assert!(hard >= wanted, "this test needs {wanted} file descriptors; the limit is {hard}");
        setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).expect("up to the hard limit");
    }
}

/// A file system of its own in a folder, until dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` for those who may not mount.
    fn new(size: &str) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let options = format!("size={size}");
        let none = None::<&str>;
        match mount(none, folder.path(), Some("tmpfs"), MsFlags::empty(), Some(&*options)) {
            Ok(()) => Some(SmallDisk(folder)),
            Err(Errno::EPERM) => None,
            Err(error) => panic!("a tmpfs: {error}"),
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Left to the one who looks for leftovers in /tmp if somebody is still in there.
        let _ = umount(self.path());
    }
}

#[test]
fn a_full_disk_under_a_store_is_a_full_drive_and_room_made_is_room() {
    let Some(disk) = SmallDisk::new("128k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let simulator = Simulator::start(&["--store", &format!("UFS={}", disk.path().display())]);
    let mut host = simulator.open();
    let content = noise(100_000);
    host.command("AT+QFUPL=\"a\",100000", &["CONNECT"]);
    host.write(&content);
    assert!(host.line().starts_with("+QFUPL: 100000,"));
    host.expect(&["OK"]);
    host.command("AT+QFUPL=\"b\",100000", &["CONNECT"]);
    host.write(&content);
    host.expect(&["+CME ERROR: 403"]);
    // What was there is whole, and the modem at work.
    host.command("AT+QFDWL=\"a\"", &["CONNECT"]);
    assert!(host.data(100_000) == content);
    assert!(host.line().starts_with("+QFDWL: 100000,"));
    host.expect(&["OK"]);
    host.command("AT+QFDEL=\"*\"", &["OK"]);
    host.command("AT+QFUPL=\"b\",100000", &["CONNECT"]);
    host.write(&content);
    assert!(host.line().starts_with("+QFUPL: 100000,"));
    host.expect(&["OK"]);
}

#[test]
fn a_full_disk_under_the_server_fails_the_upload_and_nothing_else() {
    let Some(disk) = SmallDisk::new("128k") else {
        eprintln!("skipped: only root may mount a small disk");
        return;
    };
    let root = disk.path().to_str().expect("text");
    let simulator = Simulator::start(&["--server-root", root]);
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPPUT=\"big\",\"COM:\",0,300000,1", &["CONNECT"]);
    host.write(&noise(300_000));
    // Depending on when the server noticed: all was taken by then, or not.
    let outcome = match host.line() {
        ok if ok == "OK" => host.line(),
        other => other,
    };
    assert!(!outcome.contains(": 0,"), "{outcome}");
    host.log_in_again();
    host.command("AT+QFTPDEL=\"big\"", &["OK", "+QFTPDEL: 0,0"]);
    host.command("AT+QFTPPUT=\"small\",\"COM:\",0,5,1", &["CONNECT"]);
    host.write(b"hello");
    host.expect(&["OK", "+QFTPPUT: 0,5"]);
}

#[test]
fn without_file_descriptors_sessions_fail_and_come_back_with_them() {
    let simulator = Simulator::start(&["--tcp", "127.0.0.1:0"]);
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
    let used = simulator.open_files();
    // Enough for the control connection at most, not for both of its ends.
    simulator.limit_files(used);
    let server = simulator.ready["server"]["ftp"].as_str().expect("an address");
    let stranger = TcpStream::connect(server).expect("the backlog takes it");
    host.command("AT", &["OK"]);
    host.send("AT+QFTPOPEN=\"ftp.example.com\"");
    host.expect(&["OK"]);
    let outcome = host.later("AT+QFTPOPEN");
    assert!(!outcome.starts_with("0,"), "{outcome}");
    let mut waits = Host::connect(simulator.modem("tcp"));
    drop(stranger);
    simulator.limit_files(used + 100);
    host.command("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", "+QFTPOPEN: 0,0"]);
    // A host that came in the meantime is served as well.
    waits.command("AT", &["OK"]);
}

#[test]
fn a_stop_in_the_middle_of_a_transfer_loses_nothing() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    let content = noise(2 << 20);
    host.log_in();
    host.command("AT+QFTPPUT=\"f\",\"COM:\",0,2097152,1", &["CONNECT"]);
    host.write(&content[..1 << 20]);
    simulator.send(Signal::SIGSTOP);
    simulator.wait_until(|state| state == 'T');
    simulator.send(Signal::SIGCONT);
    host.write(&content[1 << 20..]);
    host.expect(&["OK", "+QFTPPUT: 0,2097152"]);
    host.command("AT+QFTPGET=\"f\",\"COM:\"", &["CONNECT"]);
    assert!(host.data(1000) == content[..1000]);
    simulator.send(Signal::SIGSTOP);
    simulator.wait_until(|state| state == 'T');
    simulator.send(Signal::SIGCONT);
    assert!(host.data((2 << 20) - 1000) == content[1000..]);
    host.expect(&["OK", "+QFTPGET: 0,2097152"]);
}

#[test]
fn everything_listens_on_loopback_only() {
    let simulator = Simulator::start(&["--tcp", "127.0.0.1:0", "--rfc2217", "127.0.0.1:0"]);
    let listening = Command::new("cat")
        .arg(format!("/proc/{}/net/tcp", simulator.pid()))
        .output()
        .expect("a table of sockets");
    let table = String::from_utf8_lossy(&listening.stdout).into_owned();
    let ours = simulator.sockets();
    let mut found = 0;
    for row in table.lines().skip(1) {
        let fields: Vec<&str> = row.split_whitespace().collect();
        // 0A is LISTEN; the address is hexadecimal, its bytes reversed.
        if fields[3] == "0A" && ours.iter().any(|inode| inode == fields[9]) {
            assert!(fields[1].starts_with("0100007F:"), "listens on {}", fields[1]);
            found += 1;
        }
    }
    assert_eq!(found, 4, "TCP, RFC 2217, FTP and FTPS");
}
