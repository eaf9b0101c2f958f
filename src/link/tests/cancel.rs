use super::*;
use crate::link::worker::EVENTS;
use crate::modem::link::Answer;

#[tokio::test]
async fn after_a_cancelled_download_the_next_command_gets_its_own_reply() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "big.bin");
    modem.ask(LinkRequest::Credit(FIRST, 1000));
    let mut data = server.begin("RETR big.bin").await;
    let sender = tokio::spawn(async move {
        // Far more than the socket buffers hold, so it ends only when the modem hangs up.
        data.write_all(&vec![7; 64 << 20]).await
    });
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 1000).await;
    modem.ask(LinkRequest::Cancel(FIRST));
    modem.control(SECOND, ControlCommand::Pwd);
    soon(sender).await.unwrap().expect_err("the data connection is closed");
    server.say("426 aborted").await;
    server.answer("PWD", "257 \"/own\"").await;
    modem.expect(LinkEvent::Answered(SECOND, Answer::Path("/own".to_owned()))).await;
}

#[tokio::test]
async fn a_cancelled_download_may_end_with_a_second_150() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    modem.ask(LinkRequest::Credit(FIRST, 4));
    let mut data = server.begin("RETR a.bin").await;
    data.write_all(b"data").await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 4).await;
    modem.ask(LinkRequest::Cancel(FIRST));
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    server.say("150 0.000 seconds (measured here)").await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_cancelled_upload_loses_its_data_connection() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let mut data = server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Cancel(FIRST));
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    server.say("226 stored").await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn an_upload_that_the_server_does_not_read_can_be_cancelled() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let data = server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Data(FIRST, Bytes::from(vec![7; 64 << 20])));
    let LinkEvent::Sent(FIRST, _) = modem.event().await else { panic!("nothing was sent") };
    modem.ask(LinkRequest::Cancel(FIRST));
    modem.control(SECOND, ControlCommand::Pwd);
    drop(data);
    server.say("426 aborted").await;
    server.answer("PWD", "257 \"/own\"").await;
    loop {
        match modem.event().await {
            LinkEvent::Sent(FIRST, _) => {}
            event => {
                let answer = Answer::Path("/own".to_owned());
                assert_eq!(event, LinkEvent::Answered(SECOND, answer));
                break;
            }
        }
    }
}

#[tokio::test]
async fn the_late_reply_to_a_cancelled_command_is_not_taken_for_the_next() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Pwd);
    server.expect("PWD").await;
    modem.ask(LinkRequest::Cancel(FIRST));
    modem.control(SECOND, ControlCommand::Pwd);
    server.say("257 \"/late\"").await;
    server.answer("PWD", "257 \"/own\"").await;
    modem.expect(LinkEvent::Answered(SECOND, Answer::Path("/own".to_owned()))).await;
}

#[tokio::test]
async fn a_cancelled_transfer_that_is_not_yet_accepted_is_left_quietly() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    let listener = server.passive().await;
    server.expect("RETR a.bin").await;
    modem.ask(LinkRequest::Cancel(FIRST));
    server.say("150 here we go").await;
    let (mut data, _) = soon(listener.accept()).await.unwrap();
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    server.say("426 aborted").await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_cancelled_upload_that_has_not_begun_truncates_nothing() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    server.expect("PASV").await;
    modem.ask(LinkRequest::Cancel(FIRST));
    let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
    server.say(&announcement(listener.local_addr().unwrap())).await;
    // No STOR.
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_queued_operation_can_be_cancelled() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Cwd("a".to_owned()));
    modem.control(SECOND, ControlCommand::Cwd("b".to_owned()));
    server.expect("CWD a").await;
    modem.ask(LinkRequest::Cancel(SECOND));
    modem.control(THIRD, ControlCommand::Cwd("c".to_owned()));
    server.say("250 yes").await;
    server.answer("CWD c", "250 yes").await;
    modem.expect(LinkEvent::Answered(FIRST, Answer::Done)).await;
    modem.expect(LinkEvent::Answered(THIRD, Answer::Done)).await;
}

#[tokio::test]
async fn a_cancelled_open_closes_its_connection() {
    let mut server = Server::new().await;
    let mut modem = Modem::new(server.router());
    modem.ask(open(passive_target()));
    server.accept().await;
    modem.ask(LinkRequest::Cancel(OPEN));
    server.expect_closed().await;
    modem.ask(LinkRequest::Open(FIRST, Box::new(passive_target())));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(FIRST)).await;
}

#[tokio::test]
async fn cancelling_what_is_over_does_nothing() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Cancel(OPEN));
    modem.data(OPEN, b"late");
    modem.ask(LinkRequest::Finish(OPEN));
    modem.ask(LinkRequest::Credit(OPEN, 1));
    modem.ask(LinkRequest::SwitchAddress(OPEN));
    expect_pwd_to_work(&mut modem, &mut server, FIRST).await;
}

#[tokio::test]
async fn a_session_that_ends_while_a_cancelled_operation_waits_is_lost() {
    for last_word in [None, Some("421 shutting down")] {
        let (mut modem, mut server) = session().await;
        modem.control(FIRST, ControlCommand::Pwd);
        server.expect("PWD").await;
        modem.ask(LinkRequest::Cancel(FIRST));
        match last_word {
            Some(word) => server.say(word).await,
            None => server.close(),
        }
        modem.expect(LinkEvent::Lost).await;
    }
}

#[tokio::test]
async fn a_cancelled_download_at_an_offset_takes_the_offset_back() {
    let (mut modem, mut server) = session().await;
    let transfer = Transfer::Retrieve { path: "a.bin".to_owned(), offset: 7 };
    modem.ask(LinkRequest::Transfer(FIRST, transfer));
    let listener = server.passive().await;
    server.answer("REST 7", "350 go on").await;
    server.answer("RETR a.bin", "150 here we go").await;
    let (mut data, _) = soon(listener.accept()).await.unwrap();
    data.write_all(b"data").await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Cancel(FIRST));
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    server.say("426 aborted").await;
    modem.retrieve(SECOND, "b.bin");
    let _listener = server.passive().await;
    server.answer("REST 0", "350 go on").await;
    server.expect("RETR b.bin").await;
}

/// Leaves no room for another event.
async fn fill_events(modem: &Modem, server: &mut Server) -> Vec<OpId> {
    let ops: Vec<OpId> = (100..100 + EVENTS as u64).map(OpId).collect();
    for &op in &ops {
        modem.control(op, ControlCommand::Cwd("a".to_owned()));
        server.answer("CWD a", "250 yes").await;
    }
    ops
}

async fn expect_nothing_but(modem: &mut Modem, answered: Vec<OpId>) {
    for op in answered {
        modem.expect(LinkEvent::Answered(op, Answer::Done)).await;
    }
}

#[tokio::test]
async fn a_session_whose_end_could_not_be_reported_before_the_cancel_is_lost() {
    let (mut modem, mut server) = session().await;
    let before = fill_events(&modem, &mut server).await;
    modem.control(FIRST, ControlCommand::Pwd);
    server.answer("PWD", "421 shutting down").await;
    server.expect_closed().await;
    modem.ask(LinkRequest::Cancel(FIRST));
    expect_nothing_but(&mut modem, before).await;
    modem.expect(LinkEvent::Lost).await;
}

#[tokio::test]
async fn a_session_that_could_not_be_reported_before_the_cancel_is_closed() {
    let (mut modem, mut server) = session().await;
    let before = fill_events(&modem, &mut server).await;
    modem.ask(LinkRequest::Open(FIRST, Box::new(passive_target())));
    server.expect_closed().await;
    server.greet_and_log_in().await;
    settle().await;
    modem.ask(LinkRequest::Cancel(FIRST));
    server.expect_closed().await;
    expect_nothing_but(&mut modem, before).await;
    modem.control(SECOND, ControlCommand::Pwd);
    modem.expect_end(SECOND, LinkError::ControlClosed).await;
}
