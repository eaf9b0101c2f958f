//! The knobs for what nobody has published, turned the other way.

use std::time::Duration;

use crate::modem::Setup;
use crate::modem::link::LinkEvent;
use crate::rig::Rig;

/// A bench that is logged in, with one knob set.
fn with(knob: &str, value: &str) -> Rig {
    let mut setup = Setup::default();
    setup.knobs.set(knob, value).unwrap();
    let mut rig = Rig::new(setup);
    rig.log_in();
    rig
}

#[test]
fn open_again_error() {
    let mut rig = with("open_again_error", "606");
    rig.play("> AT+QFTPOPEN=\"h\"\n< +CME ERROR: 606");
    rig.play("> AT+QFTPPWD\n< OK\n> AT+QFTPOPEN=\"h\"\n< +CME ERROR: 603");
}

#[test]
fn get_replaces() {
    let get = "> AT+QFTPGET=\"f\",\"UFS:f\"\n< OK\n< +QFTPGET: ";
    for (value, second) in [("true", "0,3"), ("false", "613,0")] {
        let mut rig = with("get_replaces", value);
        rig.server.put("f", "abc");
        rig.play(&format!("{get}0,3\n{get}{second}"));
    }
}

#[test]
fn put_timeout_ok_first() {
    for (value, end) in [
        ("true", "\r\nOK\r\n\r\n+QFTPPUT: 609,0\r\n"),
        ("false", "\r\n+QFTPPUT: 609,0\r\n\r\nOK\r\n"),
    ] {
        let mut rig = with("put_timeout_ok_first", value);
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n>> 10\n... 91s");
        assert_eq!(rig.text(), end);
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
    }
}

#[test]
fn put_empty_err() {
    for (value, result) in [("0", "0,0"), ("613", "613,0")] {
        let mut rig = with("put_empty_err", value);
        let end = format!("+++\n< OK\n< +QFTPPUT: {result}");
        rig.play(&format!("> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n{end}"));
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\",0,5,1\n< CONNECT\n>> 5\n< OK\n< +QFTPPUT: 0,5");
    }
}

#[test]
fn ascii_line_ends() {
    for (value, stored) in [("false", "a\nb\r\n"), ("true", "a\r\nb\r\n")] {
        let mut rig = with("ascii_line_ends", value);
        let put = ">> \"a\\nb\\r\"\n>> \"\\n\"\n+++\n< OK";
        rig.play(&format!(
            "> AT+QFTPCFG=\"filetype\",1\n< OK\n> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n{put}"
        ));
        assert_eq!(rig.server.file("f"), Some(stored.as_bytes()));
        rig.play(&format!("< +QFTPPUT: 0,{}", stored.len()));
        rig.play("> AT+QFUPL=\"l\",2\n< CONNECT\n>> \"a\\n\"\n< {sum}\n< OK");
        rig.play("> AT+QFTPPUT=\"g\",\"UFS:l\"\n< OK\n< {result}");
        let lf = if value == "true" { "a\r\n" } else { "a\n" };
        assert_eq!(rig.server.file("g"), Some(lf.as_bytes()));
    }
}

#[test]
fn transmode() {
    let mut rig = with("transmode", "0");
    rig.play("> AT+QFTPCFG=\"transmode\"\n< +QFTPCFG: \"transmode\",0\n< OK");
}

#[test]
fn data_timeout_taken() {
    let mut rig = with("data_timeout_taken", "false");
    rig.play("> AT+QFTPCFG=\"data_address\",2,30\n< +CME ERROR: 610");
    rig.play("> AT+QFTPCFG=\"data_address\",2\n< OK");
}

#[test]
fn session_lost_urc() {
    let mut rig = with("session_lost_urc", "false");
    rig.event(LinkEvent::Lost);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.text(), "");
    rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
}

#[test]
fn ftp_error_texts() {
    let mut rig = with("ftp_error_texts", "false");
    rig.play("> AT+CMEE=2\n< OK\n> AT+QFTPOPEN=\"h\"\n< +CME ERROR: 603");
    rig.play("> AT+QFDEL=\"x:y\"\n< +CME ERROR: Invalid input value");
    let mut rig = with("ftp_error_texts", "true");
    rig.play("> AT+CMEE=2\n< OK\n> AT+QFTPOPEN=\"h\"\n< +CME ERROR: {text}");
}

#[test]
fn ack_then_urc_same_write() {
    let mut rig = with("ack_then_urc_same_write", "true");
    rig.ask("ATE0");
    rig.received();
    rig.send("AT+QFTPPWD\r");
    assert_eq!(rig.writes(), ["\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"]);
    rig.received();
    rig.send("AT+QFTPSTAT\r");
    assert_eq!(rig.writes(), ["\r\nOK\r\n\r\n+QFTPSTAT: 0,1\r\n"]);
    rig.received();
    rig.server.silence(true);
    rig.send("AT+QFTPPWD\r");
    assert!(rig.writes().is_empty());
    rig.pass(Duration::from_millis(50));
    assert_eq!(rig.writes(), ["\r\nOK\r\n"], "no line came in time");
    rig.received();
    rig.send("AT+QFTPCWD=\"/\"\rAT\r");
    assert_eq!(rig.text(), "\r\n+CME ERROR: 603\r\n\r\nOK\r\n");
}
