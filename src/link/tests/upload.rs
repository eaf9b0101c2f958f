use super::*;

/// A session with an upload of `a.bin` begun.
async fn uploading() -> (Modem, Server, TcpStream) {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let data = server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    (modem, server, data)
}

fn store_at(offset: u64, rest: bool) -> Transfer {
    Transfer::Store { path: "a.bin".to_owned(), offset, rest }
}

async fn expect_bytes(data: &mut TcpStream, bytes: &[u8]) {
    let mut read = vec![0; bytes.len()];
    soon(data.read_exact(&mut read)).await.unwrap();
    assert_eq!(read, bytes);
}

async fn expect_end_of(data: &mut TcpStream) {
    let mut rest = Vec::new();
    soon(data.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(rest, b"");
}

#[tokio::test]
async fn an_upload_is_stored_unchanged_and_finished_by_the_modem() {
    let (mut modem, mut server, mut data) = uploading().await;
    modem.data(FIRST, b"line\nline\r\n\0\xff");
    modem.ask(LinkRequest::Finish(FIRST));
    expect_bytes(&mut data, b"line\nline\r\n\0\xff").await;
    expect_end_of(&mut data).await;
    modem.expect_sent(FIRST, 13).await;
    server.say("226 stored").await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn in_type_a_the_bytes_are_not_changed() {
    let mut server = Server::new().await;
    let mut modem = Modem::new(server.router());
    modem.ask(open(ascii_target()));
    server.accept().await;
    server.say("220 ready").await;
    server.answer("USER test", "230 in").await;
    server.answer("TYPE A", "200 ascii").await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
    modem.store(FIRST, "a.txt");
    let mut data = server.begin("STOR a.txt").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.data(FIRST, b"one\ntwo\r\n");
    modem.ask(LinkRequest::Finish(FIRST));
    expect_bytes(&mut data, b"one\ntwo\r\n").await;
    expect_end_of(&mut data).await;
}

#[tokio::test]
async fn between_two_parts_the_data_connection_stays_open() {
    let (mut modem, mut server, mut data) = uploading().await;
    modem.data(FIRST, b"first");
    expect_bytes(&mut data, b"first").await;
    modem.expect_sent(FIRST, 5).await;
    modem.data(FIRST, b"second");
    expect_bytes(&mut data, b"second").await;
    modem.expect_sent(FIRST, 6).await;
    modem.ask(LinkRequest::Finish(FIRST));
    expect_end_of(&mut data).await;
    server.say("226 stored").await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn an_upload_of_nothing_is_an_empty_file() {
    let (mut modem, mut server, mut data) = uploading().await;
    modem.data(FIRST, b"");
    modem.ask(LinkRequest::Finish(FIRST));
    expect_end_of(&mut data).await;
    server.say("226 stored").await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn what_the_modem_hands_over_early_is_sent_when_the_server_is_ready() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    modem.data(FIRST, b"early");
    modem.ask(LinkRequest::Finish(FIRST));
    let mut data = server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    expect_bytes(&mut data, b"early").await;
    expect_end_of(&mut data).await;
    modem.expect_sent(FIRST, 5).await;
    server.say("250 stored").await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn an_upload_queued_behind_a_command_keeps_its_data() {
    let (mut modem, mut server) = session().await;
    modem.control(FIRST, ControlCommand::Delete("old".to_owned()));
    server.expect("DELE old").await;
    modem.store(SECOND, "a.bin");
    modem.data(SECOND, b"early");
    modem.ask(LinkRequest::Finish(SECOND));
    server.say("550 no such file").await;
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    let mut data = server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(SECOND)).await;
    expect_bytes(&mut data, b"early").await;
    expect_end_of(&mut data).await;
}

#[tokio::test]
async fn a_server_that_is_full_ends_the_upload_at_once() {
    let (mut modem, mut server, mut data) = uploading().await;
    modem.data(FIRST, b"part");
    expect_bytes(&mut data, b"part").await;
    modem.expect_sent(FIRST, 4).await;
    // The data connection is still open, and the modem is not done.
    server.say("452 no space left").await;
    modem.expect_failure(FIRST, LinkError::Reply(452)).await;
    expect_end_of(&mut data).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_refusal_in_one_packet_with_150_ends_the_upload_at_once() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let listener = server.passive().await;
    server.answer("STOR a.bin", "150 here we go\r\n553 or rather not").await;
    let (_data, _) = soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_failure(FIRST, LinkError::Reply(553)).await;
}

#[tokio::test]
async fn a_server_that_takes_nothing_can_still_refuse() {
    let (mut modem, mut server, _data) = uploading().await;
    // More than the socket buffers hold: the link waits for the server to read.
    modem.ask(LinkRequest::Data(FIRST, Bytes::from(vec![7; 64 << 20])));
    let LinkEvent::Sent(FIRST, _) = modem.event().await else { panic!("nothing was sent") };
    server.say("552 quota exceeded").await;
    loop {
        match modem.event().await {
            LinkEvent::Sent(FIRST, _) => {}
            event => {
                let cause = LinkError::Reply(552);
                let failure = LinkFailure { cause, session_alive: true };
                assert_eq!(event, LinkEvent::Failed(FIRST, failure));
                break;
            }
        }
    }
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn the_reply_tells_why_the_data_connection_was_closed() {
    let (mut modem, mut server, data) = uploading().await;
    drop(data);
    server.say("426 connection closed; transfer aborted").await;
    modem.expect_failure(FIRST, LinkError::Reply(426)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn without_a_reason_a_closed_data_connection_is_just_that() {
    let (mut modem, mut server, data) = uploading().await;
    drop(data);
    server.say("226 stored what there was").await;
    modem.expect_failure(FIRST, LinkError::DataClosed).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_reset_of_the_data_connection_is_told_from_a_close() {
    let (mut modem, mut server, data) = uploading().await;
    reset(data);
    server.say("226 stored what there was").await;
    modem.expect_failure(FIRST, LinkError::DataReset).await;
}

#[tokio::test]
async fn a_server_that_is_content_too_early_has_not_got_all() {
    let (mut modem, mut server, _data) = uploading().await;
    server.say("226 thanks, that will do").await;
    modem.expect_failure(FIRST, LinkError::DataClosed).await;
}

#[tokio::test]
async fn a_server_that_is_killed_closed_the_control_connection() {
    let (mut modem, mut server, data) = uploading().await;
    drop(data);
    server.close();
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn the_final_reply_may_be_negative() {
    let (mut modem, mut server, mut data) = uploading().await;
    modem.ask(LinkRequest::Finish(FIRST));
    expect_end_of(&mut data).await;
    server.say("451 local error").await;
    modem.expect_failure(FIRST, LinkError::Reply(451)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_instead_of_the_final_reply_closed_the_connection() {
    let (mut modem, mut server, mut data) = uploading().await;
    modem.ask(LinkRequest::Finish(FIRST));
    expect_end_of(&mut data).await;
    server.close();
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_421_in_the_middle_ends_the_session() {
    let (mut modem, mut server, _data) = uploading().await;
    server.say("421 shutting down").await;
    modem.expect_end(FIRST, LinkError::Reply(421)).await;
}

#[tokio::test]
async fn a_refused_upload_is_its_reply() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let listener = server.passive().await;
    server.answer("STOR a.bin", "553 bad name").await;
    modem.expect_failure(FIRST, LinkError::Reply(553)).await;
    let (mut data, _) = soon(listener.accept()).await.unwrap();
    expect_end_of(&mut data).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn an_upload_that_is_done_before_it_begins_makes_no_sense() {
    let (mut modem, mut server) = session().await;
    modem.store(FIRST, "a.bin");
    let _listener = server.passive().await;
    server.answer("STOR a.bin", "226 done").await;
    modem.expect_failure(FIRST, LinkError::Reply(226)).await;
}

#[tokio::test]
async fn an_offset_is_rest_right_before_stor() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, store_at(1000, true)));
    let listener = server.passive().await;
    server.answer("REST 1000", "350 go on").await;
    server.answer("STOR a.bin", "150 here we go").await;
    let (mut data, _) = soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Finish(FIRST));
    expect_end_of(&mut data).await;
    server.say("226 stored").await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
    // The server has used the offset up.
    modem.store(SECOND, "b.bin");
    server.begin("STOR b.bin").await;
    modem.expect(LinkEvent::Ready(SECOND)).await;
}

#[tokio::test]
async fn without_rest_an_offset_is_appe() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, store_at(1000, false)));
    server.begin("APPE a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

#[tokio::test]
async fn without_rest_and_offset_an_upload_is_stor() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, store_at(0, false)));
    server.begin("STOR a.bin").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

#[tokio::test]
async fn a_refused_offset_is_its_reply_and_nothing_is_stored() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, store_at(1000, true)));
    let _listener = server.passive().await;
    server.answer("REST 1000", "502 no").await;
    modem.expect_failure(FIRST, LinkError::Reply(502)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn the_offset_of_a_failed_upload_is_taken_back_before_the_next_transfer() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, store_at(1000, true)));
    let listener = server.passive().await;
    server.answer("REST 1000", "350 go on").await;
    server.answer("STOR a.bin", "550 no").await;
    drop(listener);
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;

    modem.retrieve(SECOND, "b.bin");
    let listener = server.passive().await;
    server.answer("REST 0", "350 go on").await;
    server.answer("RETR b.bin", "150 here we go").await;
    drop(soon(listener.accept()).await.unwrap());
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(SECOND)).await;
    modem.expect(LinkEvent::Finished(SECOND)).await;

    modem.store(THIRD, "c.bin");
    server.begin("STOR c.bin").await;
    modem.expect(LinkEvent::Ready(THIRD)).await;
}
