use super::*;
use crate::modem::link::Answer;

/// Asks for `command` and answers what it sends with `dialogue`; returns what is reported.
async fn ask(command: ControlCommand, dialogue: &[(&str, &str)]) -> LinkEvent {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, command);
    for (line, reply) in dialogue {
        server.answer(line, reply).await;
    }
    let event = modem.event().await;
    let alive = !matches!(&event, LinkEvent::Failed(_, failure) if !failure.session_alive);
    if alive {
        expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
    } else {
        server.expect_closed().await;
    }
    event
}

fn answered(answer: Answer) -> LinkEvent {
    LinkEvent::Answered(FIRST, answer)
}

fn failed(cause: LinkError, session_alive: bool) -> LinkEvent {
    LinkEvent::Failed(FIRST, LinkFailure { cause, session_alive })
}

fn path(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn each_command_is_its_verb() {
    for (command, line, reply) in [
        (ControlCommand::Cwd(path("/a b")), "CWD /a b", "250 ok"),
        (ControlCommand::Cwd(path("/a")), "CWD /a", "200 ok"),
        (ControlCommand::Delete(path("f")), "DELE f", "250 gone"),
        (ControlCommand::Mkdir(path("d")), "MKD d", "257 \"/d\" made"),
        (ControlCommand::Rmdir(path("d")), "RMD d", "250 gone"),
    ] {
        assert_eq!(ask(command, &[(line, reply)]).await, answered(Answer::Done), "{line}");
    }
}

#[tokio::test]
async fn the_path_is_unquoted_and_its_quotes_undoubled() {
    for (reply, path) in [
        ("257 \"/\"", "/"),
        ("257 \"/a b/c\" is your \"home\"", "/a b/c"),
        ("257 \"/say \"\"hi\"\"\" is it", "/say \"hi\""),
        ("257 \"\"", ""),
        ("257-first\r\n257 \"/last\" line", "/last"),
    ] {
        let event = ask(ControlCommand::Pwd, &[("PWD", reply)]).await;
        assert_eq!(event, answered(Answer::Path(path.to_owned())), "{reply}");
    }
}

#[tokio::test]
async fn size_is_a_number_of_bytes() {
    let event =
        ask(ControlCommand::Size(path("f")), &[("SIZE f", "213 18446744073709551615")]).await;
    assert_eq!(event, answered(Answer::Size(u64::MAX)));
}

#[tokio::test]
async fn the_modification_time_is_passed_as_it_is() {
    for time in ["20200821120000", "20200821120000.123"] {
        let reply = format!("213 {time}");
        let event = ask(ControlCommand::Mdtm(path("f")), &[("MDTM f", &reply)]).await;
        assert_eq!(event, answered(Answer::Modified(time.to_owned())));
    }
}

#[tokio::test]
async fn a_reply_without_the_value_makes_no_sense() {
    for (command, line, reply) in [
        (ControlCommand::Pwd, "PWD", "257 / without quotes"),
        (ControlCommand::Pwd, "PWD", "257 \"/never closed"),
        (ControlCommand::Pwd, "PWD", "200 \"/\""),
        (ControlCommand::Size(path("f")), "SIZE f", "213 large"),
        (ControlCommand::Size(path("f")), "SIZE f", "250 12"),
        (ControlCommand::Mdtm(path("f")), "MDTM f", "213 2020-08-21"),
        (ControlCommand::Mdtm(path("f")), "MDTM f", "213 20200821120000."),
        (ControlCommand::Mdtm(path("f")), "MDTM f", "213 202008211200"),
    ] {
        let event = ask(command, &[(line, reply)]).await;
        let code = reply[..3].parse().unwrap();
        assert_eq!(event, failed(LinkError::Reply(code), true), "{reply}");
    }
}

#[tokio::test]
async fn renaming_is_two_commands() {
    let rename = || ControlCommand::Rename(path("old"), path("new"));
    let both = [("RNFR old", "350 to what?"), ("RNTO new", "250 done")];
    assert_eq!(ask(rename(), &both).await, answered(Answer::Done));
    let missing = [("RNFR old", "550 no such file")];
    assert_eq!(ask(rename(), &missing).await, failed(LinkError::Reply(550), true));
    let forbidden = [("RNFR old", "350 to what?"), ("RNTO new", "553 bad name")];
    assert_eq!(ask(rename(), &forbidden).await, failed(LinkError::Reply(553), true));
}

#[tokio::test]
async fn a_negative_reply_is_its_code_and_the_session_goes_on() {
    for code in [450, 452, 500, 502, 530, 550, 599, 999] {
        let event = ask(ControlCommand::Cwd(path("x")), &[("CWD x", &format!("{code} no"))]).await;
        assert_eq!(event, failed(LinkError::Reply(code), true));
    }
}

#[tokio::test]
async fn the_code_of_a_reply_of_several_lines_is_the_last() {
    let reply = "550-this\r\n 226 is not it\r\n550 no";
    let event = ask(ControlCommand::Delete(path("x")), &[("DELE x", reply)]).await;
    assert_eq!(event, failed(LinkError::Reply(550), true));
}

#[tokio::test]
async fn after_421_the_session_is_over() {
    let event = ask(ControlCommand::Delete(path("x")), &[("DELE x", "421 shutting down")]).await;
    assert_eq!(event, failed(LinkError::Reply(421), false));
}

#[tokio::test]
async fn a_reply_that_is_not_ftp_ends_the_session() {
    let event = ask(ControlCommand::Delete(path("x")), &[("DELE x", "what?")]).await;
    assert_eq!(event, failed(LinkError::Garbled, false));
}

#[tokio::test]
async fn a_server_that_hangs_up_instead_of_answering_closed_the_connection() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Pwd);
    server.expect("PWD").await;
    server.close();
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_reset_instead_of_an_answer_is_told_from_a_close() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Pwd);
    server.expect("PWD").await;
    server.reset();
    modem.expect_end(FIRST, LinkError::ControlReset).await;
}

#[tokio::test]
async fn a_name_with_a_line_break_smuggles_no_command() {
    let event = ask(ControlCommand::Cwd(path("x\r\nDELE y")), &[]).await;
    assert_eq!(event, failed(LinkError::Reply(501), true));
}

#[tokio::test]
async fn commands_are_done_one_after_the_other() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Cwd(path("a")));
    modem.control(SECOND, ControlCommand::Cwd(path("b")));
    server.expect("CWD a").await;
    server.say("550 no").await;
    server.answer("CWD b", "250 yes").await;
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    modem.expect(LinkEvent::Answered(SECOND, Answer::Done)).await;
}
