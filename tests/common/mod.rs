//! A `qftpsim` process and a host on its port, as a user's test suite would have them.

// Each test binary uses its own part of this.
#![allow(dead_code)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// A wait longer than this many milliseconds is a hang.
const HANG: u16 = 30_000;

/// A running `qftpsim run --format json` with a runtime folder of its own.
pub struct Simulator {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    /// The ready line.
    pub ready: Value,
    folder: tempfile::TempDir,
}

impl Simulator {
    /// Starts it and waits for the ready line.
    pub fn start(args: &[&str]) -> Simulator {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Simulator::start_in(folder, args)
    }

    /// The same with a given runtime folder.
    pub fn start_in(folder: tempfile::TempDir, args: &[&str]) -> Simulator {
        Simulator::start_as(command(folder.path()), folder, args)
    }

    /// The same with a command that has a given runtime folder, and perhaps an environment.
    pub fn start_as(mut command: Command, folder: tempfile::TempDir, args: &[&str]) -> Simulator {
        let mut child = command
            .args(["run", "--format", "json"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("qftpsim starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: `{line}`"));
        Simulator { child, _stdout: stdout, ready, folder }
    }

    /// The runtime folder (`$XDG_RUNTIME_DIR`).
    pub fn runtime_dir(&self) -> &Path {
        self.folder.path()
    }

    /// A text of the first modem's part of the ready line.
    pub fn modem(&self, key: &str) -> &str {
        self.ready["modems"][0][key].as_str().unwrap_or_else(|| panic!("no {key}: {}", self.ready))
    }

    /// Opens the first modem's port.
    pub fn open(&self) -> Host {
        Host::open(Path::new(self.modem("link")))
    }

    /// The most memory that it has used so far, in bytes (`VmHWM`).
    pub fn peak_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|peak| peak.trim().strip_suffix(" kB")).expect("a peak");
        1024 * kib.parse::<u64>().expect("a number")
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How many files it has open.
    pub fn open_files(&self) -> usize {
        self.descriptors().count()
    }

    /// The inodes of its sockets, as `/proc/net` has them.
    pub fn sockets(&self) -> Vec<String> {
        let names = self.descriptors().filter_map(|path| std::fs::read_link(path).ok());
        let names = names.map(|name| name.to_string_lossy().into_owned());
        names
            .filter_map(|name| Some(name.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
            .collect()
    }

    fn descriptors(&self) -> impl Iterator<Item = std::path::PathBuf> {
        let folder = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs");
        folder.map(|entry| entry.expect("an entry").path())
    }

    /// Sends a signal that does not end it.
    pub fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id() as i32), signal).expect("it runs");
    }

    /// Lets it have at most so many files open from now on.
    pub fn limit_files(&self, count: usize) {
        let pid = self.child.id().to_string();
        let limit = format!("--nofile={count}:20000");
        let status = Command::new("prlimit").args(["--pid", &pid, &limit]).status();
        assert!(status.expect("prlimit (util-linux) runs").success());
    }

    /// Waits for a state of its main thread: `T` is stopped, `S` asleep.
    pub fn wait_until(&self, wanted: impl Fn(char) -> bool) {
        let path = format!("/proc/{}/stat", self.child.id());
        let state = || {
            let stat = std::fs::read_to_string(&path).expect("it runs");
            stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).expect("a state")
        };
        while !wanted(state()) {
            std::thread::yield_now();
        }
    }

    /// Sends a signal and waits for the end.
    pub fn signal(mut self, signal: Signal) -> ExitStatus {
        kill(Pid::from_raw(self.child.id() as i32), signal).expect("it runs");
        self.child.wait().expect("it ends")
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `qftpsim` with `runtime_dir` as its `$XDG_RUNTIME_DIR`.
pub fn command(runtime_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qftpsim"));
    command.env("XDG_RUNTIME_DIR", runtime_dir);
    command
}

/// A host program on a port; dropping it closes the port.
pub struct Host {
    port: File,
    buffer: Vec<u8>,
}

impl Host {
    /// Opens a terminal. It is raw already.
    pub fn open(path: &Path) -> Host {
        let port = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NOCTTY.bits())
            .open(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Host { port, buffer: Vec::new() }
    }

    /// Connects to a TCP port.
    pub fn connect(addr: &str) -> Host {
        let stream = TcpStream::connect(addr).unwrap_or_else(|error| panic!("{addr}: {error}"));
        Host::over(stream)
    }

    /// Talks over a stream that is there.
    pub fn over(stream: impl Into<OwnedFd>) -> Host {
        Host { port: stream.into().into(), buffer: Vec::new() }
    }

    /// Writes all of `bytes`.
    pub fn write(&mut self, bytes: &[u8]) {
        self.port.write_all(bytes).expect("the port takes it");
    }

    fn receive(&mut self, wanted: &str) {
        let mut ready = [PollFd::new(self.port.as_fd(), PollFlags::POLLIN)];
        let came = poll(&mut ready, PollTimeout::from(HANG)).expect("a poll");
        let mut bytes = [0; 65536];
        let count = if came == 0 { 0 } else { self.port.read(&mut bytes).expect("a read") };
        let last = &self.buffer[self.buffer.len().saturating_sub(300)..];
        let last = String::from_utf8_lossy(last);
        assert!(count > 0, "expected {wanted}, got {last:?} and then nothing");
        self.buffer.extend_from_slice(&bytes[..count]);
    }

    /// The next line that is not blank.
    pub fn line(&mut self) -> String {
        loop {
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[..end]).trim_end().to_owned();
                self.buffer.drain(..end + 2);
                if !line.is_empty() {
                    return line;
                }
            }
            self.receive("a line");
        }
    }

    /// The next lines that are not blank must be these.
    #[track_caller]
    pub fn expect(&mut self, lines: &[&str]) {
        for expected in lines {
            assert_eq!(self.line(), *expected);
        }
    }

    /// Sends a command; after its echo these lines must come.
    #[track_caller]
    pub fn command(&mut self, text: &str, lines: &[&str]) {
        self.send(text);
        self.expect(lines);
    }

    /// Sends a command that is answered by `OK` and a later line: what this says after its name.
    ///
    /// # Errors
    ///
    /// The line that came instead of `OK`.
    #[track_caller]
    pub fn ask(&mut self, command: &str) -> Result<String, String> {
        self.send(command);
        match self.line() {
            ok if ok == "OK" => Ok(self.later(command)),
            other => Err(other),
        }
    }

    /// Sends a command and takes its echo.
    #[track_caller]
    pub fn send(&mut self, command: &str) {
        self.write(format!("{command}\r").as_bytes());
        assert_eq!(self.line(), command, "the echo");
    }

    /// What the next line says after the name of `command`; the whole line if that is another.
    pub fn later(&mut self, command: &str) -> String {
        let name = command.trim_start_matches("AT").split('=').next().unwrap_or_default();
        let line = self.line();
        match line.split_once(": ") {
            Some((prefix, said)) if prefix == name => said.to_owned(),
            _ => line,
        }
    }

    /// Logs in again if the session is lost; the context is active.
    pub fn log_in_again(&mut self) {
        self.send("AT+QFTPSTAT");
        self.expect(&["OK"]);
        if self.later("AT+QFTPSTAT") != "0,1" {
            self.command("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", "+QFTPOPEN: 0,0"]);
        }
    }

    /// So many bytes of data.
    pub fn data(&mut self, count: usize) -> Vec<u8> {
        while self.buffer.len() < count {
            self.receive(&format!("{count} bytes of data"));
        }
        self.buffer.drain(..count).collect()
    }

    /// How many bytes came in already behind what was taken; they are taken, too.
    pub fn data_so_far(&mut self) -> usize {
        std::mem::take(&mut self.buffer).len()
    }

    /// Data up to `end`, which is taken as well.
    pub fn data_until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut looked = 0;
        loop {
            let found = self.buffer[looked..].windows(end.len()).position(|piece| piece == end);
            if let Some(at) = found {
                let data = self.buffer.drain(..looked + at).collect();
                self.buffer.drain(..end.len());
                return data;
            }
            looked = self.buffer.len().saturating_sub(end.len() - 1);
            self.receive("the end of the data");
        }
    }

    /// Brings up the context and logs in to the embedded server.
    #[track_caller]
    pub fn log_in(&mut self) {
        self.command("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1", &["OK"]);
        self.command("AT+QIACT=1", &["OK"]);
        self.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
        self.command("AT+QFTPOPEN=\"ftp.example.com\",21", &["OK", "+QFTPOPEN: 0,0"]);
    }

    /// Uploads `content` by the port, and downloads it: the same bytes come back.
    #[track_caller]
    pub fn there_and_back(&mut self, name: &str, content: &[u8]) {
        let size = content.len();
        self.command(&format!("AT+QFTPPUT=\"{name}\",\"COM:\",0,{size},1"), &["CONNECT"]);
        self.write(content);
        self.expect(&["OK", &format!("+QFTPPUT: 0,{size}")]);
        self.command(&format!("AT+QFTPGET=\"{name}\",\"COM:\""), &["CONNECT"]);
        assert!(self.data(size) == content, "other bytes by COM:");
        self.expect(&["OK", &format!("+QFTPGET: 0,{size}")]);
    }
}

/// Bytes without a period that a lost or repeated block could hide in.
pub fn noise(len: usize) -> Vec<u8> {
    (0..len as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}
