//! `AT+QFTPGET`: download a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::ftp::GetRequest;
use crate::modem::link::Transfer;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPGET",
    Group::Ftp,
    "Download to COM: or to a local file",
    "FTP note §2.6",
)
.test(TestForm::Flat)
.write(
    &[
        Param::file("<file_name>", 255),
        Param::file("<local_name>", 60),
        Param::number("<startpos>", &[(0, i64::MAX)]).optional("0").by_name(),
        Param::number("<downloadlen>", &[(1, i64::MAX)]).optional("to the end").by_name(),
    ],
    |modem, values| {
        modem.ftp_get(GetRequest {
            prefix: "+QFTPGET",
            transfer: Transfer::Retrieve {
                path: values.text(0).to_owned(),
                offset: values.get(2).unwrap_or(0),
            },
            local: values.text(1),
            length: values.get(3),
        })
    },
)
.reject_with(610);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::host::HOST_WINDOW;
    use crate::modem::knobs::{EarlyFailure, EscapeGet, Knobs};
    use crate::modem::link::{LinkError, LinkEvent, LinkFailure, LinkRequest};
    use crate::modem::{Input, Setup};
    use crate::rig::Rig;
    use crate::transcript::chat::counter;

    /// A server with the file `f`; no echo.
    fn with_file(size: usize) -> Rig {
        let mut rig = Rig::logged_in();
        rig.play("> ATE0\n< OK");
        rig.server.put("f", counter(size));
        rig
    }

    fn with_knobs(knobs: Knobs) -> Rig {
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        rig.log_in();
        rig
    }

    /// A download whose server has sent `data` and stays silent then.
    fn begun(data: &'static str) -> Rig {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.server.put("f", "");
        rig.ask("AT+QFTPGET=\"f\",\"COM:\"");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Ready(id));
        assert_eq!(rig.text(), "", "a 150 is no promise yet");
        rig.event(LinkEvent::Data(id, data.into()));
        assert_eq!(rig.text(), format!("\r\nCONNECT\r\n{data}"));
        rig.server.silence(false);
        rig
    }

    fn failed(rig: &Rig, cause: LinkError, session_alive: bool) -> LinkEvent {
        LinkEvent::Failed(rig.server.last_id(), LinkFailure { cause, session_alive })
    }

    #[test]
    fn a_download_to_com_leaves_data_mode_by_itself() {
        let mut rig = with_file(3);
        let text = rig.ask("AT+QFTPGET=\"f\",\"COM:\"");
        assert_eq!(text, "\r\nCONNECT\r\n\0\u{1}\u{2}\r\nOK\r\n");
        rig.pass(Duration::from_millis(49));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPGET: 0,3\r\n");
    }

    #[test]
    fn an_empty_file_is_connect_and_ok() {
        let mut rig = with_file(0);
        rig.play("> AT+QFTPGET=\"f\",\"COM:\"\n< CONNECT\n< OK\n< +QFTPGET: 0,0");
        rig.play("> AT+QFTPGET=\"f\",\"RAM:e\"\n< OK\n< +QFTPGET: 0,0");
        rig.play("> AT+QFLST=\"RAM:e\"\n< +QFLST: \"RAM:e\",0\n< OK");
    }

    #[test]
    fn ranges_add_up_to_the_file_and_fewer_bytes_are_its_end() {
        let mut rig = with_file(1000);
        let mut whole = Vec::new();
        for (start, length) in [(0, 480), (480, 480), (960, 40)] {
            rig.send(format!("AT+QFTPGET=\"f\",\"COM:\",{start},480\r"));
            rig.play("< CONNECT");
            let received = rig.received();
            whole.extend_from_slice(&received[..length]);
            assert_eq!(&received[length..], b"\r\nOK\r\n");
            rig.play(&format!("< +QFTPGET: 0,{length}"));
        }
        assert_eq!(whole, counter(1000));
        rig.play("> AT+QFTPGET=\"f\",\"COM:\",1000,480\n< CONNECT\n< OK\n< +QFTPGET: 0,0");
        rig.play("> AT+QFTPGET=\"f\",\"COM:\",1001,480\n< +CME ERROR: 627");
    }

    #[test]
    fn the_rest_behind_downloadlen_is_cancelled_and_nothing_of_it_comes_later() {
        let mut rig = with_file(1 << 20);
        rig.play("> AT+QFTPGET=\"f\",\"COM:\",0,10\n< CONNECT\n<< 10\n< OK\n< +QFTPGET: 0,10");
        let id = rig.server.last_id();
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Cancel(id)));
        rig.event(LinkEvent::Data(id, "late".into()));
        rig.event(LinkEvent::Finished(id));
        rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
    }

    #[test]
    fn files_are_stored_in_every_medium_while_commands_go_on() {
        let mut rig = with_file(1000);
        for medium in ["RAM:", "UFS:", "SD:"] {
            rig.play(&format!(
                r#"
                > AT+QFTPGET="f","{medium}copy",450
                < OK
                > AT+QFTPSIZE="f"
                < +CME ERROR: 603
                > AT+QFTPSTAT
                < OK
                < +QFTPSTAT: 0,2
                < +QFTPGET: 0,550
                > AT+QFLST="{medium}*"
                < +QFLST: "{medium}copy",550
                < OK
            "#
            ));
        }
        rig.play("> AT+QFTPGET=\"f\",\"copy\",0,50000000\n< OK\n< +QFTPGET: 0,1000");
    }

    #[test]
    fn a_local_file_is_replaced_but_not_by_a_download_that_fails() {
        let mut rig = with_file(5);
        rig.play("> AT+QFUPL=\"RAM:x\",9\n< CONNECT\n>> 9\n< +QFUPL: 9,{sum}\n< OK");
        rig.play("> AT+QFTPGET=\"none\",\"RAM:x\"\n< OK\n< +QFTPGET: 627,550");
        rig.play("> AT+QFLST=\"RAM:x\"\n< +QFLST: \"RAM:x\",9\n< OK");
        rig.play("> AT+QFTPGET=\"f\",\"RAM:x\"\n< OK\n< +QFTPGET: 0,5");
        rig.play("> AT+QFLST=\"RAM:x\"\n< +QFLST: \"RAM:x\",5\n< OK");
    }

    #[test]
    fn what_is_wrong_with_the_local_file_is_told_after_ok() {
        let knobs = Knobs { ufs_total: 100, sd_present: false, ..Knobs::default() };
        let mut rig = with_knobs(knobs);
        rig.server.put("f", counter(101));
        for (local, err) in [("ufs:x", 613), ("a/b", 613), ("SD:x", 611), ("UFS:x", 613)] {
            rig.play(&format!("> AT+QFTPGET=\"f\",\"{local}\"\n< OK\n< +QFTPGET: {err},0"));
        }
        rig.play("> AT+QFOPEN=\"RAM:x\"\n< +QFOPEN: 1\n< OK");
        rig.play("> AT+QFTPGET=\"f\",\"RAM:x\"\n< OK\n< +QFTPGET: 611,0");
        rig.play("> AT+QFTPGET=\"f\",\"RAM:y\"\n< OK\n< +QFTPGET: 0,101");
    }

    #[test]
    fn a_missing_file_is_an_error_instead_of_connect_or_a_line_after_ok() {
        let mut rig = Rig::logged_in();
        let line = "AT+QFTPGET=\"none\",\"COM:\"";
        assert_eq!(rig.ask(line), format!("{line}\r\r\n+CME ERROR: 627\r\n"));
        rig.pass(Duration::from_secs(1));
        assert_eq!(rig.text(), "");
        let knobs = Knobs { com_get_missing: EarlyFailure::Urc, ..Knobs::default() };
        let mut rig = with_knobs(knobs);
        assert_eq!(rig.ask(line), format!("{line}\r\r\nOK\r\n"));
        rig.play("< +QFTPGET: 627,550\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
    }

    #[test]
    fn what_came_before_a_failure_is_given_to_the_host() {
        for (cause, alive, urc, stat) in [
            (LinkError::Reply(426), true, "616,426", 1),
            (LinkError::DataClosed, true, "607,0", 1),
            (LinkError::ControlClosed, false, "606,0", 4),
        ] {
            let mut rig = begun("first");
            rig.read(false);
            rig.event(LinkEvent::Data(rig.server.last_id(), " second".into()));
            let event = failed(&rig, cause, alive);
            rig.event(event);
            rig.read(true);
            assert_eq!(rig.text(), " second\r\nOK\r\n");
            rig.play(&format!("< +QFTPGET: {urc}\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,{stat}"));
        }
    }

    #[test]
    fn a_session_lost_while_the_host_takes_the_end_of_the_file_is_told_after_it() {
        let mut rig = with_file(3 * HOST_WINDOW);
        rig.read(false);
        rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
        rig.event(LinkEvent::Lost);
        rig.read(true);
        rig.play(&format!(
            "< CONNECT\n<< {0}\n< OK\n< +QFTPGET: 0,{0}\n< +QFTPCLOSE: 606,0",
            3 * HOST_WINDOW
        ));
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }

    #[test]
    fn nothing_before_connect_in_rsptimeout_is_609() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"COM:\"");
        rig.pass(Duration::from_millis(89_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+CME ERROR: 609\r\n");
    }

    #[test]
    fn a_gap_of_rsptimeout_in_the_data_is_609() {
        let mut rig = begun("one");
        rig.pass(Duration::from_secs(89));
        rig.event(LinkEvent::Data(rig.server.last_id(), "two".into()));
        rig.pass(Duration::from_millis(89_999));
        assert_eq!(rig.text(), "two");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\nOK\r\n");
        rig.play("< +QFTPGET: 609,0");
        let id = rig.server.last_id();
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Cancel(id)));
    }

    #[test]
    fn a_gap_of_rsptimeout_in_a_download_to_a_file_is_609() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Ready(id));
        rig.pass(Duration::from_secs(60));
        rig.event(LinkEvent::Data(id, "abc".into()));
        rig.pass(Duration::from_millis(89_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPGET: 609,0\r\n");
        rig.play("> AT+QFLST=\"RAM:f\"\n< +QFLST: \"RAM:f\",3\n< OK");
    }

    #[test]
    fn a_host_that_does_not_read_stalls_the_server_and_loses_nothing() {
        let mut rig = with_file(1 << 20);
        rig.read(false);
        rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
        rig.pass(Duration::from_secs(3600));
        assert_eq!(rig.modem.ftp.moved() as usize / HOST_WINDOW, 1, "one window, not the file");
        rig.read(true);
        rig.play("< CONNECT");
        let received = rig.received();
        assert_eq!(received[..1 << 20], counter(1 << 20));
        assert_eq!(&received[1 << 20..], b"\r\nOK\r\n");
        rig.play(&format!("< +QFTPGET: 0,{}", 1 << 20));
    }

    #[test]
    fn a_host_that_vanishes_ends_the_download_and_finds_its_line_when_it_is_back() {
        let mut rig = begun("data");
        rig.input(Input::HostPresent(false));
        rig.event(LinkEvent::Data(rig.server.last_id(), "more".into()));
        rig.pass(Duration::from_secs(600));
        rig.input(Input::HostPresent(true));
        assert_eq!(rig.text(), "\r\n+QFTPGET: 607,0\r\n");
        rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
    }

    #[test]
    fn a_download_to_a_file_goes_on_without_the_host() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"RAM:f\"");
        let id = rig.server.last_id();
        rig.input(Input::HostPresent(false));
        rig.event(LinkEvent::Data(id, "abc".into()));
        rig.event(LinkEvent::Finished(id));
        rig.pass(Duration::from_secs(1));
        rig.input(Input::HostPresent(true));
        assert_eq!(rig.text(), "\r\n+QFTPGET: 0,3\r\n");
    }

    #[test]
    fn the_escape_sequence_suspends_and_ato_resumes() {
        let mut rig = begun("one");
        rig.escape();
        assert_eq!(rig.text(), "\r\nOK\r\n");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Data(id, "two".into()));
        rig.pass(Duration::from_secs(600));
        assert_eq!(rig.text(), "", "a suspended download has no clock");
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,2\n> AT+QFTPLEN\n< OK\n< +QFTPLEN: 0,3");
        rig.play("> AT+QFTPPWD\n< +CME ERROR: 603\n> AT+QFTPCLOSE\n< +CME ERROR: 603");
        assert_eq!(rig.ask("ATO"), "ATO\r\r\nCONNECT\r\ntwo");
        rig.event(LinkEvent::Finished(id));
        assert_eq!(rig.text(), "\r\nOK\r\n");
        rig.play("< +QFTPGET: 0,6\n> ATO\n< NO CARRIER");
    }

    #[test]
    fn a_download_that_has_ended_meanwhile_is_resumed_to_its_end() {
        let mut rig = begun("one");
        rig.escape();
        rig.play("< OK");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Data(id, "two".into()));
        rig.event(LinkEvent::Finished(id));
        assert_eq!(rig.ask("ATO"), "ATO\r\r\nCONNECT\r\ntwo\r\nOK\r\n");
        rig.play("< +QFTPGET: 0,6");
    }

    #[test]
    fn a_resumed_download_waits_for_a_host_that_does_not_read() {
        let mut rig = with_file(1 << 20);
        rig.read(false);
        rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
        rig.escape();
        rig.send("ATO\r");
        rig.pass(Duration::from_secs(3600));
        rig.read(true);
        rig.play("< CONNECT");
        let text = rig.received();
        assert!(text.ends_with(b"\r\nOK\r\n"));
        rig.play(&format!("< +QFTPGET: 0,{}", 1 << 20));
    }

    #[test]
    fn a_suspended_download_that_fails_says_so_in_command_mode() {
        let mut rig = begun("one");
        rig.escape();
        rig.play("< OK");
        let event = failed(&rig, LinkError::DataReset, true);
        rig.event(event);
        rig.play("< +QFTPGET: 608,0\n> ATO\n< NO CARRIER");
    }

    #[test]
    fn a_sibling_gives_the_download_up_at_the_escape_sequence() {
        let mut rig = with_knobs(Knobs { escape_get: EscapeGet::Abort, ..Knobs::default() });
        rig.server.put("f", counter(1 << 20));
        rig.read(false);
        rig.send("AT+QFTPGET=\"f\",\"COM:\"\r");
        rig.escape();
        rig.read(true);
        rig.received();
        rig.pass(Duration::from_secs(1));
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1\n> ATO\n< NO CARRIER");
    }

    #[test]
    fn what_the_host_sends_into_a_download_is_dropped() {
        let mut rig = begun("one");
        rig.send("AT\r");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Finished(id));
        assert_eq!(rig.text(), "\r\nOK\r\n");
    }

    #[test]
    fn no_unsolicited_result_code_stands_in_the_data() {
        let mut rig = Rig::logged_in();
        rig.ask("AT+QFTPPWD;+QFTPLEN");
        rig.play("> AT+QFUPL=\"RAM:x\",4,60\n< CONNECT\n... 1s\n>> \"data\"");
        rig.play("< +QFUPL: 4,{sum}\n< OK\n< +QFTPLEN: 0,0\n< +QFTPPWD: 0,/");
    }

    #[test]
    fn the_rest_of_the_line_is_carried_out_after_the_download() {
        let mut rig = with_file(3);
        let text = rig.ask("AT+QFTPGET=\"f\",\"COM:\";+CSQ");
        assert!(text.ends_with("CONNECT\r\n\0\u{1}\u{2}\r\n+CSQ: 24,99\r\n\r\nOK\r\n"), "{text:?}");
        rig.play("< +QFTPGET: 0,3");
    }

    #[test]
    fn a_context_that_goes_in_the_same_line_does_not_spoil_the_outcome() {
        let mut rig = with_file(3);
        rig.ask("AT+QFTPGET=\"f\",\"COM:\";+QIDEACT=1");
        rig.play("< +QFTPGET: 0,3\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }

    #[test]
    fn a_second_data_address_is_tried_after_data_timeout() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPCFG=\"data_address\",2,15\n< OK");
        rig.server.silence(true);
        rig.ask("AT+QFTPGET=\"f\",\"COM:\"");
        let switch = LinkRequest::SwitchAddress(rig.server.last_id());
        rig.pass(Duration::from_millis(14_999));
        assert!(!rig.server.requests.contains(&switch));
        rig.pass(Duration::from_millis(1));
        assert!(rig.server.requests.contains(&switch));
    }
}
