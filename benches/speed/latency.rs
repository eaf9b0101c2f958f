//! `AT` → `OK`: over a pty and over TCP, beside the least that could answer.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt;
use std::time::Instant;

use nix::fcntl::OFlag;

use crate::baseline::Baseline;
use crate::common::Simulator;
use crate::place::Apart;
use crate::table::{Judged, Row, Turns, median};

/// Turns of each side, and exchanges in a turn.
const TURNS: usize = 50;
const EXCHANGES: usize = 400;

pub fn rows() -> Vec<Row> {
    let on_pty = {
        let (baseline, simulator) = (Baseline::pty(), Simulator::start(&[]));
        let _apart = Apart::from(&[baseline.pid(), simulator.pid()]);
        compare(open(&baseline.port), open(simulator.modem("pty")), "pty", "openpty responder")
    };
    let on_tcp = {
        let baseline = Baseline::tcp();
        let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0"]);
        let _apart = Apart::from(&[baseline.pid(), simulator.pid()]);
        let hosts = (connect(&baseline.port), connect(simulator.modem("tcp")));
        compare(hosts.0, hosts.1, "TCP", "TCP responder")
    };
    vec![on_pty, on_tcp]
}

/// Opens a pty, which is raw already.
pub fn open(path: &str) -> File {
    let flags = OFlag::O_NOCTTY.bits();
    OpenOptions::new().read(true).write(true).custom_flags(flags).open(path).expect("a port")
}

fn connect(addr: &str) -> TcpStream {
    let stream = TcpStream::connect(addr).expect("a port");
    stream.set_nodelay(true).expect("an option");
    stream
}

fn compare(
    mut bare: impl Read + Write,
    mut modem: impl Read + Write,
    port: &str,
    against: &str,
) -> Row {
    exchange(&mut modem, "ATE0\r");
    let mut turns = Turns::default();
    for turn in 0..=TURNS {
        let other = typical(&mut bare);
        let simulator = typical(&mut modem);
        // The first turn warms up.
        if turn > 0 {
            turns.add(simulator, other);
        }
    }
    let judged = Judged::AtMost { value: turns.ratio(), goal: 1.3, unit: "×" };
    turns.row(format!("`AT` → `OK` over {port}"), "µs", against, judged)
}

/// The median of a turn, in µs.
fn typical(port: &mut (impl Read + Write)) -> f64 {
    median((0..EXCHANGES).map(|_| exchange(port, "AT\r")).collect())
}

/// Sends a line and waits for its `OK`; in µs.
fn exchange(port: &mut (impl Read + Write), line: &str) -> f64 {
    let mut answer = [0; 64];
    let mut got = 0;
    let start = Instant::now();
    port.write_all(line.as_bytes()).expect("the port takes it");
    while !answer[..got].ends_with(b"OK\r\n") {
        got += port.read(&mut answer[got..]).expect("an answer");
    }
    start.elapsed().as_secs_f64() * 1e6
}
