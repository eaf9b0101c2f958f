//! Data connections: how they are opened, and what becomes of the bytes.

use super::*;
use crate::link::interposer::{Carriage, Handling};
use crate::modem::link::TlsFailure;

/// Where the test's faults happen, and the size of the file.
const AT: u64 = 1000;
const SIZE: usize = 4000;

fn damaged(handling: Handling, until: u64) -> Passage {
    Passage::Carry(Carriage { handling, until, ..Carriage::default() })
}

fn reply(code: u16) -> Option<Reply> {
    Some(Reply::new(code, "so says the test"))
}

#[tokio::test]
async fn a_data_connection_is_not_opened_as_told() {
    let deserted = SocketAddr::new(DESERTED, 1);
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        bench.server.files().write("/a.bin", "content").unwrap();
        let failed = TlsFailure::UnknownIssuer;
        let mut cases = vec![
            (Fault::Announced(deserted), LinkError::DataNotOpened),
            (Fault::DataOpening(DataOpening::Refused), LinkError::DataNotOpened),
            (Fault::Command("PASV", answer(425)), LinkError::Reply(425)),
            (Fault::Command("RETR", answer(550)), LinkError::Reply(550)),
            (Fault::Reply("RETR", answer(451)), LinkError::Reply(451)),
        ];
        if security.is_none() {
            cases.push((Fault::Preliminary("RETR", answer(450)), LinkError::Reply(450)));
        } else {
            let fault = Fault::Handshake(Channel::Data, Handshake::Fail(failed.clone()));
            cases.push((fault, LinkError::Reply(426)));
        }
        for (fault, cause) in cases {
            bench.open(Some(fault.clone())).await.unwrap();
            let (_, outcome) = bench.download("/a.bin").await;
            assert_eq!(outcome, Err(alive(cause)), "{security:?} {fault:?}");
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn in_active_mode_a_refusal_is_the_servers_to_report() {
    let mut bench = Bench::new(None).await;
    bench.server.files().write("/a.bin", "content").unwrap();
    bench.target.mode.data = DataConnection::Active;
    bench.open(Some(Fault::DataOpening(DataOpening::Refused))).await.unwrap();
    let (_, outcome) = bench.download("/a.bin").await;
    assert_eq!(outcome, Err(alive(LinkError::Reply(425))));
    bench.expect_order(true).await;
}

#[tokio::test]
async fn a_silent_data_connection_can_be_given_up() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        bench.server.files().write("/a.bin", embedded::counter(SIZE)).unwrap();
        let mut cases = vec![
            Fault::DataOpening(DataOpening::Silent),
            Fault::Data(Direction::Down, 0, Passage::Stall(None)),
        ];
        if security.is_some() {
            cases.push(Fault::Handshake(Channel::Data, Handshake::Silent));
        }
        for fault in cases {
            bench.open(Some(fault)).await.unwrap();
            let op = bench.op();
            bench.modem.retrieve(op, "/a.bin");
            bench.modem.ask(LinkRequest::Credit(op, 1 << 20));
            soon(bench.fired.recv()).await.unwrap();
            settle().await;
            bench.modem.ask(LinkRequest::Cancel(op));
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn in_active_mode_too_silence_can_be_given_up() {
    let mut server = Server::new().await;
    let (sender, mut fired) = mpsc::unbounded_channel();
    let interposition = Interposition::new(Clock::start(1.0), move || {
        let fault = Some(Fault::DataOpening(DataOpening::Silent));
        Box::new(OneFault { fault, after: Duration::ZERO, fired: sender.clone() })
    });
    let mut modem = Modem::new(server.router().with_interposition(interposition));
    modem.ask(open(target(DataConnection::Active)));
    server.greet_and_log_in().await;
    modem.expect(LinkEvent::Opened(OPEN)).await;
    modem.retrieve(FIRST, "a");
    server.hear().await;
    server.say("200 ok").await;
    soon(fired.recv()).await.unwrap();
    server.answer("RETR a", "150 here").await;
    modem.ask(LinkRequest::Cancel(FIRST));
    server.say("226 done").await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn an_upload_ends_where_told() {
    let cases = [
        // After the last byte these make no difference.
        (Passage::Close(reply(226)), alive(LinkError::DataClosed)),
        (Passage::Reset(reply(226)), alive(LinkError::DataReset)),
        (Passage::Close(reply(452)), alive(LinkError::Reply(452))),
        (Passage::Reset(reply(426)), alive(LinkError::Reply(426))),
        (Passage::EndControl(End::Close), over(LinkError::ControlClosed)),
        (Passage::EndControl(End::Reset), over(LinkError::ControlReset)),
        (Passage::EndControl(End::Goodbye), over(LinkError::Reply(421))),
    ];
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        for (at, cases) in [(0, &cases[..]), (AT, &cases[..]), (SIZE as u64, &cases[2..])] {
            for (passage, failure) in cases {
                let fault = Fault::Data(Direction::Up, at, passage.clone());
                bench.open(Some(fault)).await.unwrap();
                let outcome = bench.upload("/a.bin", &embedded::counter(SIZE)).await;
                let what = format!("{security:?} {passage:?} at {at}");
                assert_eq!(outcome, (at, Err(failure.clone())), "{what}");
                bench.expect_order(failure.session_alive).await;
            }
        }
    }
}

#[tokio::test]
async fn without_a_reply_of_the_tests_it_is_the_servers() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        let cases = [
            (Passage::Close(None), LinkError::DataClosed),
            (Passage::Reset(None), LinkError::DataReset),
        ];
        for (passage, cause) in cases {
            // The end of TLS is missing, and the server says so.
            let cause = if security.is_some() { LinkError::Reply(426) } else { cause };
            bench.open(Some(Fault::Data(Direction::Up, AT, passage))).await.unwrap();
            let outcome = bench.upload("/a.bin", &embedded::counter(SIZE)).await;
            assert_eq!(outcome, (AT, Err(alive(cause))), "{security:?}");
            assert!(bench.server.files().read("/a.bin").unwrap() == embedded::counter(1000));
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn a_download_ends_where_told() {
    let cases = [
        (Passage::Close(reply(426)), Err(alive(LinkError::Reply(426)))),
        (Passage::Close(reply(226)), Ok(())),
        (Passage::Reset(reply(426)), Err(alive(LinkError::Reply(426)))),
        (Passage::Reset(reply(226)), Err(alive(LinkError::DataReset))),
        (Passage::EndControl(End::Close), Err(over(LinkError::ControlClosed))),
        (Passage::EndControl(End::Reset), Err(over(LinkError::ControlReset))),
        (Passage::EndControl(End::Goodbye), Err(over(LinkError::Reply(421)))),
    ];
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        // So little that the server is done before it begins, and more than the sockets hold.
        for size in [SIZE as u64, 32 << 20] {
            bench.server.files().write_pattern("/a.bin", size).unwrap();
            for at in [0, AT] {
                for (passage, outcome) in &cases {
                    let fault = Fault::Data(Direction::Down, at, passage.clone());
                    bench.open(Some(fault)).await.unwrap();
                    let (data, ended) = bench.download("/a.bin").await;
                    let what = format!("{security:?} {passage:?} at {at} of {size}");
                    assert_eq!((data.len() as u64, &ended), (at, outcome), "{what}");
                    let alive = ended.err().is_none_or(|failure| failure.session_alive);
                    bench.expect_order(alive).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn bytes_are_inverted_where_told() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        let file = embedded::counter(SIZE);
        let mut spoilt = file.clone();
        for byte in &mut spoilt[1000..1004] {
            *byte = !*byte;
        }
        let inverted = damaged(Handling::Inverted, AT + 4);
        bench.open(Some(Fault::Data(Direction::Up, AT, inverted.clone()))).await.unwrap();
        assert_eq!(bench.upload("/a.bin", &file).await, (SIZE as u64, Ok(())));
        assert!(bench.server.files().read("/a.bin").unwrap() == spoilt);

        bench.server.files().write("/a.bin", &file).unwrap();
        bench.open(Some(Fault::Data(Direction::Down, AT, inverted))).await.unwrap();
        let (data, outcome) = bench.download("/a.bin").await;
        assert_eq!((data == spoilt, outcome), (true, Ok(())));
        bench.expect_order(true).await;
    }
}

#[tokio::test]
async fn what_is_swallowed_is_missing_and_all_is_said_to_be_well() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        let file = embedded::counter(300_000);
        for (until, rest) in [(u64::MAX, file.len()), (AT + 500, 1500)] {
            let missing = [&file[..1000], &file[rest..]].concat();
            let swallowed = damaged(Handling::Swallowed, until);
            bench.open(Some(Fault::Data(Direction::Up, AT, swallowed.clone()))).await.unwrap();
            assert_eq!(bench.upload("/a.bin", &file).await, (file.len() as u64, Ok(())));
            assert!(bench.server.files().read("/a.bin").unwrap() == missing);

            bench.server.files().write("/a.bin", &file).unwrap();
            bench.open(Some(Fault::Data(Direction::Down, AT, swallowed))).await.unwrap();
            let (data, outcome) = bench.download("/a.bin").await;
            assert_eq!((data == missing, outcome), (true, Ok(())));
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn a_stalled_upload_can_be_given_up() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        // The last byte is where the end of the file waits too.
        for at in [0, AT, SIZE as u64] {
            let fault = Fault::Data(Direction::Up, at, Passage::Stall(None));
            bench.open(Some(fault)).await.unwrap();
            let op = bench.op();
            bench.modem.store(op, "/a.bin");
            bench.modem.ask(LinkRequest::Data(op, embedded::counter(SIZE).into()));
            bench.modem.expect(LinkEvent::Ready(op)).await;
            bench.modem.expect_sent(op, at).await;
            bench.modem.ask(LinkRequest::Finish(op));
            settle().await;
            assert!(bench.modem.events.try_recv().is_err());
            bench.modem.ask(LinkRequest::Cancel(op));
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn a_bell_ends_a_stall() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        let file = embedded::counter(SIZE);
        bench.server.files().write("/a.bin", &file).unwrap();
        bench.open(Some(Fault::Data(Direction::Down, AT, Passage::Stall(None)))).await.unwrap();
        let op = bench.op();
        bench.modem.retrieve(op, "/a.bin");
        bench.modem.ask(LinkRequest::Credit(op, 1 << 20));
        bench.modem.expect(LinkEvent::Ready(op)).await;
        let mut data = bench.modem.expect_data(op, 1000).await;
        settle().await;
        assert!(bench.modem.events.try_recv().is_err());
        bench.bell.ring();
        data.extend(bench.modem.expect_data(op, SIZE - 1000).await);
        bench.modem.expect(LinkEvent::Finished(op)).await;
        assert!(data == file);
    }
}
