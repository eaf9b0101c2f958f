//! What the control API does to a modem, as its host sees it.

use std::path::Path;

use crate::common::{Host, noise};
use crate::start;

#[test]
fn a_fault_added_while_it_runs_fires_and_can_be_taken_back() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    let fault =
        r#"{"name": "once", "when": {"command": "+CSQ", "times": 1}, "do": {"cme_error": 3}}"#;
    api.done("POST /modems/modem0/faults", fault);
    assert_eq!(api.json("/modems/modem0/faults/once")["fired"], 0);
    host.command("AT+CSQ", &["+CME ERROR: 3"]);
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    assert_eq!(api.json("/modems/modem0/faults/once")["fired"], 1);
    api.done("POST /modems/modem0/scenario/reset", "");
    assert_eq!(api.json("/modems/modem0/faults/once")["fired"], 0);
    host.command("AT+CSQ", &["+CME ERROR: 3"]);
    api.done("POST /modems/modem0/scenario/reset", "");
    api.done("DELETE /modems/modem0/faults/once", "");
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
}

#[test]
fn what_a_fault_did_to_the_line_ends_with_the_fault() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    let fault = "{name: drip, when: {command: +CSQ}, do: {slices: {bytes: 1, gap: 1h}}}";
    api.done("POST /modems/modem0/faults", fault);
    for end in ["POST /modems/modem0/scenario/reset", "DELETE /modems/modem0/faults/drip"] {
        host.write(b"AT+CSQ\r");
        assert_eq!(host.data(1), b"A", "the next one would take an hour");
        api.done(end, "");
        host.expect(&["T+CSQ", "+CSQ: 24,99", "OK"]);
    }
}

#[test]
fn faults_on_the_wire_come_without_a_scenario_too() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.log_in();
    api.done("PUT /server/files/a.txt", "content");
    let fault = "{name: gone, when: {command: +QFTPSIZE}, do: {reply: 550}}";
    api.done("POST /modems/modem0/faults", fault);
    assert_eq!(host.ask("AT+QFTPSIZE=\"a.txt\"").as_deref(), Ok("627,550"));
    api.done("DELETE /modems/modem0/faults/gone", "");
    assert_eq!(host.ask("AT+QFTPSIZE=\"a.txt\"").as_deref(), Ok("0,7"));
}

#[test]
fn a_fault_that_waits_for_a_time_comes_by_itself() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT", &["OK"]);
    let fault = "{name: now, when: {time: 1ms}, do: {stray_urc: '+QIND: SMS DONE'}}";
    api.done("POST /modems/modem0/faults", fault);
    host.expect(&["+QIND: SMS DONE"]);
}

#[test]
fn the_state_of_the_scenario_is_read_and_set() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    let fault = "{name: late, when: {command: +CSQ, in_state: late}, do: error, then_state: over}";
    api.done("POST /modems/modem0/faults", fault);
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    assert_eq!(api.json("/modems/modem0/scenario")["state"], "start");
    api.done("PUT /modems/modem0/scenario", "{state: late}");
    host.command("AT+CSQ", &["ERROR"]);
    assert_eq!(api.json("/modems/modem0/scenario")["state"], "over");
    assert_eq!(api.json("/modems/modem0")["scenario_state"], "over");
}

#[test]
fn a_line_nobody_asked_for_arrives() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT", &["OK"]);
    api.done("POST /modems/modem0/urc", r#"{"text": "+QIND: \u201cSMS\u201d"}"#);
    host.expect(&["+QIND: “SMS”"]);
}

#[test]
fn a_host_that_does_not_read_is_not_told_without_end() {
    let (simulator, api) = start(&[]);
    let _host = simulator.open();
    let mut last = 204;
    for _ in 0..2000 {
        let line = format!("{{text: '{}'}}", "x".repeat(512));
        last = api.request("POST /modems/modem0/urc", &[], line.as_bytes()).status;
        if last != 204 {
            break;
        }
    }
    assert_eq!(last, 429);
}

#[test]
fn card_network_and_signal_change() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.log_in();
    api.done("PUT /modems/modem0/signal", r#"{"rssi": 7}"#);
    host.command("AT+CSQ", &["+CSQ: 7,99", "OK"]);
    assert_eq!(api.json("/modems/modem0")["ftp"]["state"], "idle");
    assert_eq!(api.json("/modems/modem0")["contexts"][0]["state"], "active");
    api.done("PUT /modems/modem0/registration", r#"{"status": "searching"}"#);
    host.expect(&["+QIURC: \"pdpdeact\",1"]);
    assert_eq!(api.json("/modems/modem0")["contexts"][0]["state"], "dropped");
    host.command("AT+CREG?", &["+CREG: 0,2", "OK"]);
    api.done("PUT /modems/modem0/registration", r#"{"status": "home"}"#);
    host.command("AT+CREG?", &["+CREG: 0,1", "OK"]);
    api.done("PUT /modems/modem0/sim", r#"{"inserted": false}"#);
    assert_eq!(api.json("/modems/modem0")["sim"], "lost");
    assert_eq!(api.json("/modems/modem0")["registration"]["cereg"], 0);
    api.done("PUT /modems/modem0/sim", r#"{"inserted": true}"#);
    assert_eq!(api.json("/modems/modem0")["sim"], "ready");
}

#[test]
fn a_context_is_taken_down() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.log_in();
    api.done("DELETE /modems/modem0/contexts/1", "");
    host.expect(&["+QIURC: \"pdpdeact\",1"]);
    api.refused("DELETE /modems/modem0/contexts/1", "", 409);
}

#[test]
fn supply_and_restart() {
    let (simulator, api) = start(&["--knob", "boot_time=10ms"]);
    let mut host = simulator.open();
    host.command("AT", &["OK"]);
    api.done("PUT /modems/modem0/stores/RAM/files/gone", "x");
    api.done("PUT /modems/modem0/power", r#"{"on": false}"#);
    assert_eq!(api.json("/modems/modem0")["power"], "off");
    api.done("PUT /modems/modem0/power", r#"{"on": true}"#);
    host.expect(&["RDY"]);
    assert_eq!(api.json("/modems/modem0/stores/RAM")["files"], serde_json::json!([]));
    api.done("POST /modems/modem0/restart", "");
    host.expect(&["RDY"]);
}

#[test]
fn a_module_that_hangs_says_nothing_until_that_is_over() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT", &["OK"]);
    api.done("POST /modems/modem0/hang", "");
    assert_eq!(api.json("/modems/modem0")["hangs"], true);
    host.write(b"AT\r");
    api.done("POST /modems/modem0/restart", r#"{"boot": "10ms"}"#);
    host.expect(&["RDY"]);
    assert_eq!(api.json("/modems/modem0")["hangs"], false);
}

#[test]
fn dtr_ends_data_mode() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT&D1", &["OK"]);
    host.command("AT+QFUPL=\"a\",10", &["CONNECT"]);
    assert_eq!(api.json("/modems/modem0")["interface"], "data");
    api.done("PUT /modems/modem0/dtr", r#"{"on": false}"#);
    assert_eq!(api.json("/modems/modem0")["interface"], "command");
}

#[test]
fn files_of_a_store_are_written_read_and_deleted() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    let content = noise(100_000);
    api.done("PUT /modems/modem0/stores/UFS/files/log%20one.bin", &content);
    assert!(api.get("/modems/modem0/stores/UFS/files/log%20one.bin").body == content);
    host.command("AT+QFLST", &["+QFLST: \"UFS:log one.bin\",100000", "OK"]);
    let store = api.json("/modems/modem0/stores/UFS");
    assert_eq!((&store["used"], &store["files"][0]["size"]), (&100_000.into(), &100_000.into()));
    api.done("PUT /modems/modem0/stores/UFS/files/log%20one.bin", "short");
    assert_eq!(api.get("/modems/modem0/stores/UFS/files/log%20one.bin").body, b"short");
    api.done("DELETE /modems/modem0/stores/UFS/files/log%20one.bin", "");
    host.command("AT+QFLST", &["OK"]);
}

#[test]
fn a_file_that_the_host_has_open_is_left_alone_until_it_is_closed() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    let path = "/modems/modem0/stores/UFS/files/a";
    api.done(&format!("PUT {path}"), "before");
    host.command("AT+QFOPEN=\"a\"", &["+QFOPEN: 1", "OK"]);
    for line in ["GET", "PUT", "DELETE"] {
        let (error, _) = api.refused(&format!("{line} {path}"), "", 409);
        assert_eq!(error, "the file is open");
    }
    api.done("DELETE /modems/modem0/handles/1", "");
    assert_eq!(api.get(path).body, b"before");
    host.command("AT+QFCLOSE=1", &["+CME ERROR: 416"]);
}

#[test]
fn a_store_is_full_for_the_host_and_for_control() {
    let (simulator, api) = start(&["--knob", "ufs_total=1000"]);
    let mut host = simulator.open();
    let path = "PUT /modems/modem0/stores/UFS/files/a";
    let (_, expected) = api.refused(path, noise(1001), 409);
    assert_eq!(expected, "at most 1000 bytes: no more fit into UFS");
    assert_eq!(api.get("/modems/modem0/stores/UFS/files/a").status, 404);
    api.done(path, noise(1000));
    api.done(path, noise(900));
    let condition = "PUT /modems/modem0/stores/UFS/condition";
    api.done(condition, r#"{"is": "broken"}"#);
    assert_eq!(api.json("/modems/modem0/stores/UFS")["condition"], "broken");
    api.refused("GET /modems/modem0/stores/UFS/files/a", "", 409);
    api.done(condition, r#"{"is": "ok"}"#);
    host.command("AT+QFLDS=\"UFS\"", &["+QFLDS: 100,1000", "OK"]);
}

#[test]
fn files_of_the_server_are_those_that_a_session_sees() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.log_in();
    api.done("PUT /server/files/in/deep/a.txt", "content");
    api.done("PUT /server/files/empty/", "");
    assert_eq!(host.ask("AT+QFTPSIZE=\"/in/deep/a.txt\"").as_deref(), Ok("0,7"));
    assert_eq!(host.ask("AT+QFTPMKDIR=\"/by-host\"").as_deref(), Ok("0,0"));
    let root = api.json("/server/files/");
    let names: Vec<_> = root.as_array().expect("a list").iter().map(|e| &e["name"]).collect();
    assert_eq!(names, ["by-host", "empty", "in"]);
    api.done("DELETE /server/files/in", "");
    assert_eq!(host.ask("AT+QFTPSIZE=\"/in/deep/a.txt\"").as_deref(), Ok("627,550"));
}

#[test]
fn a_folder_that_is_served_is_read_only_here() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.txt"), "content").expect("a file");
    let (_simulator, api) = start(&["--server-root", folder.path().to_str().expect("text")]);
    assert_eq!(api.get("/server/files/a.txt").body, b"content");
    assert_eq!(api.get("/server/files/..%2f..%2fetc%2fpasswd").status, 404);
    api.refused("PUT /server/files/b.txt", "x", 403);
    api.refused("DELETE /server/files/a.txt", "", 403);
    assert!(folder.path().join("a.txt").exists());
}

#[test]
fn each_modem_is_controlled_by_itself() {
    let (simulator, api) = start(&["--modems", "2"]);
    api.done("PUT /modems/modem1/signal", r#"{"rssi": 3}"#);
    let mut host =
        Host::open(Path::new(simulator.ready["modems"][0]["link"].as_str().expect("a link")));
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    assert_eq!(api.json("/modems/modem1")["rssi"], 3);
}

#[test]
fn a_transfer_is_not_disturbed() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.log_in();
    let content = noise(300_000);
    let put = "AT+QFTPPUT=\"up.bin\",\"COM:\",0,300000,1";
    host.command(put, &["CONNECT"]);
    for (round, part) in content.chunks(100_000).enumerate() {
        host.write(part);
        let state = api.json("/modems/modem0");
        let word = state["ftp"]["state"].as_str();
        assert!(round == 2 || word == Some("transferring"), "{state}");
        api.done("PUT /modems/modem0/signal", format!("{{rssi: {round}}}"));
        api.done("PUT /modems/modem0/stores/UFS/files/other", vec![0; 1_000_000]);
        api.refused("PUT /modems/modem0/power", "{on: }", 400);
        api.refused("PUT /modems/modem0/faults", vec![b'['; 60_000], 400);
        let huge = ["Content-Length: 100000000"];
        let answer = api.request("PUT /modems/modem0/stores/UFS/files/huge", &huge, b"");
        assert_eq!(answer.status, 413);
    }
    host.expect(&["OK", "+QFTPPUT: 0,300000"]);
    assert!(api.get("/server/files/up.bin").body == content);
    host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]);
}

#[test]
fn faults_on_the_serial_line_come_without_a_scenario_too() {
    let (simulator, api) = start(&[]);
    let mut host = simulator.open();
    host.command("AT", &["OK"]);
    let fault = "{name: noise, when: {command: +CSQ}, at: {from_host: 2}, do: {lost: 1}}";
    api.done("POST /modems/modem0/faults", fault);
    host.command("AT+CSQ", &["+CSQ: 24,99", "OK"]);
    host.write(b"ATATAT\r");
    while api.json("/modems/modem0/faults/noise")["fired"] != 1 {
        host.line();
    }
}
