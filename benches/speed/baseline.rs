//! What the simulator is compared with: the least that could answer at the other end of a port.
//!
//! Each is a process of its own, as the simulator is: this program, started again with a role.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};

/// Bytes written and read at once when much is copied.
pub const BLOCK: usize = 64 * 1024;

/// The roles that this program plays when it is started as a baseline.
const ROLES: &[(&str, fn())] = &[
    ("--answer-on-pty", || answer(pty())),
    ("--answer-on-tcp", || answer(tcp())),
    ("--copy-on-pty", || copy(pty())),
];

/// A baseline that runs.
pub struct Baseline {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    /// Where its port is: a path, or an address.
    pub port: String,
}

impl Baseline {
    /// Answers `OK` to each line, on a pty.
    pub fn pty() -> Baseline {
        Baseline::start("--answer-on-pty")
    }

    /// Answers `OK` to each line, on a TCP port.
    pub fn tcp() -> Baseline {
        Baseline::start("--answer-on-tcp")
    }

    /// Takes `u 1000\r` for 1,000 bytes that follow, and confirms them by a byte; `d 1000\r` asks
    /// for 1,000 bytes.
    pub fn copy() -> Baseline {
        Baseline::start("--copy-on-pty")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn start(role: &str) -> Baseline {
        let program = std::env::current_exe().expect("a path");
        let mut child = Command::new(program)
            .arg(role)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the baseline starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut port = String::new();
        stdout.read_line(&mut port).expect("its port");
        Baseline { child, _stdout: stdout, port: port.trim_end().to_owned() }
    }
}

impl Drop for Baseline {
    fn drop(&mut self) {
        // It runs until it is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Plays the role that `arguments` name, if they do; until killed or left by its host.
pub fn play_role(arguments: &[String]) -> bool {
    let role = ROLES.iter().find(|(name, _)| arguments.iter().any(|argument| argument == name));
    role.map(|(_, play)| play()).is_some()
}

fn announce(port: &str) {
    let mut stdout = std::io::stdout();
    // Who started us is waiting for it; if it is gone, so are we at once.
    let _ = writeln!(stdout, "{port}").and_then(|()| stdout.flush());
}

/// The master of a raw pty, once a host has opened the slave and said something.
fn pty() -> File {
    let master: PtyMaster = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY).expect("a pty");
    grantpt(&master).expect("a pty");
    unlockpt(&master).expect("a pty");
    let mut settings = tcgetattr(&master).expect("settings");
    cfmakeraw(&mut settings);
    tcsetattr(&master, SetArg::TCSANOW, &settings).expect("settings");
    let name = ptsname_r(&master).expect("a name");
    announce(&name);
    let master: std::os::fd::OwnedFd = master.into();
    master.into()
}

/// The first host's connection.
fn tcp() -> std::net::TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    announce(&listener.local_addr().expect("an address").to_string());
    let (stream, _) = listener.accept().expect("a host");
    stream.set_nodelay(true).expect("an option");
    stream
}

fn answer(mut port: impl Read + Write) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = port.read(&mut bytes) {
        for _ in bytes[..count].iter().filter(|&&byte| byte == b'\r') {
            port.write_all(b"\r\nOK\r\n").expect("a host");
        }
    }
}

fn copy(mut port: File) {
    let mut block = vec![0; BLOCK];
    let mut order = Vec::new();
    while let Ok(count @ 1..) = port.read(&mut block) {
        order.extend_from_slice(&block[..count]);
        let Some(end) = order.iter().position(|&byte| byte == b'\r') else { continue };
        let text = String::from_utf8_lossy(&order[..end]).into_owned();
        let (way, size) = text.split_once(' ').expect("an order");
        let size: u64 = size.parse().expect("a size");
        let early = (order.len() - end - 1) as u64;
        order.clear();
        if way == "d" {
            let mut left = size;
            while left > 0 {
                let count = left.min(BLOCK as u64) as usize;
                port.write_all(&block[..count]).expect("a host");
                left -= count as u64;
            }
        } else {
            let mut left = size - early;
            while left > 0 {
                let wanted = left.min(BLOCK as u64) as usize;
                left -= port.read(&mut block[..wanted]).expect("a host") as u64;
            }
            port.write_all(b"!").expect("a host");
        }
    }
}
