//! A big file through the port, beside a raw copy over a pty.

use std::fs::File;
use std::io::{Read, Write};
use std::time::Instant;

use crate::baseline::{BLOCK, Baseline};
use crate::common::Simulator;
use crate::latency::open;
use crate::place::Apart;
use crate::table::{Judged, Row, Turns};

/// Bytes in a transfer.
const SIZE: usize = 256 << 20;
/// Turns of each side.
const TURNS: usize = 9;

const SCENARIO: &str = "
scenario: a-big-file
server: { accounts: { test: test }, files: { /big.bin: { size: 256MiB, pattern: counter } } }
";

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("big.yaml");
    std::fs::write(&scenario, SCENARIO).expect("written");
    let scenario = scenario.to_str().expect("text");
    let simulator = Simulator::start(&["--scenario", scenario, "--urc-gap", "0ms"]);
    simulator.open().log_in();
    let (baseline, mut modem) = (Baseline::copy(), open(simulator.modem("pty")));
    let _apart = Apart::from(&[baseline.pid(), simulator.pid()]);
    let mut bare = open(&baseline.port);
    say(&mut modem, "AT&D0\r", "OK\r\n");

    let (mut get, mut put) = (Turns::default(), Turns::default());
    for _ in 0..TURNS {
        let bare_down = rate(|| {
            say(&mut bare, &format!("d {SIZE}\r"), "");
            swallow(&mut bare, SIZE);
        });
        let down = rate(|| {
            say(&mut modem, "AT+QFTPGET=\"big.bin\",\"COM:\"\r", "CONNECT\r\n");
            swallow(&mut modem, SIZE);
            await_end(&mut modem, &format!("+QFTPGET: 0,{SIZE}\r\n"));
        });
        let bare_up = rate(|| {
            say(&mut bare, &format!("u {SIZE}\r"), "");
            send(&mut bare, SIZE);
            await_end(&mut bare, "!");
        });
        let up = rate(|| {
            let command = format!("AT+QFTPPUT=\"new.bin\",\"COM:\",0,{SIZE},1\r");
            say(&mut modem, &command, "CONNECT\r\n");
            send(&mut modem, SIZE);
            await_end(&mut modem, &format!("+QFTPPUT: 0,{SIZE}\r\n"));
        });
        get.add(down, bare_down);
        put.add(up, bare_up);
    }
    vec![row("GET to", &get, 0.8), row("PUT from", &put, 0.7)]
}

fn row(what: &str, turns: &Turns, goal: f64) -> Row {
    let figure = format!("{what} `COM:` over a pty, 256 MiB");
    let judged = Judged::AtLeast { value: turns.ratio(), goal, unit: "×" };
    turns.row(figure, "MB/s", "raw pty copy", judged)
}

/// MB/s of something that moves [`SIZE`] bytes.
fn rate(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    SIZE as f64 / 1e6 / start.elapsed().as_secs_f64()
}

/// Writes a line, and reads up to the end of `answer`.
fn say(port: &mut File, line: &str, answer: &str) {
    port.write_all(line.as_bytes()).expect("the port takes it");
    await_end(port, answer);
}

/// Reads until what came ends with `end`, byte by byte: what follows it is left there.
fn await_end(port: &mut File, end: &str) {
    let mut came = Vec::new();
    while !came.ends_with(end.as_bytes()) {
        let mut byte = [0];
        port.read_exact(&mut byte).expect("an answer");
        came.extend_from_slice(&byte);
    }
}

fn swallow(port: &mut File, mut left: usize) {
    let mut block = vec![0; BLOCK];
    while left > 0 {
        let wanted = left.min(BLOCK);
        left -= port.read(&mut block[..wanted]).expect("data");
    }
}

fn send(port: &mut File, mut left: usize) {
    let block = vec![b'd'; BLOCK];
    while left > 0 {
        let count = left.min(BLOCK);
        port.write_all(&block[..count]).expect("the port takes it");
        left -= count;
    }
}
