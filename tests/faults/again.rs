//! One seed, one transcript: what the host receives, byte for byte.

use crate::bench::Bench;

const SCENARIO: &str = "time_scale: 20
stores: {UFS: {files: {l: {size: 20000, pattern: noise}}}}
server: {files: {/f: {size: 20000, pattern: noise}}}
link: {round_trip: 100ms, jitter: 90ms, down: 2Mbit/s}
faults:
  - {name: reply, when: {verb: SIZE, probability: 0.3}, do: {reply: 550}}
  - {name: late, when: {command: +QFTPPWD, probability: 0.5}, do: {late: 200ms}}
  - {name: gone, when: {command: +QFTPPWD, probability: 0.2}, do: {outcome: {err: 601}}}
  - {name: harm, when: {command: +QFTPGET, probability: 0.4}, at: {downloaded: 7000}, do: {data_corrupted: 9}}
  - {name: cut, when: {command: +QFTPGET, probability: 0.3}, at: {downloaded: 9000}, do: data_truncated}
  - {name: full, when: {command: +QFTPPUT, probability: 0.3}, at: {uploaded: 5000}, do: {reply: 452}}
";

/// All that the host receives, and what has fired how often.
fn transcript(seed: u64) -> (Vec<String>, Vec<u64>) {
    let mut bench = Bench::seeded(SCENARIO, seed);
    bench.host.log_in();
    let mut heard = Vec::new();
    for _ in 0..12 {
        for command in ["AT+QFTPSIZE=\"f\"", "AT+QFTPPWD", "AT+QFTPPUT=\"p\",\"UFS:l\""] {
            heard.push(bench.host.ask(command).unwrap_or_else(|refused| refused));
        }
        heard.push(bench.host.ask("AT+QFTPGET=\"f\",\"RAM:g\"").unwrap_or_else(|refused| refused));
        // The checksum of what came.
        bench.host.command("AT+QFDWL=\"RAM:g\"", &["CONNECT"]);
        let end = b"\r\n+QFDWL: ";
        let data = bench.host.data_until(end);
        heard.push(format!("{} bytes, {}", data.len(), bench.host.line()));
        bench.host.expect(&["OK"]);
    }
    (heard, bench.fired())
}

#[test]
fn the_same_seed_gives_the_same_transcript_and_another_one_another() {
    let first = transcript(2);
    assert!(first.1.iter().all(|&fired| fired > 0), "{:?}", first.1);
    assert_eq!(first, transcript(2));
    assert_ne!(first.0, transcript(1).0);
}
