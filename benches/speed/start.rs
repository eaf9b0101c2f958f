//! From the start of the program to the first `OK`.

use std::io::{Read, Write};
use std::time::Instant;

use crate::baseline::Baseline;
use crate::common::Simulator;
use crate::latency::open;
use crate::table::{Judged, Row, Turns};

const TURNS: usize = 40;

pub fn rows() -> Vec<Row> {
    let mut turns = Turns::default();
    for _ in 0..TURNS {
        let start = Instant::now();
        let baseline = Baseline::pty();
        first_ok(&baseline.port);
        let bare = start.elapsed().as_secs_f64() * 1e3;

        let folder = tempfile::tempdir().expect("a folder");
        let start = Instant::now();
        let simulator = Simulator::start_in(folder, &[]);
        first_ok(simulator.modem("pty"));
        turns.add(start.elapsed().as_secs_f64() * 1e3, bare);
    }
    let row =
        |judged| turns.row("start → first `OK`".to_owned(), "ms", "openpty responder", judged);
    vec![
        row(Judged::AtMost { value: turns.simulator(), goal: 10.0, unit: "ms" }),
        row(Judged::AtMost { value: turns.ratio(), goal: 3.0, unit: "×" }),
    ]
}

fn first_ok(path: &str) {
    let mut port = open(path);
    port.write_all(b"AT\r").expect("the port takes it");
    let mut came = Vec::new();
    while !came.ends_with(b"OK\r\n") {
        let mut bytes = [0; 64];
        let count = port.read(&mut bytes).expect("an answer");
        came.extend_from_slice(&bytes[..count]);
    }
}
