use super::*;
use crate::scenario::Destination;

/// A modem that has asked for a session, and a server that has accepted the connection.
async fn connecting() -> (Modem, Server) {
    connecting_to(passive_target()).await
}

async fn connecting_to(target: OpenTarget) -> (Modem, Server) {
    let mut server = Server::new().await;
    let modem = Modem::new(server.router());
    modem.ask(open(target));
    server.accept().await;
    (modem, server)
}

#[tokio::test]
async fn a_session_is_logged_in_and_binary() {
    let (mut modem, mut server) = session().await;
    expect_pwd_to_work(&mut modem, &mut server, FIRST).await;
}

#[tokio::test]
async fn filetype_1_is_type_a() {
    let (mut modem, mut server) = connecting_to(ascii_target()).await;
    server.say("220 ready").await;
    server.answer("USER test", "331 password").await;
    server.answer("PASS secret", "230 in").await;
    server.answer("TYPE A", "200 ascii").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
}

#[tokio::test]
async fn a_new_type_is_told_before_the_next_transfer_and_once() {
    let (mut modem, mut server) = session().await;
    let data = DataConnection::Passive(DataAddress::Announced);
    modem.ask(LinkRequest::Mode(TransferMode { ascii: true, data }));
    for (op, told) in [(OpId(70), true), (OpId(71), false)] {
        modem
            .ask(LinkRequest::Transfer(op, Transfer::Retrieve { path: "a".to_owned(), offset: 0 }));
        if told {
            server.answer("TYPE A", "200 ascii").await;
        }
        server.answer("PASV", "425 no").await;
        let failure = LinkFailure { cause: LinkError::Reply(425), session_alive: true };
        modem.expect(LinkEvent::Failed(op, failure)).await;
    }
}

#[tokio::test]
async fn without_a_user_name_the_login_is_anonymous() {
    let nobody =
        OpenTarget { username: String::new(), password: String::new(), ..passive_target() };
    let (mut modem, mut server) = connecting_to(nobody).await;
    server.say("220 ready").await;
    server.answer("USER anonymous", "331 any password").await;
    server.answer("PASS ", "230 in").await;
    server.answer("TYPE I", "200 ok").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
}

#[tokio::test]
async fn a_server_that_wants_no_password_gets_none() {
    let (mut modem, mut server) = connecting().await;
    server.say("220 ready").await;
    server.answer("USER test", "230 in already").await;
    server.answer("TYPE I", "200 ok").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
}

#[tokio::test]
async fn a_superfluous_password_is_no_failure() {
    let (mut modem, mut server) = connecting().await;
    server.say("220 ready").await;
    server.answer("USER test", "331 password").await;
    server.answer("PASS secret", "202 superfluous").await;
    server.answer("TYPE I", "200 ok").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
}

#[tokio::test]
async fn a_greeting_may_have_several_lines() {
    let (mut modem, mut server) = connecting().await;
    server.say("220-hello\r\n welcome\r\n220-be nice\r\n220 ready").await;
    server.answer("USER test", "230 in").await;
    server.answer("TYPE I", "200 ok").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
}

#[tokio::test]
async fn a_server_that_is_full_says_421() {
    let (mut modem, mut server) = connecting().await;
    server.say("421 too many users").await;
    modem.expect_end(OPEN, LinkError::Reply(421)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_wrong_account_is_530_and_closes_the_connection() {
    let (mut modem, mut server) = connecting().await;
    server.say("220 ready").await;
    server.answer("USER test", "331 password").await;
    server.answer("PASS secret", "530 no").await;
    modem.expect_end(OPEN, LinkError::Reply(530)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_server_that_wants_an_account_is_332() {
    let (mut modem, mut server) = connecting().await;
    server.say("220 ready").await;
    server.answer("USER test", "331 password").await;
    server.answer("PASS secret", "332 account").await;
    modem.expect_end(OPEN, LinkError::Reply(332)).await;
}

#[tokio::test]
async fn a_refused_type_fails_with_its_reply() {
    let (mut modem, mut server) = connecting().await;
    server.say("220 ready").await;
    server.answer("USER test", "230 in").await;
    server.answer("TYPE I", "504 no such type").await;
    modem.expect_end(OPEN, LinkError::Reply(504)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn where_nobody_listens_the_connection_is_refused() {
    let server = Server::at(DESERTED).await.unwrap();
    let mut modem = Modem::new(server.router());
    drop(server);
    modem.ask(open(passive_target()));
    modem.expect_end(OPEN, LinkError::Refused).await;
}

#[tokio::test]
async fn the_hosts_map_can_refuse_to_resolve_or_to_route() {
    for (destination, cause) in [
        (Destination::Unresolvable, LinkError::NameNotResolved),
        (Destination::Unreachable, LinkError::Unreachable),
        (Destination::Refused, LinkError::Refused),
    ] {
        let mut hosts = Hosts::default();
        hosts.insert("*", destination);
        let mut modem = Modem::new(Router::new(hosts, None));
        modem.ask(open(passive_target()));
        modem.expect_end(OPEN, cause).await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_before_its_greeting_closed_the_connection() {
    let (mut modem, mut server) = connecting().await;
    server.close();
    modem.expect_end(OPEN, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_within_a_reply_closed_the_connection() {
    let (mut modem, mut server) = connecting().await;
    server.say_bytes(b"220-hello\r\n22").await;
    server.close();
    modem.expect_end(OPEN, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_during_the_login_closed_the_connection() {
    let (mut modem, mut server) = connecting().await;
    server.say("220 ready").await;
    server.answer("USER test", "331 password").await;
    server.expect("PASS secret").await;
    server.close();
    modem.expect_end(OPEN, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_reset_is_told_from_a_close() {
    let (mut modem, mut server) = connecting().await;
    server.reset();
    modem.expect_end(OPEN, LinkError::ControlReset).await;
}

#[tokio::test]
async fn a_server_that_does_not_speak_ftp_is_garbled() {
    let (mut modem, mut server) = connecting().await;
    server.say("HTTP/1.1 400 Bad Request").await;
    modem.expect_end(OPEN, LinkError::Garbled).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn an_endless_greeting_is_garbled() {
    let (mut modem, mut server) = connecting().await;
    // The connection may be closed before all of it is written.
    let _ = server.control().write_all(format!("220-{}", "x".repeat(300 * 1024)).as_bytes()).await;
    modem.expect_end(OPEN, LinkError::Garbled).await;
}

#[tokio::test]
async fn a_second_open_replaces_the_session() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Open(FIRST, Box::new(passive_target())));
    server.expect_closed().await;
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(FIRST)).await;
}

#[tokio::test]
async fn a_failed_open_leaves_no_session() {
    let (mut modem, mut server) = connecting().await;
    server.say("421 later").await;
    modem.expect_end(OPEN, LinkError::Reply(421)).await;
    modem.control(FIRST, ControlCommand::Pwd);
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
    modem.retrieve(SECOND, "a");
    modem.expect_end(SECOND, LinkError::ControlClosed).await;
}
