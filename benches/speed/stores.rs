//! A file from the server into RAM and back, beside curl on the same server.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::common::{Host, Simulator};
use crate::table::{Judged, Row, Turns};

/// Bytes in a transfer.
const SIZE: usize = 256 << 20;
/// Turns of each side.
const TURNS: usize = 9;

const SCENARIO: &str = "
scenario: a-big-file
server: { accounts: { test: test }, files: { /big.bin: { size: 256MiB, pattern: counter } } }
";

/// How the connections are protected.
#[derive(Clone, Copy)]
enum Protection {
    None,
    Tls13,
}

pub fn rows() -> Vec<Row> {
    if Command::new("curl").arg("--version").output().is_err() {
        let skipped = |figure: &str| Row {
            figure: figure.to_owned(),
            measured: String::new(),
            against: "curl".to_owned(),
            judged: Judged::Skipped("there is no curl"),
        };
        return vec![skipped("GET to `RAM:`"), skipped("PUT from `RAM:`")];
    }
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("big.yaml");
    std::fs::write(&scenario, SCENARIO).expect("written");
    let scenario = scenario.to_str().expect("text");
    let args = ["--scenario", scenario, "--urc-gap", "0ms", "--knob", "ram_total=1000000000"];
    let simulator = Simulator::start(&args);
    let upload = folder.path().join("upload.bin");
    std::fs::write(&upload, vec![b'd'; SIZE]).expect("written");
    let protections = [Protection::None, Protection::Tls13];
    protections.iter().flat_map(|protection| pair(&simulator, &upload, *protection)).collect()
}

fn pair(simulator: &Simulator, upload: &Path, protection: Protection) -> [Row; 2] {
    let (label, tls) = match protection {
        Protection::None => ("plain", false),
        Protection::Tls13 => ("TLS 1.3", true),
    };
    let mut host = simulator.open();
    log_in(&mut host, tls);
    let curl = Curl::new(simulator, tls);
    let (mut get, mut put) = (Turns::default(), Turns::default());
    for _ in 0..TURNS {
        let curl_down = curl.rate(&["-o", "/dev/null"], "big.bin");
        let down = modem_rate(&mut host, "AT+QFTPGET=\"big.bin\",\"RAM:big.bin\"");
        let curl_up = curl.rate(&["-T", upload.to_str().expect("text")], "new.bin");
        let up = modem_rate(&mut host, "AT+QFTPPUT=\"new.bin\",\"RAM:big.bin\"");
        get.add(down, curl_down);
        put.add(up, curl_up);
        host.command("AT+QFDEL=\"RAM:*\"", &["OK"]);
    }
    host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
    let row = |what: &str, turns: &Turns| {
        let figure = format!("{what} `RAM:`, 256 MiB, {label}");
        let judged = Judged::AtLeast { value: turns.ratio(), goal: 0.9, unit: "×" };
        turns.row(figure, "MB/s", "curl", judged)
    };
    [row("GET to", &get), row("PUT from", &put)]
}

fn log_in(host: &mut Host, tls: bool) {
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    // Active already in the second round.
    host.send("AT+QIACT=1");
    host.line();
    host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
    host.command(&format!("AT+QFTPCFG=\"ssltype\",{}", if tls { 2 } else { 0 }), &["OK"]);
    if tls {
        host.command("AT+QFTPCFG=\"sslctxid\",1", &["OK"]);
        host.command("AT+QSSLCFG=\"sslversion\",1,4", &["OK"]);
        host.command("AT+QSSLCFG=\"ciphersuite\",1,0XFFFF", &["OK"]);
        host.command("AT+QSSLCFG=\"seclevel\",1,0", &["OK"]);
    }
    host.command("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", "+QFTPOPEN: 0,0"]);
}

/// MB/s from the command to its result.
fn modem_rate(host: &mut Host, command: &str) -> f64 {
    let start = Instant::now();
    let said = host.ask(command);
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(said, Ok(format!("0,{SIZE}")), "{command}");
    SIZE as f64 / 1e6 / seconds
}

struct Curl {
    server: String,
    tls: Vec<String>,
}

impl Curl {
    fn new(simulator: &Simulator, tls: bool) -> Curl {
        let server = &simulator.ready["server"];
        let addr = server["ftp"].as_str().expect("an address");
        let ca = server["ca"].as_str().expect("a path");
        let tls = if tls { vec!["--ssl-reqd", "--tlsv1.3", "--cacert", ca] } else { vec![] };
        Curl { server: addr.to_owned(), tls: tls.into_iter().map(str::to_owned).collect() }
    }

    /// MB/s of the transfer alone: without curl's start and login.
    fn rate(&self, args: &[&str], file: &str) -> f64 {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--user", "test:test"])
            .args(["--write-out", "%{stderr}%{time_pretransfer} %{time_total}"])
            .args(&self.tls)
            .args(args)
            .arg(format!("ftp://{}/{file}", self.server))
            .output()
            .expect("curl runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "curl: {said}");
        let times: Vec<f64> = said.split(' ').map(|time| time.parse().expect("a time")).collect();
        SIZE as f64 / 1e6 / (times[1] - times[0])
    }
}
