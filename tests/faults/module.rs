//! In the module, in the middle of something.

use crate::bench::Bench;

/// A file of 1000 bytes on both sides.
const FILES: &str = "stores: {UFS: {files: {l: {size: 1000, pattern: counter}}}}\n\
                     server: {files: {/f: {size: 1000, pattern: counter}}}\n";
const GET_COM: &str = "> AT+QFTPGET=\"f\",\"COM:\"\n< CONNECT\n<< 1000\n";
const PUT_COM: &str = "> AT+QFTPPUT=\"p\",\"COM:\",0,1000,1\n< CONNECT\n>> 1000\n";
const GET: &str = "AT+QFTPGET=\"f\",\"UFS:g\"";
const PUT: &str = "AT+QFTPPUT=\"p\",\"UFS:l\"";
const IDLE: &str = "> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1\n";

fn bench(faults: &str) -> Bench {
    Bench::logged_in(&format!("{FILES}faults:\n{faults}"))
}

#[test]
fn the_outcome_of_a_transfer_never_comes() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPGET}, do: no_urc}\n\
         - {name: b, when: {command: +QFTPPUT}, do: no_urc}",
    );
    bench.play(&format!("{GET_COM}< OK\n{IDLE}{PUT_COM}< OK\n> AT+QFTPSIZE=\"p\"\n"));
    // The session is busy until the outcome would have come.
    while bench.host.line() != "OK" {
        bench.play("> AT+QFTPSIZE=\"p\"\n");
    }
    bench.play("< +QFTPSIZE: 0,1000");
    assert_eq!(bench.fired(), [1, 1]);
}

#[test]
fn the_outcome_of_a_transfer_comes_twice() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPGET}, do: doubled}\n\
         - {name: b, when: {command: +QFTPPUT}, do: doubled}",
    );
    let got = "< +QFTPGET: 0,1000\n< +QFTPGET: 0,1000\n";
    let put = "< +QFTPPUT: 0,1000\n< +QFTPPUT: 0,1000\n";
    bench.play(&format!("{GET_COM}< OK\n{got}{PUT_COM}< OK\n{put}"));
    bench.play(&format!("> {GET}\n< OK\n{got}> {PUT}\n< OK\n{put}{IDLE}"));
}

#[test]
fn the_outcome_of_a_transfer_comes_late_and_the_session_is_busy_until_then() {
    let mut bench = Bench::logged_in(&format!(
        "time_scale: 10\n{FILES}faults:\n\
         - {{name: a, when: {{command: +QFTPGET}}, do: {{late: 10s}}}}\n\
         - {{name: b, when: {{command: +QFTPPUT}}, do: {{late: 10s}}}}"
    ));
    let busy = "> AT+QFTPPWD\n< +CME ERROR: 603\n";
    bench.play(&format!("{GET_COM}< OK\n{busy}< +QFTPGET: 0,1000\n{IDLE}"));
    bench.play(&format!("{PUT_COM}< OK\n{busy}< +QFTPPUT: 0,1000\n{IDLE}"));
    bench.play(&format!("> {GET}\n< OK\n{busy}< +QFTPGET: 0,1000\n{IDLE}"));
}

#[test]
fn the_outcome_of_a_transfer_comes_before_its_result() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPGET}, do: urc_before_ok}\n\
         - {name: b, when: {command: +QFTPPUT}, do: urc_before_ok}",
    );
    bench.play(&format!("{GET_COM}< +QFTPGET: 0,1000\n< OK\n{IDLE}"));
    bench.play(&format!("{PUT_COM}< +QFTPPUT: 0,1000\n< OK\n{IDLE}"));
    bench.play(&format!("> {GET}\n< +QFTPGET: 0,1000\n< OK\n{IDLE}"));
    bench.play(&format!("> {PUT}\n< +QFTPPUT: 0,1000\n< OK\n{IDLE}"));
}

#[test]
fn a_transfer_with_the_port_ends_as_decided_without_data_mode() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPGET}, do: {outcome: {err: 625, protocol: 530}}}\n\
         - {name: b, when: {command: +QFTPPUT}, do: {outcome: {err: 619, protocol: 452}}}",
    );
    bench.play("> AT+QFTPGET=\"f\",\"COM:\"\n< +CME ERROR: 625");
    bench.play("> AT+QFTPPUT=\"p\",\"COM:\"\n< +CME ERROR: 619");
    bench.ask(PUT, "+QFTPPUT: 619,452");
    bench.play(IDLE);
}

#[test]
fn a_module_that_hangs_in_a_download_gives_the_rest_afterwards() {
    let mut bench = Bench::logged_in(&format!(
        "time_scale: 20\n{FILES}faults: [{{name: a, at: {{downloaded: 300}}, do: {{hang: 5s}}}}]"
    ));
    let whole: Vec<u8> = (0..1000_usize).map(|at| at as u8).collect();
    bench.play("> AT+QFTPGET=\"f\",\"COM:\"\n< CONNECT\n");
    assert_eq!(bench.host.data(1000), whole);
    bench.play("< OK\n< +QFTPGET: 0,1000");
    assert_eq!(bench.fired(), [1]);
}

#[test]
fn a_restart_in_an_upload_leaves_exactly_so_many_bytes_on_the_server() {
    let upload = |put: &str, scale: u32| {
        let mut bench = Bench::logged_in(&format!(
            "time_scale: {scale}\nstores: {{UFS: {{files: {{l: {{size: 100000, pattern: counter}}}}}}}}\n\
             faults: [{{name: a, when: {{command: +QFTPPUT}}, at: {{uploaded: 30000}}, do: {{restart: 8s}}}}]"
        ));
        bench.play(put);
        bench.play("< RDY");
        assert_eq!(bench.fired(), [1]);
        bench.on_server("/p").map(|file| file.len())
    };
    assert_eq!(upload("> AT+QFTPPUT=\"p\",\"UFS:l\"\n< OK", 20), Some(30000));
    assert_eq!(upload("> AT+QFTPPUT=\"p\",\"COM:\"\n< CONNECT\n>> 100000", 20), Some(30000));
}

#[test]
fn a_context_that_is_dropped_in_a_download_takes_the_session_with_it() {
    for what in ["pdp_dropped", "sim_removed", "deregistered"] {
        let mut bench = bench(&format!("- {{name: a, at: {{downloaded: 300}}, do: {what}}}"));
        bench.play(&format!("> {GET}\n< OK"));
        let mut lines = [bench.host.line(), bench.host.line()];
        lines.sort();
        assert_eq!(lines, ["+QFTPGET: 605,0", "+QIURC: \"pdpdeact\",1"], "{what}");
        // Without a card the module has no answer.
        if what != "sim_removed" {
            bench.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
        }
    }
}

#[test]
fn a_medium_that_is_full_or_breaks_in_a_download_is_613() {
    for what in ["store_full", "store_error", "{store_full: UFS}"] {
        let mut bench = bench(&format!("- {{name: a, at: {{downloaded: 300}}, do: {what}}}"));
        bench.ask(GET, "+QFTPGET: 613,0");
        bench.play(IDLE);
        assert_eq!(bench.fired(), [1]);
    }
}

#[test]
fn a_file_is_closed_behind_the_hosts_back_between_two_writes() {
    let mut bench = bench("- {name: a, when: {urc: \"+QFTPPWD: 0,*\"}, do: handle_lost}");
    let write = "> AT+QFWRITE=1,3\n< CONNECT\n>> \"abc\"\n";
    bench.play("> AT+QFOPEN=\"UFS:w\"\n< +QFOPEN: 1\n< OK");
    bench.play(&format!("{write}< +QFWRITE: 3,3\n< OK"));
    bench.ask("AT+QFTPPWD", "+QFTPPWD: 0,/");
    bench.play("> AT+QFWRITE=1,3\n< +CME ERROR: 416");
}

#[test]
fn what_happens_to_the_module_may_be_triggered_on_the_wire() {
    let mut bench = bench(
        "- {name: a, when: {verb: SIZE}, do: {stray_urc: \"+NOW: 1\"}}\n\
         - {name: b, when: {verb: RETR}, do: pdp_dropped}",
    );
    bench.host.send("AT+QFTPSIZE=\"f\"");
    let mut lines = [bench.host.line(), bench.host.line(), bench.host.line()];
    lines.sort();
    assert_eq!(lines, ["+NOW: 1", "+QFTPSIZE: 0,1000", "OK"]);
    bench.play(&format!("> {GET}\n< OK"));
    let mut lines = [bench.host.line(), bench.host.line()];
    lines.sort();
    assert_eq!(lines, ["+QFTPGET: 605,0", "+QIURC: \"pdpdeact\",1"]);
    assert_eq!(bench.fired(), [1, 1]);
}
