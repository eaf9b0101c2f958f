//! Between the FTP client and the server.

use crate::bench::Bench;

/// A file of 1000 bytes on both sides.
const FILES: &str = "stores: {UFS: {files: {l: {size: 1000, pattern: counter}}}}\n\
                     server: {files: {/f: {size: 1000, pattern: counter}}}\n";
const GET: &str = "AT+QFTPGET=\"f\",\"UFS:g\"";
const PUT: &str = "AT+QFTPPUT=\"p\",\"UFS:l\"";
const OPEN: &str = "AT+QFTPOPEN=\"ftp.example.com\"";

/// A modem with these faults, logged in.
fn bench(faults: &str) -> Bench {
    Bench::logged_in(&format!("{FILES}faults:\n{faults}"))
}

/// Everything is as it should be again, in the same session or the next one.
#[track_caller]
fn goes_on(bench: &mut Bench, alive: bool) {
    if !alive {
        bench.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
        bench.ask(OPEN, "+QFTPOPEN: 0,0");
    }
    bench.ask("AT+QFTPGET=\"f\",\"RAM:again\"", "+QFTPGET: 0,1000");
    bench.ask("AT+QFTPPUT=\"again\",\"UFS:l\"", "+QFTPPUT: 0,1000");
    bench.ask("AT+QFTPCLOSE", "+QFTPCLOSE: 0,0");
}

/// What the host asks for, and what it hears when this goes wrong.
struct Case {
    fault: &'static str,
    command: &'static str,
    hears: &'static str,
    /// Whether the session survives.
    alive: bool,
}

const fn case(
    fault: &'static str,
    command: &'static str,
    hears: &'static str,
    alive: bool,
) -> Case {
    Case { fault, command, hears, alive }
}

#[test]
fn the_control_connection_ends_where_it_is_told() {
    for case in [
        case("when: {verb: PWD}, do: goodbye", "AT+QFTPPWD", "+QFTPPWD: 614,421", false),
        case("when: {verb: PWD}, do: control_closed", "AT+QFTPPWD", "+QFTPPWD: 606,0", false),
        case("when: {verb: PWD}, do: control_reset", "AT+QFTPPWD", "+QFTPPWD: 608,0", false),
        case(
            "when: {command: +QFTPPWD}, do: control_closed",
            "AT+QFTPPWD",
            "+QFTPPWD: 606,0",
            false,
        ),
        case("when: {command: +QFTPGET, nth: 1}, do: goodbye", GET, "+QFTPGET: 614,421", false),
        case("when: {command: +QFTPGET, nth: 1}, do: control_reset", GET, "+QFTPGET: 608,0", false),
        case(
            "when: {enters: transferring, nth: 1}, do: control_closed",
            GET,
            "+QFTPGET: 606,0",
            false,
        ),
        case(
            "when: {enters: transferring, nth: 1}, do: control_reset",
            GET,
            "+QFTPGET: 608,0",
            false,
        ),
        case("at: {downloaded: 300}, do: control_closed", GET, "+QFTPGET: 606,0", false),
        case("at: {downloaded: 300}, do: control_reset", GET, "+QFTPGET: 608,0", false),
        case("at: {downloaded: 300}, do: goodbye", GET, "+QFTPGET: 614,421", false),
        case("at: {uploaded: 300}, do: control_closed", PUT, "+QFTPPUT: 606,0", false),
        case("at: {uploaded: 300}, do: control_reset", PUT, "+QFTPPUT: 608,0", false),
        case("at: {uploaded: 300}, do: goodbye", PUT, "+QFTPPUT: 614,421", false),
    ] {
        check(&case);
    }
}

#[test]
fn a_data_connection_fails_where_it_is_told() {
    for case in [
        case("when: {command: +QFTPGET, nth: 1}, do: data_refused", GET, "+QFTPGET: 615,0", true),
        case("when: {command: +QFTPPUT, nth: 1}, do: data_refused", PUT, "+QFTPPUT: 615,0", true),
        case("when: {verb: RETR, nth: 1}, do: data_cut", GET, "+QFTPGET: 616,426", true),
        case(
            "when: {command: +QFTPGET, nth: 1}, at: {downloaded: 300}, do: data_cut",
            GET,
            "+QFTPGET: 616,426",
            true,
        ),
        case(
            "when: {command: +QFTPGET, nth: 1}, at: {downloaded: 300}, do: data_reset",
            GET,
            "+QFTPGET: 616,426",
            true,
        ),
        case(
            "when: {command: +QFTPPUT, nth: 1}, at: {uploaded: 300}, do: data_cut",
            PUT,
            "+QFTPPUT: 616,426",
            true,
        ),
        case(
            "when: {command: +QFTPPUT, nth: 1}, at: {uploaded: 300}, do: data_reset",
            PUT,
            "+QFTPPUT: 616,426",
            true,
        ),
        case("when: {verb: RETR, nth: 1}, do: {final_reply: 451}", GET, "+QFTPGET: 618,451", true),
        case(
            "when: {verb: PASV, nth: 1}, do: {passive_address: \"127.0.0.9\"}",
            GET,
            "+QFTPGET: 615,0",
            true,
        ),
        case(
            "when: {command: +QFTPGET, nth: 1}, do: {passive_address: \"127.0.0.1\"}",
            GET,
            "+QFTPGET: 0,1000",
            true,
        ),
    ] {
        check(&case);
    }
}

#[track_caller]
fn check(case: &Case) {
    // Transfers go on after their faults, which therefore fire once.
    let fault = case.fault.replace("at: {", "when: {times: 1}, at: {");
    let fault = match case.fault.contains("when:") {
        true => case.fault.to_owned(),
        false => fault,
    };
    let mut bench = bench(&format!("- {{name: a, {fault}}}"));
    println!("{fault}");
    bench.ask(case.command, case.hears);
    let fired = bench.fired();
    assert_eq!(fired, [1], "{fault}");
    goes_on(&mut bench, case.alive);
}

#[test]
fn an_idle_control_connection_ends_at_its_time() {
    let mut bench = bench("- {name: a, when: {enters: idle, nth: 1}, do: control_closed}");
    bench.play("< +QFTPCLOSE: 606,0");
    goes_on(&mut bench, false);
    let mut bench = Bench::logged_in(
        "time_scale: 20\nfaults: [{name: a, when: {time: 30s}, do: control_reset}]",
    );
    bench.play("< +QFTPCLOSE: 606,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
}

#[test]
fn an_upload_ends_at_its_byte_with_the_reply_that_was_told() {
    let mut bench = bench("- {name: a, at: {uploaded: 300}, do: {reply: 452}}");
    bench.play(
        "> AT+QFTPPUT=\"p\",\"COM:\",0,1000,1\n< CONNECT\n>> 1000\n< OK\n< +QFTPPUT: 619,452",
    );
    let sent: Vec<u8> = (0..300_usize).map(|at| (at % 251) as u8).collect();
    assert_eq!(bench.on_server("/p"), Some(sent));
}

#[test]
fn a_truncated_transfer_looks_good() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPPUT}, at: {uploaded: 300}, do: data_truncated}\n\
         - {name: b, when: {command: +QFTPGET}, at: {downloaded: 300}, do: data_truncated}",
    );
    bench.ask(PUT, "+QFTPPUT: 0,1000");
    assert_eq!(bench.on_server("/p").map(|file| file.len()), Some(300));
    bench.ask(GET, "+QFTPGET: 0,300");
}

#[test]
fn corrupted_data_keeps_its_length() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPPUT}, at: {uploaded: 300}, do: {data_corrupted: 4}}\n\
         - {name: b, when: {verb: RETR}, do: data_corrupted}",
    );
    bench.ask(PUT, "+QFTPPUT: 0,1000");
    let file = bench.on_server("/p").expect("it is there");
    let wrong: Vec<usize> = (0..1000).filter(|&at| file[at] != at as u8).collect();
    assert_eq!((file.len(), wrong), (1000, vec![300, 301, 302, 303]));
    bench.play("> AT+QFTPGET=\"f\",\"COM:\"\n< CONNECT\n<< \"\\xff\\x01\\x02\"");
}

#[test]
fn a_stalled_data_connection_goes_on_or_times_out() {
    let stalled = |lasts: &str| {
        Bench::logged_in(&format!(
            "time_scale: 20\n{FILES}faults:\n\
             - {{name: a, when: {{command: +QFTPGET, nth: 1}}, at: {{downloaded: 300}}, do: {lasts}}}\n\
             - {{name: b, when: {{command: +QFTPPUT, nth: 1}}, at: {{uploaded: 300}}, do: {lasts}}}"
        ))
    };
    let mut bench = stalled("{data_stalled: 15s}");
    bench.ask(GET, "+QFTPGET: 0,1000");
    bench.ask(PUT, "+QFTPPUT: 0,1000");
    let mut bench = stalled("data_stalled");
    bench.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK");
    bench.ask(GET, "+QFTPGET: 609,0");
    bench.ask(PUT, "+QFTPPUT: 609,0");
    assert_eq!(bench.fired(), [1, 1]);
}

#[test]
fn nobody_answers_where_the_data_connection_should_be() {
    let mut bench = Bench::logged_in(&format!(
        "time_scale: 20\n{FILES}faults: [{{name: a, when: {{verb: PASV}}, do: data_silent}}]"
    ));
    bench.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK");
    bench.ask(GET, "+QFTPGET: 609,0");
    assert_eq!(bench.fired(), [1]);
}

#[test]
fn a_server_is_too_slow_only_beyond_rsptimeout() {
    let mut bench = Bench::logged_in(
        "time_scale: 20\nfaults:\n\
         - {name: a, when: {command: +QFTPPWD, nth: 1}, do: {slow_server: {by: 15s, for: 20s}}}\n\
         - {name: b, when: {command: +QFTPSIZE}, do: {slow_server: 30s}}",
    );
    bench.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK");
    bench.ask("AT+QFTPPWD", "+QFTPPWD: 0,/");
    bench.ask("AT+QFTPSIZE=\"f\"", "+QFTPSIZE: 609,0");
}

#[test]
fn a_wrong_address_is_found_out_or_not_as_data_address_says() {
    let lost = |data_address: &str, answer: &str| {
        let mut bench = Bench::logged_in(&format!(
            "time_scale: 20\n{FILES}faults:\n\
             - {{name: a, when: {{command: +QFTPGET}}, do: {{passive_address: \"127.0.0.9\"}}}}"
        ));
        bench.play(&format!("> AT+QFTPCFG=\"data_address\",{data_address}\n< OK"));
        bench.ask(GET, answer);
        assert_eq!(bench.fired(), [1]);
    };
    lost("0", "+QFTPGET: 615,0");
    lost("1", "+QFTPGET: 0,1000");
    lost("2,15", "+QFTPGET: 0,1000");
}

#[test]
fn a_handshake_fails_on_the_connection_it_is_told() {
    for how in ["alert", "closed", "garbage"] {
        for ssltype in [1, 2] {
            let mut bench = Bench::new(&format!(
                "{FILES}faults:\n\
                 - {{name: a, when: {{command: +QFTPOPEN, nth: 1}}, do: {{tls_failure: {how}}}}}\n\
                 - {{name: b, when: {{command: +QFTPGET, nth: 1}}, do: {{tls_failure: {how}}}}}\n\
                 - {{name: c, when: {{command: +QFTPPUT, nth: 1}}, do: {{tls_failure: {how}}}}}"
            ));
            bench.play("> AT+QICSGP=1,1,\"UNINET\"\n< OK\n> AT+QIACT=1\n< OK");
            bench.play("> AT+QFTPCFG=\"account\",\"test\",\"test\"\n< OK");
            bench.play(&format!("> AT+QFTPCFG=\"ssltype\",{ssltype}\n< OK"));
            bench.ask(OPEN, "+QFTPOPEN: 631,0");
            bench.ask(OPEN, "+QFTPOPEN: 0,0");
            // The server has noticed, and says so.
            bench.ask(GET, "+QFTPGET: 616,426");
            bench.ask(PUT, "+QFTPPUT: 616,426");
            assert_eq!(bench.fired(), [1; 3]);
            goes_on(&mut bench, true);
        }
    }
}

#[test]
fn any_reply_can_answer_any_verb_of_a_command() {
    let mut bench = bench(
        "- {name: greeting, when: {verb: GREETING, nth: 2}, do: {reply: 421}}\n\
         - {name: user, when: {verb: USER, nth: 2}, do: {reply: 530}}\n\
         - {name: pass, when: {command: +QFTPOPEN, verb: PASS, nth: 2}, do: {reply: 532}}\n\
         - {name: pasv, when: {verb: PASV, nth: 1}, do: {reply: 425}}\n\
         - {name: quit, when: {verb: QUIT, nth: 2}, do: {reply: 500}}",
    );
    bench.ask(GET, "+QFTPGET: 615,425");
    bench.ask("AT+QFTPCLOSE", "+QFTPCLOSE: 0,0");
    bench.ask(OPEN, "+QFTPOPEN: 614,421");
    bench.ask(OPEN, "+QFTPOPEN: 625,530");
    bench.ask(OPEN, "+QFTPOPEN: 626,532");
    bench.ask(OPEN, "+QFTPOPEN: 0,0");
    assert_eq!(bench.fired(), [1, 1, 1, 1, 0]);
}

#[test]
fn in_active_mode_it_is_the_server_that_cannot_connect() {
    let mut bench = bench(
        "- {name: a, when: {command: +QFTPGET, nth: 1}, do: data_refused}\n\
         - {name: b, when: {command: +QFTPPUT, nth: 1}, at: {uploaded: 300}, do: data_cut}",
    );
    bench.play("> AT+QFTPCFG=\"transmode\",0\n< OK");
    bench.ask(GET, "+QFTPGET: 615,425");
    bench.ask(PUT, "+QFTPPUT: 616,426");
    assert_eq!(bench.fired(), [1, 1]);
    goes_on(&mut bench, true);
}

#[test]
fn each_part_of_an_upload_counts_its_own_bytes() {
    for (deed, last) in [("{reply: 452}", "+QFTPPUT: 619,452"), ("restart", "RDY")] {
        let mut bench = bench(&format!(
            "- {{name: a, when: {{command: +QFTPPUT, nth: 2}}, at: {{uploaded: 300}}, do: {deed}}}"
        ));
        let part = |start: u64, last: u8| {
            format!("> AT+QFTPPUT=\"p\",\"COM:\",{start},1000,{last}\n< CONNECT\n>> 1000\n")
        };
        bench.play(&format!("{}< OK\n< +QFTPPUT: 0,1000", part(0, 0)));
        bench.play(&part(1000, 1));
        while bench.host.line() != last {}
        assert_eq!(bench.on_server("/p").map(|file| file.len()), Some(1300), "{deed}");
    }
}
