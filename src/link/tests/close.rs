use super::*;

#[tokio::test]
async fn closing_says_quit_and_waits_for_the_answer() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Close(FIRST));
    server.answer("QUIT", "221 bye").await;
    modem.expect(LinkEvent::Closed(FIRST)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_bad_answer_to_quit_closes_all_the_same() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Close(FIRST));
    server.answer("QUIT", "500 what?").await;
    modem.expect(LinkEvent::Closed(FIRST)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_server_that_hangs_up_at_quit_closes_all_the_same() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Close(FIRST));
    server.expect("QUIT").await;
    server.close();
    modem.expect(LinkEvent::Closed(FIRST)).await;
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_close() {
    let mut modem = Modem::new(Router::new(Hosts::default(), None));
    modem.ask(LinkRequest::Close(FIRST));
    modem.expect(LinkEvent::Closed(FIRST)).await;
}

#[tokio::test]
async fn a_command_that_hangs_does_not_keep_the_session_open() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Pwd);
    server.expect("PWD").await;
    modem.control(SECOND, ControlCommand::Pwd);
    modem.ask(LinkRequest::Close(THIRD));
    modem.expect(LinkEvent::Closed(THIRD)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_transfer_that_hangs_does_not_keep_the_session_open() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let mut data = server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Finish(FIRST));
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    modem.ask(LinkRequest::Close(SECOND));
    modem.expect(LinkEvent::Closed(SECOND)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn an_open_that_hangs_can_be_closed() {
    let mut server = Server::new().await;
    let mut modem = Modem::new(server.router());
    modem.ask(open(passive_target()));
    server.accept().await;
    modem.ask(LinkRequest::Close(FIRST));
    modem.expect(LinkEvent::Closed(FIRST)).await;
    server.expect_closed().await;
}

#[tokio::test]
async fn a_cancelled_close_closes_without_the_answer() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Close(FIRST));
    server.expect("QUIT").await;
    modem.ask(LinkRequest::Cancel(FIRST));
    server.expect_closed().await;
    modem.ask(LinkRequest::Close(SECOND));
    modem.expect(LinkEvent::Closed(SECOND)).await;
}

#[tokio::test]
async fn drop_closes_an_idle_session_without_a_word() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Drop);
    server.expect_closed().await;
    modem.ask(LinkRequest::Open(FIRST, Box::new(passive_target())));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(FIRST)).await;
}

#[tokio::test]
async fn drop_breaks_off_whatever_waits_for_the_server() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Pwd);
    server.expect("PWD").await;
    modem.control(SECOND, ControlCommand::Pwd);
    modem.ask(LinkRequest::Drop);
    server.expect_closed().await;
    modem.ask(LinkRequest::Open(THIRD, Box::new(passive_target())));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(THIRD)).await;
}

#[tokio::test]
async fn drop_works_even_when_nobody_takes_the_events() {
    let (modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    modem.ask(LinkRequest::Credit(FIRST, 1 << 30));
    let mut data = server.begin("RETR a.bin").await;
    // It ends only when the link hangs up.
    let sender = tokio::spawn(async move { data.write_all(&vec![7; 64 << 20]).await });
    modem.ask(LinkRequest::Drop);
    server.expect_closed().await;
    soon(sender).await.unwrap().expect_err("the data connection is closed");
}

#[tokio::test]
async fn dropping_the_handle_closes_the_connections() {
    let (modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    let mut data = server.begin("RETR a.bin").await;
    let Modem { link, mut events } = modem;
    drop(link);
    server.expect_closed().await;
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    while let Some(event) = soon(events.recv()).await {
        assert_eq!(event, LinkEvent::Ready(FIRST));
    }
}
