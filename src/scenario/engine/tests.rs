//! Faults as a host meets them, on the bench: in the module, and told from the rules' side.

use std::time::Duration;

use super::{FaultStatus, LineWay, Moment, News, Rules};
use crate::modem::intercept::Flow;
use crate::modem::link::LinkEvent;
use crate::rig::Rig;
use crate::scenario::faults::{ControlEnd, LineDeed, Said, WireDeed};
use crate::scenario::{Scenario, Verb};
use crate::time::ModuleTime;

/// A modem with these faults, logged in, and its rules.
fn rig(faults: &str) -> (Rig, Rules) {
    let (mut rig, rules) = bare_rig(faults);
    rig.log_in();
    (rig, rules)
}

fn bare_rig(faults: &str) -> (Rig, Rules) {
    let text = format!("scenario: a\nfaults:\n{faults}");
    let scenario = Scenario::parse("s.yaml", text.as_bytes(), None);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let rules = Rules::of(&scenario, 7);
    let mut rig = Rig::new(scenario.setup().expect("it fits"));
    rig.modem = rig.modem.with_interceptor(Box::new(rules.clone()));
    (rig, rules)
}

fn fired(rules: &Rules) -> Vec<u64> {
    rules.status().iter().map(|fault| fault.fired).collect()
}

fn nearest(rules: &Rules) -> String {
    rules.status().remove(0).nearest.expect("it never fired")
}

#[test]
fn a_command_is_refused_the_second_time_only() {
    let (mut rig, rules) =
        rig("- {name: a, when: {command: +QFTPSIZE, nth: 2}, do: {cme_error: 603}}");
    rig.server.put("/f", "abc");
    rig.play(
        r#"
        > AT+QFTPSIZE="f"
        < OK
        < +QFTPSIZE: 0,3
        > AT+QFTPSIZE="f"
        < +CME ERROR: 603
        > AT+QFTPSIZE="f"
        < OK
        < +QFTPSIZE: 0,3
    "#,
    );
    assert_eq!(fired(&rules), [1]);
}

#[test]
fn an_operation_ends_as_decided_and_the_server_is_not_asked() {
    let (mut rig, rules) =
        rig("- {name: a, when: {command: +QFTPDEL}, do: {outcome: {err: 627, protocol: 550}}}
- {name: b, when: {command: +QFTPGET}, do: {outcome: {err: 625}}}
- {name: c, when: {command: +QFTPCLOSE, nth: 1}, do: {outcome: {err: 609}}}");
    rig.server.put("/f", "abc");
    rig.play(
        r#"
        > AT+QFTPDEL="f"
        < OK
        < +QFTPDEL: 627,550
        > AT+QFTPGET="f","COM:"
        < +CME ERROR: 625
        > AT+QFTPGET="f","RAM:f"
        < OK
        < +QFTPGET: 625,0
        > AT+QFTPCLOSE
        < OK
        < +QFTPCLOSE: 609,0
        > AT+QFTPSTAT
        < OK
        < +QFTPSTAT: 0,1
        > AT+QFTPCLOSE
        < OK
        < +QFTPCLOSE: 0,0
    "#,
    );
    assert!(rig.server.file("/f").is_some(), "it was not deleted");
    assert_eq!(fired(&rules), [1, 2, 1]);
}

#[test]
fn a_result_never_comes_though_the_command_is_carried_out() {
    let (mut rig, _) = rig("- {name: a, when: {command: +CMEE, form: write}, do: no_result}");
    rig.send("AT+CMEE=2\r");
    rig.pass(Duration::from_secs(10));
    assert_eq!(rig.text(), "AT+CMEE=2\r");
    rig.play("\n> AT+CMEE?\n< +CMEE: 2\n< OK\n");
}

#[test]
fn an_outcome_is_lost_doubled_late_or_early() {
    let (mut rig, _) = rig("- {name: a, when: {command: +QFTPSIZE, nth: 1}, do: no_urc}
- {name: b, when: {command: +QFTPSIZE, nth: 2}, do: doubled}
- {name: c, when: {command: +QFTPSIZE, nth: 3}, do: {late: 5s}}
- {name: d, when: {command: +QFTPSIZE, nth: 4}, do: urc_before_ok}");
    rig.server.put("/f", "abc");
    rig.send("AT+QFTPSIZE=\"f\"\r");
    rig.pass(Duration::from_secs(100));
    assert_eq!(rig.text(), "AT+QFTPSIZE=\"f\"\r\r\nOK\r\n");
    rig.play("\n> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 0,3\n< +QFTPSIZE: 0,3\n");
    rig.send("AT+QFTPSIZE=\"f\"\r");
    rig.received();
    rig.pass(Duration::from_secs(4));
    assert_eq!(rig.text(), "");
    rig.play("\n> AT+QFTPPWD\n< +CME ERROR: 603\n");
    rig.pass(Duration::from_secs(2));
    assert_eq!(rig.text(), "\r\n+QFTPSIZE: 0,3\r\n");
    rig.play("\n> AT+QFTPSIZE=\"f\"\n< +QFTPSIZE: 0,3\n< OK\n");
    rig.play("\n> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/\n");
}

#[test]
fn an_early_outcome_keeps_no_other_line_waiting() {
    let (mut rig, _) = rig("- {name: a, when: {command: +QFTPPUT}, do: urc_before_ok}
- {name: b, when: {command: +QFTPGET}, do: urc_before_ok}");
    rig.play("\n> AT+QFTPPUT=\"f\",\"COM:\",0,4;+QFTPPWD\n< CONNECT\n");
    rig.server.silence(true);
    rig.send("data");
    assert_eq!(rig.text(), "\r\n+CME ERROR: 603\r\n", "the end of its own line");
    rig.play("\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,2\n");
    rig.play("\n< +QFTPPUT: 609,0\n");
    rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
    rig.event(LinkEvent::Data(rig.server.last_id(), "one".into()));
    assert!(rig.text().ends_with("CONNECT\r\none"));
    rig.escape();
    assert_eq!(rig.text(), "\r\nOK\r\n", "it may be resumed");
    rig.send("ATO\r");
    rig.event(LinkEvent::Finished(rig.server.last_id()));
    assert!(rig.text().ends_with("\r\n+QFTPGET: 0,3\r\n\r\nOK\r\n"));
}

#[test]
fn a_line_that_is_about_to_go_out_can_become_another() {
    let (mut rig, rules) =
        rig("- {name: a, when: {urc: '+QFTPSIZE: 0,*'}, do: {outcome: {err: 609}}}");
    rig.server.put("/f", "abc");
    rig.play("\n> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 609,0\n");
    assert_eq!(fired(&rules), [1]);
}

#[test]
fn a_module_that_hangs_answers_nothing_until_it_is_over() {
    let (mut rig, _) = rig("- {name: a, when: {command: +CSQ, nth: 1}, do: {hang: 30s}}");
    rig.send("AT+CSQ\r");
    rig.received();
    rig.send("AT\r");
    rig.pass(Duration::from_secs(29));
    assert_eq!(rig.text(), "");
    rig.pass(Duration::from_secs(1));
    rig.play("\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n");
}

#[test]
fn a_restart_in_a_download_comes_after_exactly_so_many_bytes() {
    let (mut rig, rules) = rig("- {name: a, at: {downloaded: 7}, do: {restart: 8s}}");
    rig.server.put("/f", "0123456789");
    rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
    let text = rig.text();
    assert!(text.ends_with("CONNECT\r\n0123456"), "{text:?}");
    rig.pass(Duration::from_secs(9));
    assert!(rig.text().starts_with("\r\nRDY\r\n"));
    assert_eq!(fired(&rules), [1]);
}

#[test]
fn a_download_ends_with_its_context_after_exactly_so_many_bytes() {
    let (mut rig, rules) = rig("- {name: a, at: {downloaded: 7}, do: {pdp_dropped: 1}}");
    rig.server.put("/f", "0123456789".repeat(100_000));
    rig.play(
        r#"
        > AT+QFTPGET="f","COM:"
        < CONNECT
        << "0123456"
        < OK
        < +QIURC: "pdpdeact",1
        < +QFTPGET: 605,0
        > AT+QFTPSTAT
        < OK
        < +QFTPSTAT: 0,4
    "#,
    );
    assert_eq!(fired(&rules), [1]);
}

#[test]
fn a_pulled_card_is_missed_and_comes_back() {
    let (mut rig, _) = rig("- {name: a, when: {command: +CSQ}, do: {sim_removed: 10s}}");
    rig.play("\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n< +QIURC: \"pdpdeact\",1\n");
    rig.play("\n> AT+CPIN?\n< +CME ERROR: 13\n");
    rig.pass(Duration::from_secs(20));
    assert!(rig.text().contains("+CPIN: READY"));
    rig.play("\n> AT+CPIN?\n< +CPIN: READY\n< OK\n");
}

#[test]
fn a_network_that_gives_the_module_up_takes_it_back() {
    let (mut rig, _) =
        rig("- {name: a, when: {time: 60s}, do: {deregistered: {status: searching, for: 20s}}}");
    rig.play("\n> AT+CREG=1\n< OK\n");
    rig.pass(Duration::from_secs(60));
    assert_eq!(rig.text(), "\r\n+QIURC: \"pdpdeact\",1\r\n\r\n+CREG: 2\r\n");
    rig.pass(Duration::from_secs(20));
    assert_eq!(rig.text(), "\r\n+CREG: 1\r\n");
}

#[test]
fn a_store_can_be_full_or_broken_for_a_while() {
    let (mut rig, _) =
        rig("- {name: a, when: {command: +CSQ}, do: {store_full: {medium: RAM, for: 1m}}}
- {name: b, when: {command: +CREG}, do: {store_error: RAM}}");
    rig.play("\n> AT+QFOPEN=\"RAM:f\"\n< +QFOPEN: 1\n< OK\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n");
    rig.play("\n> AT+QFWRITE=1,3\n< CONNECT\n>> \"abc\"\n< +CME ERROR: 420\n");
    rig.pass(Duration::from_secs(60));
    rig.play("\n> AT+QFWRITE=1,3\n< CONNECT\n>> \"abc\"\n< +QFWRITE: 3,3\n< OK\n");
    rig.play("\n> AT+CREG?\n< +CREG: 0,1\n< OK\n> AT+QFSEEK=1,0,0\n< OK\n");
    rig.play("\n> AT+QFREAD=1,3\n< +CME ERROR: 411\n");
}

#[test]
fn an_open_file_is_closed_behind_the_hosts_back() {
    let (mut rig, _) = rig("- {name: a, when: {command: +CSQ}, do: handle_lost}");
    rig.play("\n> AT+QFOPEN=\"RAM:f\"\n< +QFOPEN: 1\n< OK\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n");
    rig.play("\n> AT+QFCLOSE=1\n< +CME ERROR: 416\n");
}

#[test]
fn states_of_the_scenario_tell_phases_apart() {
    let (mut rig, rules) = rig("- {name: a, when: {command: +CSQ, in_state: late}, do: error}
- {name: b, when: {command: +CREG}, do: {stray_urc: '+X: 1'}, then_state: late}");
    rig.play("\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n");
    assert_eq!(nearest(&rules), "AT+CSQ: but the scenario was in the state start, not late");
    rig.play("\n> AT+CREG?\n< +CREG: 0,1\n< OK\n< +X: 1\n> AT+CSQ\n< ERROR\n");
    assert_eq!(fired(&rules), [1, 1]);
    assert!(rules.news().contains(&News::State("late".to_owned())));
}

#[test]
fn what_came_nearest_is_told_of_a_fault_that_never_fired() {
    let never = |faults: &str, dialogue: &str| {
        let (mut rig, rules) = rig(faults);
        rig.server.put("/f", "abc");
        rig.play(dialogue);
        nearest(&rules)
    };
    let put = r#"- {name: a, when: {command: +QFTPGET, arguments: ["*.bin"]}, do: error}"#;
    assert_eq!(never(put, ""), "the command AT+QFTPGET was never given");
    assert_eq!(
        never(put, "\n> AT+QFTPGET=\"f\",\"RAM:f\"\n< OK\n< +QFTPGET: 0,3\n"),
        "AT+QFTPGET=\"f\",\"RAM:f\" was given, but parameter 1 is not `*.bin`"
    );
    let third = "- {name: a, when: {command: +CSQ, nth: 3}, do: error}";
    assert_eq!(
        never(third, "\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n"),
        "AT+CSQ (time 1): but it fires at time 3"
    );
    let byte = "- {name: a, when: {command: +QFTPGET}, at: {downloaded: 9}, do: restart}";
    assert_eq!(
        never(byte, "\n> AT+QFTPGET=\"f\",\"RAM:f\"\n< OK\n< +QFTPGET: 0,3\n"),
        "AT+QFTPGET=\"f\",\"RAM:f\": but then byte 9 of a download was never reached"
    );
    let refused = "- {name: a, when: {command: +QFTPSIZE}, do: {reply: 550}}";
    let (mut rig, rules) = rig(refused);
    rig.play("\n> AT+QFTPCLOSE\n< OK\n< +QFTPCLOSE: 0,0\n");
    rig.send("AT+QFTPSIZE=\"f\"\rAT+CSQ\r");
    assert_eq!(nearest(&rules), "AT+QFTPSIZE=\"f\": but it was refused before it came to that");
}

#[test]
fn a_probability_is_drawn_from_the_seed() {
    let text =
        "{scenario: a, faults: [{name: a, when: {command: +CSQ, probability: 0.5}, do: error}]}";
    let scenario = Scenario::parse("s.yaml", text.as_bytes(), None).expect("valid");
    let answers = |seed| {
        let mut rig = Rig::new(scenario.setup().expect("it fits"));
        rig.modem = rig.modem.with_interceptor(Box::new(Rules::of(&scenario, seed)));
        (0..64).for_each(|_| rig.send("AT+CSQ\r"));
        rig.text()
    };
    assert_eq!(answers(1), answers(1));
    assert_ne!(answers(1), answers(2));
    assert!(answers(1).contains("ERROR") && answers(1).contains("OK"));
}

#[test]
fn what_a_command_triggers_for_the_wire_holds_for_its_operation_alone() {
    let (mut rig, rules) = rig("- {name: a, when: {command: +QFTPSIZE, nth: 1}, do: {reply: 552}}");
    let now = ModuleTime::ZERO;
    assert_eq!(rules.moment(now, Moment::Said(Verb::Size)), None);
    rig.send("AT+QFTPSIZE=\"f\"\r");
    assert_eq!(rules.moment(now, Moment::Said(Verb::Stor)), None);
    let said = Said { code: 552, text: "As the scenario says.".to_owned() };
    assert_eq!(rules.moment(now, Moment::Said(Verb::Size)), Some(WireDeed::Reply(said)));
    assert_eq!(rules.moment(now, Moment::Said(Verb::Size)), None);
    assert_eq!(fired(&rules), [1]);
}

#[test]
fn a_byte_of_an_upload_counts_in_the_transfer_of_its_command() {
    let (mut rig, rules) =
        rig("- {name: a, when: {command: +QFTPPUT, nth: 2}, at: {uploaded: 10}, do: data_cut}");
    let now = ModuleTime::ZERO;
    let put = |rig: &mut Rig| {
        rig.play(
            "\n> AT+QFTPPUT=\"f\",\"COM:\",0,3,1\n< CONNECT\n>> \"abc\"\n< OK\n< +QFTPPUT: 0,3\n",
        );
    };
    put(&mut rig);
    assert_eq!(rules.data(now, Flow::Upload, 10), (u64::MAX, None));
    put(&mut rig);
    assert_eq!(rules.data(now, Flow::Upload, 0), (10, None));
    assert_eq!(rules.data(now, Flow::Download, 10), (u64::MAX, None));
    let (_, deed) = rules.data(now, Flow::Upload, 10);
    assert!(matches!(deed, Some(WireDeed::DataEnds(_))));
}

#[test]
fn a_byte_of_the_next_part_of_an_upload_counts_from_the_start_of_that_part() {
    let (mut rig, rules) =
        rig("- {name: a, when: {command: +QFTPPUT}, at: {uploaded: 4}, do: data_cut}");
    let now = ModuleTime::ZERO;
    let mut put = |start: usize, last: u8| {
        rig.play(&format!(
            "> AT+QFTPPUT=\"f\",\"COM:\",{start},3,{last}\n< CONNECT\n>> \"abc\"\n< OK\n< +QFTPPUT: 0,3"
        ));
    };
    put(0, 0);
    assert_eq!(rules.data(now, Flow::Upload, 0), (4, None));
    put(3, 1);
    assert_eq!(rules.data(now, Flow::Upload, 3), (7, None));
    assert!(rules.data(now, Flow::Upload, 7).1.is_some());
}

#[test]
fn what_has_begun_on_a_data_connection_holds_until_it_is_over_or_taken_back() {
    let stall = "- {name: a, at: {downloaded: 5}, do: data_stalled}";
    let harm = "- {name: a, at: {downloaded: 5}, do: {data_corrupted: 4}}";
    let now = ModuleTime::ZERO;
    let asked = |rules: &Rules, passed| rules.data(now, Flow::Download, passed);
    let begin = |fault| {
        let (mut rig, rules) = rig(fault);
        rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
        assert_eq!(asked(&rules, 0), (5, None));
        (rig, rules)
    };
    let (_rig, rules) = begin(stall);
    assert_eq!(asked(&rules, 5).1, Some(WireDeed::DataStalls(None)));
    assert_eq!(asked(&rules, 5).1, Some(WireDeed::DataStalls(None)));
    rules.remove("a").expect("it is there");
    assert_eq!(asked(&rules, 5), (u64::MAX, None));
    let (_rig, rules) = begin(harm);
    assert_eq!(asked(&rules, 5).1, Some(WireDeed::DataInverted(4)));
    assert_eq!(asked(&rules, 7).1, Some(WireDeed::DataInverted(2)));
    assert_eq!(asked(&rules, 9), (u64::MAX, None));
}

#[test]
fn the_first_byte_of_an_upload_is_none_of_a_downloads_business() {
    let (mut rig, rules) = rig("- {name: a, at: {uploaded: 0}, do: data_cut}");
    rig.server.put("/f", "abc");
    rig.play("> AT+QFTPGET=\"f\",\"RAM:f\"\n< OK\n< +QFTPGET: 0,3");
    assert_eq!(rules.data(ModuleTime::ZERO, Flow::Upload, 0), (u64::MAX, None));
}

#[test]
fn a_control_connection_ends_only_where_there_is_one() {
    let fault = "- {name: a, when: {time: 5s}, do: control_closed}";
    let (mut idle, rules) = bare_rig(fault);
    idle.pass(Duration::from_secs(9));
    assert_eq!((rules.control_end(), fired(&rules)), (None, vec![0]));
    assert_eq!(nearest(&rules), "it was 5s: but there was no session to end");
    let (mut busy, rules) = rig(fault);
    busy.pass(Duration::from_secs(9));
    assert_eq!((rules.control_end(), fired(&rules)), (Some(ControlEnd::Closed), vec![1]));
}

#[test]
fn only_answers_draw_the_round_trip_so_that_it_does_not_matter_how_data_comes() {
    let text = "{scenario: a, link: {round_trip: 100ms, jitter: 50ms}}";
    let scenario = Scenario::parse("s.yaml", text.as_bytes(), None).expect("valid");
    let now = ModuleTime::ZERO;
    let (rules, again) = (Rules::of(&scenario, 1), Rules::of(&scenario, 1));
    let drawn: Vec<_> = (0..9).map(|_| rules.round_trip(now)).collect();
    let anew: Vec<_> = (0..9)
        .map(|_| {
            again.network(now);
            again.round_trip(now)
        })
        .collect();
    assert_eq!(drawn, anew);
    let range = Duration::from_millis(50)..=Duration::from_millis(150);
    assert!(drawn.iter().all(|time| range.contains(time)), "{drawn:?}");
}

#[test]
fn bytes_of_the_serial_line_are_counted_from_the_trigger() {
    let (mut rig, rules) =
        rig("- {name: a, when: {command: +CSQ}, at: {to_host: 5}, do: {lost: 2}}
- {name: b, at: {from_host: 100}, do: repeated}");
    let deed_at = |way, passed| {
        let (until, damage) = rules.line(ModuleTime::ZERO, way, passed);
        (until, damage.map(|damage| damage.deed))
    };
    assert_eq!(deed_at(LineWay::ToHost, 20), (u64::MAX, None));
    rig.send("AT+CSQ\r");
    assert_eq!(deed_at(LineWay::ToHost, 20), (25, None));
    assert_eq!(deed_at(LineWay::ToHost, 25), (25, Some(LineDeed::Lost(2))));
    assert_eq!(deed_at(LineWay::FromHost, 0), (100, None));
    assert_eq!(deed_at(LineWay::FromHost, 100), (100, Some(LineDeed::Repeated(1))));
    assert_eq!(fired(&rules), [1, 1]);
}

#[test]
fn faults_come_and_go_while_it_runs() {
    let (mut rig, rules) = bare_rig("- {name: a, when: {command: +CSQ}, do: error}");
    rig.play("\n> AT+CSQ\n< ERROR\n");
    rules.remove("a").expect("it is there");
    assert!(rules.remove("a").is_err());
    rig.play("\n> AT+CSQ\n< +CSQ: 24,99\n< OK\n");
    assert_eq!(rules.status(), [] as [FaultStatus; 0]);
}
