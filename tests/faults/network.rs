//! The radio link: as the scenario has it, and what faults make of it. Module time runs faster than
//! wall time in these tests; what takes long is only ever known to take at least so long.

use std::time::{Duration, Instant};

use crate::bench::Bench;

const SCALE: u32 = 20;
const GET: &str = "AT+QFTPGET=\"f\",\"UFS:g\"";

fn bench(scenario: &str) -> Bench {
    Bench::logged_in(&format!("time_scale: {SCALE}\n{scenario}"))
}

/// Asks, and shows that the answer takes at least so much module time.
#[track_caller]
fn ask_for(bench: &mut Bench, least: Duration, command: &str, answer: &str) {
    let before = Instant::now();
    bench.ask(command, answer);
    assert!(before.elapsed() * SCALE >= least, "{command}");
}

#[test]
fn a_session_is_not_opened_where_there_is_no_way() {
    let mut bench = Bench::logged_in(
        "faults:\n\
         - {name: a, when: {command: +QFTPOPEN, nth: 2}, do: unresolvable}\n\
         - {name: b, when: {command: +QFTPOPEN, nth: 3}, do: unreachable}\n\
         - {name: c, when: {verb: GREETING, nth: 4}, do: refused}",
    );
    bench.ask("AT+QFTPCLOSE", "+QFTPCLOSE: 0,0");
    for answer in ["604,0", "605,0", "606,0", "0,0"] {
        bench.ask("AT+QFTPOPEN=\"ftp.example.com\"", &format!("+QFTPOPEN: {answer}"));
    }
    assert_eq!(bench.fired(), [1, 1, 1]);
}

#[test]
fn a_round_trip_passes_for_each_answer() {
    let mut bench = bench("link: {round_trip: 4s, jitter: 1s}");
    ask_for(&mut bench, Duration::from_secs(3), "AT+QFTPPWD", "+QFTPPWD: 0,/");
}

#[test]
fn latency_comes_and_goes() {
    let mut bench = bench(
        "faults: [{name: a, when: {command: +QFTPPWD, nth: 1}, do: {latency: {round_trip: 6s, for: 8s}}}]",
    );
    ask_for(&mut bench, Duration::from_secs(6), "AT+QFTPPWD", "+QFTPPWD: 0,/");
    assert_eq!(bench.fired(), [1]);
}

#[test]
fn data_is_as_slow_as_the_link() {
    let files =
        "stores: {UFS: {files: {l: {size: 10000}}}}\nserver: {files: {/f: {size: 10000}}}\n";
    // 10000 bytes take ten seconds; the last piece of 20 ms in wall time is not waited for.
    let least = Duration::from_secs(9);
    let mut slow = bench(&format!("{files}link: {{up: 8kbit/s, down: 8kbit/s}}"));
    ask_for(&mut slow, least, GET, "+QFTPGET: 0,10000");
    ask_for(&mut slow, least, "AT+QFTPPUT=\"p\",\"UFS:l\"", "+QFTPPUT: 0,10000");
    let mut slowed = bench(&format!(
        "{files}faults: [{{name: a, when: {{command: +QFTPGET}}, do: {{bandwidth: {{down: 8kbit/s}}}}}}]"
    ));
    ask_for(&mut slowed, least, GET, "+QFTPGET: 0,10000");
}

#[test]
fn a_transfer_outlives_a_short_loss_of_the_radio() {
    let mut bench = bench(
        "server: {files: {/f: {size: 100000}}}\n\
         faults: [{name: a, at: {downloaded: 50000}, do: {radio_lost: 15s}}]",
    );
    ask_for(&mut bench, Duration::from_secs(15), GET, "+QFTPGET: 0,100000");
    assert_eq!(bench.fired(), [1]);
}

#[test]
fn a_radio_that_is_lost_for_good_is_a_timeout() {
    let mut bench = bench(
        "server: {files: {/f: {size: 100000}}}\n\
         faults: [{name: a, when: {command: +QFTPGET}, at: {downloaded: 50000}, do: radio_lost}]",
    );
    bench.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK");
    bench.ask(GET, "+QFTPGET: 609,0");
    bench.ask("AT+QFTPPWD", "+QFTPPWD: 609,0");
}

#[test]
fn an_outage_of_the_plan_begins_and_ends_at_its_time() {
    // The login is over long before, in any wall time that a test may take.
    let mut bench = bench(
        "link: {outages: [{from: 100s, to: 160s}]}\n\
         faults:\n\
         - {name: a, when: {time: 101s}, do: {stray_urc: \"+NOW: 1\"}}\n\
         - {name: b, when: {time: 159s}, do: {stray_urc: \"+NOW: 2\"}}",
    );
    bench.ask("AT+QFTPPWD", "+QFTPPWD: 0,/");
    bench.play("< +NOW: 1\n> AT+QFTPPWD\n< OK\n< +NOW: 2\n< +QFTPPWD: 0,/");
}
