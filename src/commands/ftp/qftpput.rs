//! `AT+QFTPPUT`: upload a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::ftp::{PutRequest, Range};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPPUT",
    Group::Ftp,
    "Upload from COM: or from a local file",
    "FTP note §2.5",
)
.test(TestForm::Flat)
.write(
    &[
        Param::file("<file_name>", 255),
        Param::file("<local_name>", 60),
        Param::number("<startpos>", &[(0, i64::MAX)]).optional("0").by_name(),
        Param::number("<uploadlen>", &[(1, i64::MAX)]).optional("until +++").by_name(),
        Param::number("<beof>", &[(0, 0), (1, 1)]).joined("1").by_name(),
    ],
    |modem, values| {
        modem.ftp_put(&PutRequest {
            remote: values.text(0),
            local: values.text(1),
            range: Range { start: values.get(2).unwrap_or(0), length: values.get(3) },
            last: values.number(4) != Some(0),
        })
    },
)
.reject_with(610);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Input;
    use crate::modem::knobs::Knobs;
    use crate::modem::link::{
        LinkError, LinkEvent, LinkFailure, LinkRequest, Transfer, UPLOAD_WINDOW,
    };
    use crate::modem::{Setup, host::HOST_WINDOW};
    use crate::rig::Rig;
    use crate::transcript::chat::counter;

    fn failed(rig: &Rig, cause: LinkError, session_alive: bool) -> LinkEvent {
        LinkEvent::Failed(rig.server.last_id(), LinkFailure { cause, session_alive })
    }

    /// How the server was asked to store, so far.
    fn stores(rig: &Rig) -> Vec<(String, u64, bool)> {
        let stores = rig.server.requests.iter().filter_map(|request| match request {
            LinkRequest::Transfer(_, Transfer::Store { path, offset, rest }) => {
                Some((path.clone(), *offset, *rest))
            }
            _ => None,
        });
        stores.collect()
    }

    fn finishes(rig: &Rig) -> usize {
        let finish = |request: &&LinkRequest| matches!(request, LinkRequest::Finish(_));
        rig.server.requests.iter().filter(finish).count()
    }

    #[test]
    fn the_escape_sequence_ends_an_upload_from_com() {
        let mut rig = Rig::logged_in();
        let text = rig.ask("AT+QFTPPUT=\"a.bin\",\"COM:\"");
        assert_eq!(text, "AT+QFTPPUT=\"a.bin\",\"COM:\"\r\r\nCONNECT\r\n");
        rig.send(counter(1000));
        rig.escape();
        assert_eq!(rig.text(), "\r\nOK\r\n");
        rig.pass(Duration::from_millis(50));
        assert_eq!(rig.text(), "\r\n+QFTPPUT: 0,1000\r\n");
        assert_eq!(rig.server.file("/a.bin"), Some(&counter(1000)[..]));
        rig.play("> AT+QFTPLEN\n< OK\n< +QFTPLEN: 0,1000\n> ATO\n< NO CARRIER");
    }

    #[test]
    fn pluses_without_their_silences_are_data() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+QFTPPUT="a","COM:"
            < CONNECT
            >> "one"
            >> "+++"
            ... 2s
            >> "+"
            ... 2s
            >> "++++"
            ... 1s
            >> "+++"
            ... 999ms
            >> "two"
            +++
            < OK
            < +QFTPPUT: 0,17
        "#,
        );
        assert_eq!(rig.server.file("/a"), Some(&b"one+++++++++++two"[..]));
    }

    #[test]
    fn no_data_at_all_is_an_empty_file() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\"\n< CONNECT\n+++\n< OK\n< +QFTPPUT: 0,0");
        assert_eq!(rig.server.file("/a"), Some(&b""[..]));
    }

    #[test]
    fn the_upload_ends_by_itself_after_uploadlen_and_what_follows_are_commands() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,5,1\n< CONNECT");
        rig.send("12345AT+CSQ\r");
        let text = rig.text();
        assert_eq!(text, "\r\nOK\r\nAT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
        rig.play("< +QFTPPUT: 0,5");
        assert_eq!(rig.server.file("/a"), Some(&b"12345"[..]));
    }

    #[test]
    fn the_upload_ends_within_a_held_escape_sequence_and_the_order_stays() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,1,1\n< CONNECT\n... 1s");
        rig.send("++");
        rig.send("AT\r");
        assert_eq!(rig.text(), "\r\nOK\r\n+AT\r\r\nOK\r\n");
        assert_eq!(rig.server.file("/a"), Some(&b"+"[..]));
    }

    #[test]
    fn without_beof_a_length_is_the_last_part() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,5\n< CONNECT\n>> 5\n< OK\n< +QFTPPUT: 0,5");
        assert_eq!(finishes(&rig), 1);
    }

    #[test]
    fn two_parts_of_1024_bytes_are_one_file_over_one_data_connection() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+QFTPPUT="a","COM:",0,1024,0
            < CONNECT
            >> 1024
            < OK
            < +QFTPPUT: 0,1024
            > AT+QFTPSTAT
            < OK
            < +QFTPSTAT: 0,1
        "#,
        );
        assert_eq!(finishes(&rig), 0);
        rig.play(
            r#"
            > AT+QFTPPUT="a","COM:",1024,1024,1
            < CONNECT
            >> 1024
            < OK
            < +QFTPPUT: 0,1024
            > AT+QFTPSIZE="a"
            < OK
            < +QFTPSIZE: 0,2048
        "#,
        );
        assert_eq!(stores(&rig), [("a".to_owned(), 0, true)]);
        assert_eq!(finishes(&rig), 1);
        assert_eq!(rig.server.file("/a"), Some(&[counter(1024), counter(1024)].concat()[..]));
    }

    #[test]
    fn anything_but_the_next_part_ends_a_held_upload_properly() {
        for next in [
            "AT+QFTPSIZE=\"a\"",
            "AT+QFTPPUT=\"b\",\"COM:\",4",
            "AT+QFTPPUT=\"a\",\"COM:\",5",
            "AT+QFTPGET=\"a\",\"RAM:a\"",
            "AT+QFTPCLOSE",
        ] {
            let mut rig = Rig::logged_in();
            rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,4,0\n< CONNECT\n>> 4\n< OK\n< +QFTPPUT: 0,4");
            let held = rig.server.last_id();
            rig.ask(next);
            assert!(rig.server.requests.contains(&LinkRequest::Finish(held)), "{next}");
        }
    }

    #[test]
    fn a_query_of_length_or_state_leaves_a_held_upload_alone() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,4,0\n< CONNECT\n>> 4\n< OK\n< +QFTPPUT: 0,4");
        rig.play("> AT+QFTPLEN\n< OK\n< +QFTPLEN: 0,4\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",4,4,1\n< CONNECT\n>> 4\n< OK\n< +QFTPPUT: 0,4");
        assert_eq!(stores(&rig).len(), 1);
    }

    #[test]
    fn a_data_connection_that_died_between_two_parts_fails_the_next() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,4,0\n< CONNECT\n>> 4\n< OK\n< +QFTPPUT: 0,4");
        let cut = failed(&rig, LinkError::Reply(426), true);
        rig.event(cut);
        assert_eq!(rig.text(), "");
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",4,4,1\n< +CME ERROR: 616");
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",4,4,1\n< CONNECT\n>> 4\n< OK\n< +QFTPPUT: 0,4");
    }

    #[test]
    fn startpos_is_where_the_data_go_in_the_remote_file() {
        let mut rig = Rig::logged_in();
        rig.server.put("a", "0123456789");
        rig.play(
            "> AT+QFTPPUT=\"a\",\"COM:\",10\n< CONNECT\n>> \"abc\"\n+++\n< OK\n< +QFTPPUT: 0,3",
        );
        assert_eq!(rig.server.file("/a"), Some(&b"0123456789abc"[..]));
        rig.play("> AT+QFTPCFG=\"restenable\",0\n< OK");
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",13\n< CONNECT\n+++\n< OK\n< +QFTPPUT: 0,0");
        assert_eq!(stores(&rig), [("a".to_owned(), 10, true), ("a".to_owned(), 13, false)]);
    }

    #[test]
    fn local_files_are_sent_from_every_medium_while_commands_go_on() {
        let mut rig = Rig::logged_in();
        for medium in ["RAM:", "UFS:", "SD:", ""] {
            rig.play(&format!(
                r#"
                > AT+QFUPL="{medium}f",1000
                < CONNECT
                >> 1000
                < +QFUPL: 1000,{{checksum}}
                < OK
                > AT+QFTPPUT="remote","{medium}f"
                < OK
                > AT+CSQ
                < +CSQ: 24,99
                < OK
                < +QFTPPUT: 0,1000
                > AT+QFDEL="{medium}f"
                < OK
            "#
            ));
            assert_eq!(rig.server.file("/remote"), Some(&counter(1000)[..]));
        }
    }

    #[test]
    fn a_local_file_is_sent_from_startpos_on() {
        let mut rig = Rig::logged_in();
        rig.server.put("a", "01234");
        rig.play("> AT+QFUPL=\"f\",8\n< CONNECT\n>> \"01234567\"\n< +QFUPL: 8,{sum}\n< OK");
        rig.play("> AT+QFTPPUT=\"a\",\"UFS:f\",5\n< OK\n< +QFTPPUT: 0,3");
        assert_eq!(rig.server.file("/a"), Some(&b"01234567"[..]));
        rig.play("> AT+QFTPPUT=\"a\",\"UFS:f\",9\n< OK\n< +QFTPPUT: 612,0");
        rig.play("> AT+QFTPPUT=\"b\",\"UFS:f\",8\n< OK\n< +QFTPPUT: 0,0");
    }

    #[test]
    fn a_megabyte_goes_through_with_a_bounded_window() {
        let mut rig = Rig::logged_in();
        let content = counter(1 << 20);
        rig.play("> AT+QFUPL=\"RAM:f\",1048576\n< CONNECT");
        rig.send(&content);
        rig.play("< +QFUPL: 1048576,{sum}\n< OK\n> AT+QFTPPUT=\"a\",\"RAM:f\"\n< OK");
        rig.play("< +QFTPPUT: 0,1048576");
        assert_eq!(rig.server.file("/a"), Some(&content[..]));
    }

    #[test]
    fn what_is_wrong_with_a_local_file_is_told_after_ok() {
        let mut rig = Rig::logged_in();
        let asked = rig.server.requests.len();
        for (local, err) in
            [("RAM:none", 611), ("none", 611), ("ufs:x", 613), ("UFS:../../etc/passwd", 613)]
        {
            rig.play(&format!("> AT+QFTPPUT=\"a\",\"{local}\"\n< OK\n< +QFTPPUT: {err},0"));
        }
        assert_eq!(rig.server.requests.len(), asked);
    }

    #[test]
    fn a_file_that_is_open_is_611_and_one_in_transfer_is_426() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK");
        rig.play("> AT+QFTPPUT=\"a\",\"f\"\n< OK\n< +QFTPPUT: 611,0\n> AT+QFCLOSE=1\n< OK");
        rig.server.silence(true);
        rig.play("> AT+QFTPPUT=\"a\",\"f\"\n< OK\n> AT+QFDEL=\"f\"\n< +CME ERROR: 426");
        let refused = failed(&rig, LinkError::Reply(553), true);
        rig.event(refused);
        rig.play("< +QFTPPUT: 630,553\n> AT+QFDEL=\"f\"\n< OK");
    }

    #[test]
    fn a_refusal_of_the_server_comes_instead_of_connect() {
        let mut rig = Rig::logged_in();
        for (cause, err) in [
            (LinkError::Reply(553), 630),
            (LinkError::Reply(452), 619),
            (LinkError::DataNotOpened, 615),
            (LinkError::Reply(425), 615),
        ] {
            rig.server.fail_next(cause, true);
            rig.play(&format!("> AT+QFTPPUT=\"a\",\"COM:\"\n< +CME ERROR: {err}"));
        }
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
    }

    #[test]
    fn a_failure_in_data_mode_leads_back_to_command_mode() {
        for (cause, alive, urc, stat) in [
            (LinkError::Reply(452), true, "619,452", 1),
            (LinkError::DataClosed, true, "607,0", 1),
            (LinkError::DataReset, true, "608,0", 1),
            (LinkError::ControlClosed, false, "606,0", 4),
        ] {
            let mut rig = Rig::logged_in();
            rig.play("> AT+QFTPPUT=\"a\",\"COM:\"\n< CONNECT\n>> 100");
            let event = failed(&rig, cause, alive);
            rig.event(event);
            assert_eq!(rig.text(), "\r\nOK\r\n");
            rig.play(&format!("< +QFTPPUT: {urc}\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,{stat}"));
        }
    }

    #[test]
    fn a_server_that_ends_the_upload_early_is_607_and_nothing_hangs() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\"\n< CONNECT\n>> 100");
        rig.event(LinkEvent::Finished(rig.server.last_id()));
        rig.send("AT\r");
        assert_eq!(rig.text(), "\r\nOK\r\nAT\r\r\nOK\r\n");
        rig.play("< +QFTPPUT: 607,0");
    }

    #[test]
    fn no_connect_in_rsptimeout_is_609() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPPUT=\"a\",\"COM:\"");
        rig.send("AT\r");
        rig.pass(Duration::from_millis(89_999));
        assert_eq!(rig.text(), "", "commands wait for the one that is carried out");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+CME ERROR: 609\r\nAT\r\r\nOK\r\n");
    }

    #[test]
    fn a_host_that_is_silent_for_rsptimeout_ends_the_upload_with_609() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK\n> AT+QFTPPUT=\"a\",\"COM:\"\n< CONNECT");
        for _ in 0..3 {
            rig.pass(Duration::from_millis(19_999));
            rig.send("data");
        }
        rig.pass(Duration::from_millis(19_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\nOK\r\n");
        rig.play("< +QFTPPUT: 609,0\n> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
    }

    #[test]
    fn a_server_that_takes_nothing_of_a_local_file_for_rsptimeout_is_609() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFUPL=\"f\",10\n< CONNECT\n>> 10\n< +QFUPL: 10,{sum}\n< OK");
        rig.server.silence(true);
        rig.play("> AT+QFTPPUT=\"a\",\"f\"\n< OK");
        rig.event(LinkEvent::Ready(rig.server.last_id()));
        rig.pass(Duration::from_secs(60));
        rig.event(LinkEvent::Sent(rig.server.last_id(), 5));
        rig.pass(Duration::from_millis(89_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPPUT: 609,0\r\n");
        rig.play("> AT+QFDEL=\"f\"\n< OK");
    }

    #[test]
    fn a_server_that_is_slow_stops_the_host_at_the_window() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\"\n< CONNECT");
        rig.server.silence(true);
        let mut sent = 0;
        while rig.modem.host_credit() > 0 {
            let piece = counter(rig.modem.host_credit());
            sent += piece.len() as u64;
            rig.send(piece);
        }
        assert_eq!(sent, UPLOAD_WINDOW);
        rig.event(LinkEvent::Sent(rig.server.last_id(), 1000));
        assert_eq!(rig.modem.host_credit(), 1000);
    }

    #[test]
    fn bytes_that_come_before_connect_are_the_first_of_the_upload() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPPUT=\"a\",\"COM:\",0,5,1");
        let credit = rig.modem.host_credit();
        rig.send("12345AT+CSQ\r");
        assert_eq!(rig.modem.host_credit(), credit - 12);
        assert_eq!(rig.text(), "");
        rig.server.silence(false);
        rig.event(LinkEvent::Ready(rig.server.last_id()));
        let text = rig.text();
        assert_eq!(text, "\r\nCONNECT\r\n\r\nOK\r\nAT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
        assert_eq!(rig.server.file("/a"), Some(&b"12345"[..]));
    }

    #[test]
    fn a_host_that_vanishes_ends_the_upload_and_finds_its_line_when_it_is_back() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\"\n< CONNECT\n>> 100");
        rig.input(Input::HostPresent(false));
        rig.pass(Duration::from_secs(3600));
        assert_eq!(rig.text(), "");
        rig.input(Input::HostPresent(true));
        rig.play("< +QFTPPUT: 607,0\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,1");
        rig.play("> AT+QFTPPUT=\"a\",\"COM:\",0,3,1\n< CONNECT\n>> 3\n< OK\n< +QFTPPUT: 0,3");
    }

    #[test]
    fn a_host_that_vanishes_before_connect_leaves_nothing_behind() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPPUT=\"a\",\"COM:\"");
        rig.input(Input::HostPresent(false));
        rig.server.silence(false);
        rig.input(Input::HostPresent(true));
        assert_eq!(rig.text(), "", "NO CARRIER was said to nobody");
        assert_eq!(rig.modem.host_credit(), HOST_WINDOW);
        rig.play("> AT+QFTPPWD\n< OK\n< +QFTPPWD: 0,/");
    }

    #[test]
    fn a_blank_behind_com_is_forgiven_unless_strict() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM: \",0,2,1\n< CONNECT\n>> 2\n< OK\n< +QFTPPUT: 0,2");
        let knobs = Knobs { lenient: false, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        rig.log_in();
        rig.play("> AT+QFTPPUT=\"a\",\"COM: \",0,2,1\n< OK\n< +QFTPPUT: 613,0");
    }
}
