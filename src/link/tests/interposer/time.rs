//! What comes later. Module time runs a thousand times as fast as wall time here: with real sockets
//! a paused clock would jump ahead of what is still on its way.

use std::num::NonZeroU64;

use super::*;
use crate::link::interposer::Carriage;

const LATER: Duration = Duration::from_secs(60);

/// Shows that `work` takes at least as long as [`LATER`], and that it works.
async fn expect_later<T>(clock: Clock, work: impl Future<Output = T>) -> T {
    let before = clock.now();
    let output = work.await;
    assert!(clock.now() - before >= LATER);
    output
}

#[tokio::test]
async fn every_verdict_can_come_later() {
    let clock = Clock::start(1000.0);
    for security in SECURITIES {
        let mut bench = Bench::with(security, clock, LATER).await;
        bench.server.files().write("/a.bin", "content").unwrap();
        let mut opening = vec![
            Fault::Opening(Opening::Pass),
            Fault::Command("USER", Exchange::Pass),
            Fault::Reply("greeting", Exchange::Pass),
        ];
        let mut transfer = vec![
            Fault::Command("RETR", Exchange::Pass),
            Fault::Preliminary("RETR", Exchange::Pass),
            Fault::Reply("RETR", Exchange::Pass),
            Fault::DataOpening(DataOpening::Pass),
            Fault::Data(Direction::Down, 3, Passage::Stall(Some(LATER))),
        ];
        if security.is_some() {
            opening.push(Fault::Handshake(Channel::Control, Handshake::Pass));
            transfer.push(Fault::Handshake(Channel::Data, Handshake::Pass));
        }
        for fault in opening {
            expect_later(clock, bench.open(Some(fault))).await.unwrap();
            bench.expect_order(true).await;
        }
        for fault in transfer {
            bench.open(Some(fault)).await.unwrap();
            let (data, outcome) = expect_later(clock, bench.download("/a.bin")).await;
            assert_eq!((&data[..], outcome), (&b"content"[..], Ok(())));
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn an_answer_can_come_later() {
    let clock = Clock::start(1000.0);
    let mut bench = Bench::with(None, clock, LATER).await;
    for fault in [Fault::Command("PWD", answer(550)), Fault::Reply("PWD", answer(550))] {
        bench.open(Some(fault)).await.unwrap();
        let outcome = expect_later(clock, bench.pwd()).await;
        assert_eq!(outcome, Err(alive(LinkError::Reply(550))));
        bench.expect_order(true).await;
    }
}

#[tokio::test]
async fn a_command_that_is_under_way_can_be_interrupted() {
    let mut bench = Bench::with(None, Clock::start(1.0), Duration::from_secs(3600)).await;
    bench.open(Some(Fault::Command("PWD", Exchange::Pass))).await.unwrap();
    let op = bench.op();
    bench.modem.control(op, ControlCommand::Pwd);
    settle().await;
    let close = bench.op();
    bench.modem.ask(LinkRequest::Close(close));
    bench.modem.expect(LinkEvent::Closed(close)).await;
    bench.expect_order(false).await;
}

#[tokio::test]
async fn data_passes_no_faster_than_told() {
    let clock = Clock::start(1000.0);
    let rate = NonZeroU64::new(8000);
    let slow = Passage::Carry(Carriage { rate, ..Carriage::default() });
    for security in SECURITIES {
        let mut bench = Bench::with(security, clock, Duration::ZERO).await;
        // At 1000 bytes in a second it takes 100 seconds. A piece is 20 of them: the last one isn't
        // waited for, and as much may be made up for after a late timer.
        let file = embedded::counter(100_000);
        bench.open(Some(Fault::Data(Direction::Up, 0, slow.clone()))).await.unwrap();
        let outcome = expect_later(clock, bench.upload("/a.bin", &file)).await;
        assert_eq!(outcome, (100_000, Ok(())));
        bench.open(Some(Fault::Data(Direction::Down, 0, slow.clone()))).await.unwrap();
        let (data, outcome) = expect_later(clock, bench.download("/a.bin")).await;
        assert_eq!((data == file, outcome), (true, Ok(())));
        bench.expect_order(true).await;
    }
}
