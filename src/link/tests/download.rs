use futures_util::FutureExt;
use tokio::io::duplex;
use tokio::{join, select};

use super::*;
use crate::link::buffers::{Buffers, CHUNK};
use crate::link::control::Control;
use crate::link::interposer::Tap;
use crate::link::operation::{Inbox, Operation};
use crate::link::transfer::download;
use crate::modem::link::ListVerb;

/// A session with a download of `a.bin` begun.
async fn downloading() -> (Modem, Server, TcpStream) {
    let (modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    let data = server.begin("RETR a.bin").await;
    (modem, server, data)
}

fn list(verb: ListVerb, path: &str) -> Transfer {
    Transfer::List { verb, path: path.to_owned() }
}

/// Bytes that show when one is lost, doubled or out of place.
fn counter(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i / 256 + i) as u8).collect()
}

#[tokio::test]
async fn a_download_is_delivered_unchanged() {
    let (mut modem, mut server, mut data) = downloading().await;
    let file = counter(100_000);
    modem.ask(LinkRequest::Credit(FIRST, 1 << 20));
    data.write_all(&file).await.unwrap();
    drop(data);
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    assert_eq!(modem.expect_data(FIRST, file.len()).await, file);
    modem.expect(LinkEvent::Finished(FIRST)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn no_more_is_delivered_than_the_credit_allows() {
    let (mut modem, mut server, mut data) = downloading().await;
    let file = counter(10_000);
    data.write_all(&file).await.unwrap();
    drop(data);
    server.say("226 sent").await;
    let mut delivered = Vec::new();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    for credit in [1, 10, 4096] {
        modem.ask(LinkRequest::Credit(FIRST, credit as u64));
        delivered.extend(modem.expect_data(FIRST, credit).await);
    }
    modem.ask(LinkRequest::Credit(FIRST, u64::from(u32::MAX)));
    delivered.extend(modem.expect_data(FIRST, file.len() - delivered.len()).await);
    assert_eq!(delivered, file);
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn what_the_modem_has_no_credit_for_stays_with_the_server() {
    const PIPE: usize = 1000;
    let mut server = Server::new().await;
    let (_requests, inbox) = mpsc::unbounded_channel();
    let (events, mut outbox) = mpsc::channel(1);
    let mut inbox = Inbox::new(inbox);
    let mut op = Operation::begin(FIRST, &mut inbox, &events);
    let addresses = [server.listener.local_addr().unwrap()];
    let greeting = async {
        server.accept().await;
        server.say("220 ready").await;
    };
    let (control, ()) =
        join!(Control::open(&addresses, None, op.reporter(), Tap::default()), greeting);
    let mut control = control.unwrap();
    let mut buffers = Buffers::default();
    let (mut sender, data) = duplex(PIPE);

    // All in memory: after a few turns without progress, there is none to come.
    let send_until_stuck = async {
        let (mut sent, mut turns) = (0, 0);
        while turns < 100 {
            match sender.write(&[7; 100]).now_or_never() {
                Some(written) => sent += written.unwrap(),
                None => {
                    turns += 1;
                    yield_now().await;
                }
            }
        }
        sent
    };
    let sent = select! {
        biased;
        _ = download(&mut control, &mut buffers, &mut op, data) => panic!("the download is over"),
        sent = send_until_stuck => sent,
    };
    assert!(sent > PIPE, "nothing was read ahead");
    assert!(sent <= PIPE + CHUNK, "{sent} bytes were taken without credit");
    assert_eq!(outbox.try_recv(), Ok(LinkEvent::Ready(FIRST)));
    outbox.try_recv().expect_err("nothing is delivered without credit");
}

#[tokio::test]
async fn the_end_is_reported_without_credit_to_spare() {
    let (mut modem, mut server, mut data) = downloading().await;
    modem.ask(LinkRequest::Credit(FIRST, 4));
    data.write_all(b"data").await.unwrap();
    drop(data);
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 4).await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn credit_given_before_the_download_is_ready_counts() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    modem.ask(LinkRequest::Credit(FIRST, 4));
    let mut data = server.begin("RETR a.bin").await;
    data.write_all(b"data").await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 4).await;
}

#[tokio::test]
async fn an_empty_file_has_no_data() {
    let (mut modem, mut server, data) = downloading().await;
    drop(data);
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn the_final_reply_may_overtake_the_data() {
    let (mut modem, mut server, mut data) = downloading().await;
    modem.ask(LinkRequest::Credit(FIRST, 100));
    server.say("226 sent").await;
    data.write_all(b"one").await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 3).await;
    data.write_all(b"two").await.unwrap();
    modem.expect_data(FIRST, 3).await;
    drop(data);
    modem.expect(LinkEvent::Finished(FIRST)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_download_starts_at_its_offset() {
    let (mut modem, mut server) = session().await;
    let transfer = Transfer::Retrieve { path: "a.bin".to_owned(), offset: 5_000_000_000 };
    modem.ask(LinkRequest::Transfer(FIRST, transfer));
    let listener = server.passive().await;
    server.answer("REST 5000000000", "350 go on").await;
    server.answer("RETR a.bin", "150 here we go").await;
    drop(soon(listener.accept()).await.unwrap());
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn a_file_that_is_looked_for_after_150_is_never_ready() {
    let (mut modem, mut server, data) = downloading().await;
    drop(data);
    server.say("550 no such file").await;
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_download_is_ready_with_its_first_byte_even_without_credit() {
    let (mut modem, _server, mut data) = downloading().await;
    data.write_all(b"d").await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

#[tokio::test]
async fn a_missing_file_is_its_reply() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a.bin");
    let _listener = server.passive().await;
    server.answer("RETR a.bin", "550 no such file").await;
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn what_came_before_an_abort_is_delivered_and_the_reply_tells_why() {
    let (mut modem, mut server, mut data) = downloading().await;
    modem.ask(LinkRequest::Credit(FIRST, 1 << 20));
    data.write_all(b"half").await.unwrap();
    drop(data);
    server.say("426 aborted").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 4).await;
    modem.expect_failure(FIRST, LinkError::Reply(426)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_server_that_gives_up_need_not_close_the_data_connection() {
    let (mut modem, mut server, mut data) = downloading().await;
    data.write_all(&counter(50_000)).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
    server.say("451 read error").await;
    settle().await;
    // What came before it is still delivered.
    modem.ask(LinkRequest::Credit(FIRST, 1 << 20));
    assert_eq!(modem.expect_data(FIRST, 50_000).await, counter(50_000));
    modem.expect_failure(FIRST, LinkError::Reply(451)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_control_connection_lost_in_a_download_ends_it() {
    let (mut modem, mut server, _data) = downloading().await;
    server.close();
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_instead_of_the_final_reply_closed_the_connection() {
    let (mut modem, mut server, data) = downloading().await;
    drop(data);
    server.close();
    modem.expect_end(FIRST, LinkError::ControlClosed).await;
}

#[tokio::test]
async fn a_reset_of_the_data_connection_is_told_from_its_end() {
    let (mut modem, mut server, data) = downloading().await;
    reset(data);
    server.say("226 sent").await;
    modem.expect_failure(FIRST, LinkError::DataReset).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_listing_is_delivered_as_the_server_sends_it() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, list(ListVerb::List, "/in box")));
    modem.ask(LinkRequest::Credit(FIRST, 100));
    let mut data = server.begin("LIST /in box").await;
    let listing = b"one\r\n\r\n two \n\xff\xfe\0 caf\xe9\r\rno line end";
    data.write_all(listing).await.unwrap();
    drop(data);
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    assert_eq!(modem.expect_data(FIRST, listing.len()).await, listing);
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn the_current_directory_is_listed_without_a_name() {
    for (verb, command) in
        [(ListVerb::List, "LIST"), (ListVerb::Nlst, "NLST"), (ListVerb::Mlsd, "MLSD")]
    {
        let (mut modem, mut server) = session().await;
        modem.ask(LinkRequest::Transfer(FIRST, list(verb, ".")));
        drop(server.begin(command).await);
        server.say("226 sent").await;
        modem.expect(LinkEvent::Ready(FIRST)).await;
    }
}

#[tokio::test]
async fn a_listing_that_is_done_before_it_begins_is_empty() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, list(ListVerb::Nlst, "empty")));
    let _listener = server.passive().await;
    server.answer("NLST empty", "226 nothing here").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn an_empty_directory_may_be_a_negative_reply() {
    let (mut modem, mut server) = session().await;
    modem.ask(LinkRequest::Transfer(FIRST, list(ListVerb::Nlst, "empty")));
    let _listener = server.passive().await;
    server.answer("NLST empty", "450 no files found").await;
    modem.expect_failure(FIRST, LinkError::Reply(450)).await;
}
