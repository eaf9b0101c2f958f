//! Memory while a file goes by that is far bigger than it.

use std::fs::File;
use std::io::Read;
use std::net::TcpStream;

use crate::baseline::BLOCK;
use crate::common::{Host, Simulator};
use crate::table::{Judged, Row, digits};

/// Bytes in the file.
const SIZE: u64 = 4 << 30;

pub fn rows() -> Vec<Row> {
    let root = tempfile::tempdir().expect("a folder");
    // Without content it takes no room on the disk.
    File::create(root.path().join("huge.bin")).and_then(|file| file.set_len(SIZE)).expect("a file");
    let root = root.path().to_str().expect("text");
    let args = ["--no-pty", "--tcp", "127.0.0.1:0", "--server-root", root, "--urc-gap", "0ms"];
    let simulator = Simulator::start(&args);
    let stream = TcpStream::connect(simulator.modem("tcp")).expect("a port");
    let mut data = stream.try_clone().expect("a descriptor");
    let mut host = Host::over(stream);
    host.log_in();
    let idle = simulator.peak_memory();
    host.command("AT+QFTPGET=\"huge.bin\",\"COM:\"", &["CONNECT"]);
    let mut left = SIZE - host.data_so_far() as u64;
    let mut block = vec![0; BLOCK];
    while left > 0 {
        let wanted = left.min(BLOCK as u64) as usize;
        left -= data.read(&mut block[..wanted]).expect("data") as u64;
    }
    host.expect(&["OK", &format!("+QFTPGET: 0,{SIZE}")]);
    let grown = (simulator.peak_memory() - idle) as f64 / f64::from(1 << 20);
    vec![Row {
        figure: "memory in a GET of 4 GiB to `COM:` (TCP), over idle".to_owned(),
        measured: format!("{} MiB", digits(grown)),
        against: String::new(),
        judged: Judged::AtMost { value: grown, goal: 32.0, unit: "MiB" },
    }]
}
