//! Many modems in one process.

use std::time::Instant;

use crate::common::{Host, Simulator};
use crate::table::{Judged, Row, digits, median};

/// How many there are.
const MANY: usize = 1000;
/// Bytes that each of them gets.
const SIZE: usize = 1 << 20;
/// Files that one modem gets in its turn.
const FILES: usize = 200;
const TURNS: usize = 3;

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
    let content = crate::common::noise(SIZE);

    let mut single = Host::connect(one.modem("tcp"));
    single.log_in();
    let modems = many.ready["modems"].as_array().expect("modems");
    let addresses = modems.iter().map(|modem| modem["tcp"].as_str().expect("an address"));
    let mut hosts: Vec<Host> = addresses.map(Host::connect).collect();
    hosts.iter_mut().for_each(Host::log_in);

    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let start = Instant::now();
        for _ in 0..FILES {
            ask(&mut single);
            receive(&mut single, &content);
        }
        alone.push((FILES * SIZE) as f64 / 1e6 / start.elapsed().as_secs_f64());

        let start = Instant::now();
        hosts.iter_mut().for_each(ask);
        hosts.iter_mut().for_each(|host| receive(host, &content));
        together.push((MANY * SIZE) as f64 / 1e6 / start.elapsed().as_secs_f64());
    }
    let (alone, together) = (median(alone), median(together));
    Row {
        figure: "1,000 modems in one process, each gets 1 MiB (TCP); nothing lost".to_owned(),
        measured: format!("{} MB/s", digits(together)),
        against: format!("one modem, file after file: {} MB/s", digits(alone)),
        judged: Judged::AtLeast { value: together / alone, goal: 0.8, unit: "×" },
    }
}

fn ask(host: &mut Host) {
    host.write(b"AT+QFTPGET=\"file.bin\",\"COM:\"\r");
}

fn receive(host: &mut Host, content: &[u8]) {
    host.expect(&["AT+QFTPGET=\"file.bin\",\"COM:\"", "CONNECT"]);
    assert!(host.data(SIZE) == content, "other bytes");
    host.expect(&["OK", "+QFTPGET: 0,1048576"]);
}
