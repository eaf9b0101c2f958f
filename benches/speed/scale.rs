//! Many modems in one process.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::time::Instant;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::baseline::BLOCK;
use crate::common::{Host, Simulator, noise};
use crate::table::{Judged, Row, Turns, digits, median};

/// How many there are.
const MANY: usize = 1000;
/// Bytes that each of them gets.
const SIZE: usize = 1 << 20;
/// Files that one modem gets in its turn.
const FILES: usize = 200;
const TURNS: usize = 5;

const SCENARIO: &str = "
scenario: a-megabyte
server: { accounts: { test: test }, files: { /file.bin: { size: 1MiB, pattern: noise } } }
";

pub fn rows() -> Vec<Row> {
    vec![idle_memory(), throughput()]
}

fn idle_memory() -> Row {
    let memory = |modems: &str| Simulator::start(&["--modems", modems]).peak_memory();
    let per_modem = (0..TURNS).map(|_| (memory("501") - memory("1")) as f64 / 500.0 / 1024.0);
    let per_modem = median(per_modem.collect());
    Row {
        figure: "memory of one more idle modem in the process".to_owned(),
        measured: format!("{} KiB", digits(per_modem)),
        against: String::new(),
        judged: Judged::AtMost { value: per_modem, goal: 100.0, unit: "KiB" },
    }
}

fn throughput() -> Row {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("file.yaml");
    std::fs::write(&scenario, SCENARIO).expect("written");
    let scenario = scenario.to_str().expect("text");
    let count = MANY.to_string();
    let args = ["--scenario", scenario, "--urc-gap", "0ms", "--no-pty", "--tcp", "127.0.0.1:0"];
    let one = Simulator::start(&args);
    let many = Simulator::start(&[&args[..], &["--modems", &count]].concat());
    let answer = [b"\r\nCONNECT\r\n", &*noise(SIZE), b"\r\nOK\r\n\r\n+QFTPGET: 0,1048576\r\n"];
    let answer = answer.concat();
    let (mut single, mut all) = (hosts(&one), hosts(&many));
    let mut turns = Turns::default();
    for _ in 0..TURNS {
        let start = Instant::now();
        (0..FILES).for_each(|_| download(&mut single, &answer));
        let alone = (FILES * SIZE) as f64 / 1e6 / start.elapsed().as_secs_f64();

        let start = Instant::now();
        download(&mut all, &answer);
        turns.add((MANY * SIZE) as f64 / 1e6 / start.elapsed().as_secs_f64(), alone);
    }
    let figure = "1,000 modems in one process, each gets 1 MiB (TCP); nothing lost".to_owned();
    let judged = Judged::AtLeast { value: turns.ratio(), goal: 0.8, unit: "×" };
    turns.row(figure, "MB/s", "one modem, file after file", judged)
}

/// A host on each modem, logged in and without echo.
fn hosts(simulator: &Simulator) -> Vec<TcpStream> {
    let modems = simulator.ready["modems"].as_array().expect("modems");
    let addresses = modems.iter().map(|modem| modem["tcp"].as_str().expect("an address"));
    let streams = addresses.map(|addr| {
        let stream = TcpStream::connect(addr).expect("a port");
        let mut host = Host::over(stream.try_clone().expect("a descriptor"));
        host.log_in();
        host.command("ATE0", &["OK"]);
        stream
    });
    streams.collect()
}

/// A host, and what it is still to get.
type Download<'a> = (&'a mut TcpStream, &'a [u8]);

/// All hosts ask for the file at once, and each must get exactly `answer`.
fn download(hosts: &mut [TcpStream], answer: &[u8]) {
    for host in hosts.iter_mut() {
        host.write_all(b"AT+QFTPGET=\"file.bin\",\"COM:\"\r").expect("the port takes it");
    }
    let mut waiting: Vec<Download<'_>> = hosts.iter_mut().map(|host| (host, answer)).collect();
    let mut block = vec![0; BLOCK];
    while !waiting.is_empty() {
        let ready = readable(&waiting);
        for ((host, rest), _) in waiting.iter_mut().zip(ready).filter(|(_, ready)| *ready) {
            let count = host.read(&mut block).expect("data");
            let (came, after) = rest.split_at(count.min(rest.len()));
            assert!(count > 0 && block[..count] == *came, "other bytes");
            *rest = after;
        }
        waiting.retain(|(_, rest)| !rest.is_empty());
    }
}

/// Waits until some hosts can read, and says which.
fn readable(waiting: &[Download<'_>]) -> Vec<bool> {
    let entries = waiting.iter().map(|(host, _)| PollFd::new(host.as_fd(), PollFlags::POLLIN));
    let mut entries: Vec<PollFd<'_>> = entries.collect();
    poll(&mut entries, PollTimeout::NONE).expect("a poll");
    entries.iter().map(|entry| entry.any().unwrap_or_default()).collect()
}
