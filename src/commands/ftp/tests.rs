//! What the FTP(S) commands have in common; each has its own tests below its declaration.

use std::time::Duration;

use super::COMMANDS;
use crate::modem::link::{Answer, LinkError, LinkEvent, LinkRequest};
use crate::modem::network::Sim;
use crate::modem::{Setup, models::Model};
use crate::rig::Rig;

/// The commands that need a session, with parameters that fit.
const NEED_SESSION: &[&str] = &[
    "AT+QFTPCWD=\"/\"",
    "AT+QFTPPWD",
    "AT+QFTPPUT=\"f\",\"COM:\"",
    "AT+QFTPPUT=\"f\",\"RAM:f\"",
    "AT+QFTPGET=\"f\",\"COM:\"",
    "AT+QFTPGET=\"f\",\"RAM:f\"",
    "AT+QFTPSIZE=\"f\"",
    "AT+QFTPDEL=\"f\"",
    "AT+QFTPMKDIR=\"d\"",
    "AT+QFTPRMDIR=\"d\"",
    "AT+QFTPLIST=\".\"",
    "AT+QFTPNLST=\".\"",
    "AT+QFTPMLSD=\".\"",
    "AT+QFTPMDTM=\"f\"",
    "AT+QFTPRENAME=\"f\",\"g\"",
    "AT+QFTPCLOSE",
];

fn cme(line: &str, err: u16) -> String {
    format!("{line}\r\r\n+CME ERROR: {err}\r\n")
}

#[test]
fn there_are_eighteen() {
    assert_eq!(COMMANDS.len(), 18);
}

#[test]
fn the_test_forms_are_those_of_the_note() {
    let mut rig = Rig::default();
    for (name, answer) in [
        ("OPEN", "<hostname>,<port>"),
        ("CWD", "<path_name>"),
        ("PUT", "<file_name>,<local_name>,<startpos>,<uploadlen>,<beof>"),
        ("GET", "<file_name>,<local_name>,<startpos>,<downloadlen>"),
        ("SIZE", "<file_name>"),
        ("DEL", "<file_name>"),
        ("MKDIR", "<folder_name>"),
        ("RMDIR", "<folder_name>"),
        ("LIST", "<dirname>,<local_name>"),
        ("NLST", "<dirname>,<local_name>"),
        ("MLSD", "<dirname>,<local_name>"),
        ("MDTM", "<file_name>"),
        ("RENAME", "<old_name>,<new_name>"),
    ] {
        let line = format!("AT+QFTP{name}=?");
        let expected = format!("{line}\r\r\n+QFTP{name}: {answer}\r\n\r\nOK\r\n");
        assert_eq!(rig.ask(&line), expected);
    }
    for name in ["PWD", "LEN", "STAT", "CLOSE"] {
        let line = format!("AT+QFTP{name}=?");
        assert_eq!(rig.ask(&line), format!("{line}\r\r\nOK\r\n"));
    }
}

#[test]
fn without_a_session_the_answer_is_606() {
    let mut rig = Rig::default();
    for line in NEED_SESSION {
        assert_eq!(rig.ask(line), cme(line, 606));
    }
    assert!(rig.server.requests.is_empty());
}

#[test]
fn while_another_is_under_way_the_answer_is_603() {
    let mut rig = Rig::logged_in();
    rig.server.silence(true);
    rig.play("> AT+QFTPSIZE=\"f\"\n< OK");
    for line in NEED_SESSION {
        assert_eq!(rig.ask(line), cme(line, 603));
    }
    assert_eq!(rig.ask("AT+QFTPOPEN=\"host\""), cme("AT+QFTPOPEN=\"host\"", 603));
}

#[test]
fn without_a_card_the_answer_is_10() {
    let mut rig = Rig::logged_in();
    rig.modem.network_mut().sim = Sim::Absent;
    for line in NEED_SESSION.iter().chain(&["AT+QFTPLEN", "AT+QFTPSTAT", "AT+QFTPOPEN=\"h\""]) {
        assert_eq!(rig.ask(line), cme(line, 10));
    }
}

#[test]
fn knobs_change_the_codes_of_closed_and_busy() {
    let mut setup = Setup::default();
    setup.knobs.closed_cmd_error = 3;
    setup.knobs.busy_cmd_error = 602;
    let mut rig = Rig::new(setup);
    assert_eq!(rig.ask("AT+QFTPPWD"), cme("AT+QFTPPWD", 3));
    rig.log_in();
    rig.play("> AT+QFTPPWD\n< OK");
    assert_eq!(rig.ask("AT+QFTPPWD"), cme("AT+QFTPPWD", 602));
}

#[test]
fn parameters_that_do_not_fit_are_610_and_the_server_is_not_asked() {
    let mut rig = Rig::logged_in();
    let asked = rig.server.requests.len();
    let long = "x".repeat(256);
    for line in [
        "AT+QFTPSIZE=",
        "AT+QFTPSIZE=\"a\",\"b\"",
        "AT+QFTPSIZE=\"a\",1",
        "AT+QFTPRENAME=\"a\"",
        "AT+QFTPPUT=\"a\"",
        "AT+QFTPPUT=\"a\",\"COM:\",\"0\"",
        "AT+QFTPPUT=\"a\",\"COM:\",-1",
        "AT+QFTPPUT=\"a\",\"COM:\",0,0,1",
        "AT+QFTPPUT=\"a\",\"COM:\",0,10,2",
        "AT+QFTPPUT=\"a\",\"COM:\",0,10,1,1",
        "AT+QFTPPUT=\"a\",\"COM:\",9223372036854775808",
        "AT+QFTPGET=\"a\",\"COM:\",x",
        "AT+QFTPGET=\"a\",\"COM:\",0,0",
        "AT+QFTPLIST=",
        "AT+QFTPOPEN=\"h\",0",
        "AT+QFTPOPEN=\"h\",65536",
        "AT+QFTPOPEN=\"h\",\"21\"",
        "AT+QFTPOPEN=h,21",
    ] {
        assert_eq!(rig.ask(line), cme(line, 610), "{line}");
    }
    for name in ["CWD", "SIZE", "DEL", "MKDIR", "RMDIR", "MDTM", "LIST", "NLST", "MLSD"] {
        let line = format!("AT+QFTP{name}=\"{long}\"");
        assert_eq!(rig.ask(&line), cme(&line, 610));
    }
    let local = format!("AT+QFTPGET=\"a\",\"RAM:{}\"", "x".repeat(57));
    assert_eq!(rig.ask(&local), cme(&local, 610));
    let host = format!("AT+QFTPOPEN=\"{}\"", "h".repeat(201));
    assert_eq!(rig.ask(&host), cme(&host, 610));
    assert_eq!(rig.server.requests.len(), asked);
}

#[test]
fn names_of_the_greatest_length_are_taken() {
    let mut rig = Rig::logged_in();
    let name = "x".repeat(255);
    rig.server.put(&name, "1234");
    rig.play(&format!("> AT+QFTPSIZE=\"{name}\"\n< OK\n< +QFTPSIZE: 0,4"));
    rig.play(&format!(
        "> AT+QFTPRENAME=\"{name}\",\"{}\"\n< OK\n< +QFTPRENAME: 0,0",
        "y".repeat(255)
    ));
}

#[test]
fn malformed_lines_are_plain_error_at_any_cmee() {
    let mut rig = Rig::logged_in();
    rig.play("> AT+CMEE=2\n< OK");
    for line in [
        "AT+QFTPSIZE=“f”",
        "AT+QFTPSIZE=\"f",
        "AT+QFTPSIZE=\"f\"\"g\"",
        "AT+QFTPRENAME=\"f\" \"g\"",
        "AT+QFTPSIZE \"f\"",
        "AT+QFTPSIZE?",
        "AT+QFTPSIZE",
        "AT+QFTPPWD=1",
        "AT+QFTPPWD?",
        "AT+QFTPNLIST=\".\"",
        "AT+QFTP",
    ] {
        assert_eq!(rig.ask(line), format!("{line}\r\r\nERROR\r\n"), "{line}");
    }
}

#[test]
fn the_slips_of_field_code_are_forgiven() {
    let mut rig = Rig::logged_in();
    rig.server.put("f.txt", "12345");
    for line in [
        "at+qftpsize=\"f.txt\"",
        "At+QftpSize=\"f.txt\"",
        "AT+QFTPSIZE=\"f.txt\";",
        "AT+QFTPSIZE= \"f.txt\" ",
        "AT+QFTPSIZE=\"f.txt\",",
        "AT+QFTPSIZE=f.txt",
        "\0\u{1a} AT+QFTPSIZE=\"f.txt\"",
    ] {
        rig.ask(line);
        rig.play("< +QFTPSIZE: 0,5");
    }
    rig.play("> AT+QFTPGET=\"f.txt\", \"RAM:f\", 1,\n< OK\n< +QFTPGET: 0,4");
}

#[test]
fn result_and_urc_are_two_writes_50_ms_apart_and_603_is_between_them() {
    let mut rig = Rig::logged_in();
    rig.server.put("f", "12345");
    rig.received();
    rig.send("AT+QFTPSIZE=\"f\"\r");
    assert_eq!(rig.writes().len(), 1);
    assert_eq!(rig.text(), "AT+QFTPSIZE=\"f\"\r\r\nOK\r\n");
    rig.pass(Duration::from_millis(20));
    assert_eq!(rig.ask("AT+QFTPPWD"), cme("AT+QFTPPWD", 603));
    rig.pass(Duration::from_millis(29));
    assert_eq!(rig.text(), "", "49 ms");
    rig.pass(Duration::from_millis(1));
    assert_eq!(rig.writes().len(), 1);
    assert_eq!(rig.text(), "\r\n+QFTPSIZE: 0,5\r\n");
    rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
}

#[test]
fn a_urc_gap_of_zero_needs_no_time() {
    let mut setup = Setup::default();
    setup.knobs.urc_gap = Duration::ZERO;
    let mut rig = Rig::new(setup);
    rig.log_in();
    let before = rig.now();
    rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
    assert_eq!(rig.now(), before);
}

#[test]
fn a_urc_stands_in_no_line_that_the_host_has_begun() {
    let mut rig = Rig::logged_in();
    rig.ask("AT+QFTPPWD");
    for piece in ["A", "T", "+CS"] {
        rig.send(piece);
        rig.pass(Duration::from_millis(60));
    }
    rig.send("Q\r");
    let text = rig.text();
    assert_eq!(text, "AT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n");
}

#[test]
fn a_line_that_is_never_ended_holds_a_urc_back_for_ten_seconds() {
    let mut rig = Rig::logged_in();
    rig.ask("AT+QFTPPWD");
    rig.send("AT");
    rig.pass(Duration::from_millis(9_999));
    assert_eq!(rig.text(), "AT");
    rig.pass(Duration::from_millis(1));
    assert_eq!(rig.text(), "\r\n+QFTPPWD: 0,/\r\n");
}

#[test]
fn in_a_line_of_several_commands_the_urc_follows_the_one_result() {
    let mut rig = Rig::logged_in();
    rig.server.put("f", "12345");
    let text = rig.ask("AT+QFTPSIZE=\"f\";+CSQ;+QFTPSTAT");
    assert!(text.ends_with("\r\n+CSQ: 24,99\r\n\r\nOK\r\n"), "{text:?}");
    rig.play("< +QFTPSTAT: 0,1\n< +QFTPSIZE: 0,5");
}

#[test]
fn no_answer_in_rsptimeout_is_609_and_a_late_one_is_nobodys() {
    let mut rig = Rig::logged_in();
    rig.server.put("f", "12345");
    rig.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK");
    rig.server.silence(true);
    rig.ask("AT+QFTPSIZE=\"f\"");
    let late = rig.server.last_id();
    rig.pass(Duration::from_millis(19_999));
    assert_eq!(rig.text(), "");
    rig.pass(Duration::from_millis(1));
    assert_eq!(rig.text(), "\r\n+QFTPSIZE: 609,0\r\n");
    assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Cancel(late)));
    rig.ask("AT+QFTPMKDIR=\"d\"");
    rig.event(LinkEvent::Answered(late, Answer::Size(5)));
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.text(), "");
    let now = rig.server.last_id();
    rig.event(LinkEvent::Answered(now, Answer::Done));
    assert_eq!(rig.text(), "\r\n+QFTPMKDIR: 0,0\r\n");
}

#[test]
fn the_reply_of_the_server_decides_the_err() {
    let mut rig = Rig::logged_in();
    for (cause, result) in [
        (LinkError::Reply(421), "614,421"),
        (LinkError::Reply(450), "617,450"),
        (LinkError::Reply(550), "627,550"),
        (LinkError::Reply(553), "630,553"),
        (LinkError::Reply(150), "601,150"),
        (LinkError::Reply(599), "601,599"),
        (LinkError::ControlReset, "608,0"),
        (LinkError::Garbled, "601,0"),
    ] {
        rig.server.fail_next(cause, true);
        rig.play(&format!("> AT+QFTPDEL=\"f\"\n< OK\n< +QFTPDEL: {result}"));
    }
}

#[test]
fn a_session_lost_while_idle_is_told_once() {
    let mut rig = Rig::logged_in();
    rig.event(LinkEvent::Lost);
    assert_eq!(rig.text(), "\r\n+QFTPCLOSE: 606,0\r\n");
    rig.event(LinkEvent::Lost);
    rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4\n> AT+QFTPPWD\n< +CME ERROR: 606");
    rig.play("> AT+QFTPOPEN=\"h\"\n< OK\n< +QFTPOPEN: 0,0");
}

#[test]
fn a_session_lost_before_the_outcome_is_told_is_not_forgotten() {
    let mut rig = Rig::logged_in();
    rig.ask("AT+QFTPPWD");
    rig.event(LinkEvent::Lost);
    rig.play("< +QFTPPWD: 0,/\n< +QFTPCLOSE: 606,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
}

#[test]
fn a_command_that_loses_the_session_ends_it() {
    let mut rig = Rig::logged_in();
    rig.server.fail_next(LinkError::ControlClosed, false);
    rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 606,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
}

#[test]
fn a_sibling_says_603_to_all_after_a_615_until_the_close() {
    let mut rig = Rig::new(Setup::of(Model::find("eg800k").unwrap()));
    rig.log_in();
    rig.server.fail_next(LinkError::DataNotOpened, true);
    rig.play(
        r#"
        > AT+QFTPGET="f","COM:"
        < +CME ERROR: 615
        > AT+QFTPPWD
        < +CME ERROR: 603
        > AT+QFTPSTAT
        < OK
        < +QFTPSTAT: 0,1
        > AT+QFTPCLOSE
        < OK
        < +QFTPCLOSE: 0,0
    "#,
    );
}
