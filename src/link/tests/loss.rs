use super::*;

#[tokio::test]
async fn a_server_that_hangs_up_on_an_idle_session_is_noticed() {
    let (mut modem, mut server) = session().await;
    server.close();
    modem.expect(LinkEvent::Lost).await;
    modem.control(FIRST, ControlCommand::Pwd);
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_reset_of_an_idle_session_is_noticed() {
    let (mut modem, mut server) = session().await;
    server.reset();
    modem.expect(LinkEvent::Lost).await;
}

#[tokio::test]
async fn an_idle_session_ends_with_421_even_if_the_server_does_not_hang_up() {
    let (mut modem, mut server) = session().await;
    server.say("421 timeout").await;
    modem.expect(LinkEvent::Lost).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_421_in_one_packet_with_the_last_reply_is_noticed() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Delete("a".to_owned()));
    server.answer("DELE a", "550 no\r\n421 and goodbye").await;
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    modem.expect(LinkEvent::Lost).await;
}

#[tokio::test]
async fn other_unasked_replies_are_ignored() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Delete("a".to_owned()));
    server.answer("DELE a", "550 no\r\n226-late\r\n226 news\r\n451 more of it").await;
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn after_a_loss_a_new_session_can_be_opened() {
    let (mut modem, mut server) = session().await;
    server.close();
    modem.expect(LinkEvent::Lost).await;
    modem.ask(LinkRequest::Open(FIRST, Box::new(passive_target())));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(FIRST)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}
