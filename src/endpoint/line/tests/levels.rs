//! Lines besides those of the bytes.

use super::*;

fn dtr(level: bool) -> Condition {
    Condition { dtr: Some(level), ..Condition::default() }
}

#[tokio::test(start_paused = true)]
async fn dtr_is_forced_for_a_while_or_for_good() {
    let later = Moment::Time(Duration::from_secs(5));
    let script = Script::always(dtr(false)).turn(later, Condition::default());
    let (mut line, _host, _) = open(&script).await;
    assert_eq!(next(&mut line).await, (HostEvent::Dtr(false), vec![]));
    let start = tokio::time::Instant::now();
    assert_eq!(next(&mut line).await, (HostEvent::Dtr(true), vec![]));
    assert_eq!(start.elapsed().as_secs(), 5);
    let forced = async { script.set(dtr(false)) };
    assert_eq!(tokio::join!(next(&mut line), forced).0.0, HostEvent::Dtr(false));
    settle(&mut line).await;
}

#[tokio::test]
async fn dtr_changes_between_two_bytes_of_the_host() {
    let script = Script::default().turn(Moment::FromHost(2), dtr(false));
    let (mut line, mut host, _) = open(&script).await;
    host.write_all(b"AT\r").await.unwrap();
    assert_eq!(next(&mut line).await, (HostEvent::Data, b"AT".to_vec()));
    assert_eq!(next(&mut line).await, (HostEvent::Dtr(false), vec![]));
    assert_eq!(next(&mut line).await, (HostEvent::Data, b"\r".to_vec()));
}

#[tokio::test]
async fn a_forced_dtr_hides_the_hosts_own_until_it_is_released() {
    use HostEvent::{Closed, Dtr, Opened, Rts};

    let script = Script::always(dtr(true));
    let events = [Opened, Dtr(false), Rts(false), Dtr(true), Dtr(false), HostEvent::Data];
    let fake = Fake::with(events);
    let mut line = around(fake.clone(), &script);
    for event in [Opened, Rts(false), HostEvent::Data] {
        assert_eq!(next(&mut line).await.0, event);
    }
    script.set(Condition::default());
    assert_eq!(next(&mut line).await.0, Dtr(false));
    // The next host begins with DTR on, and has it taken away.
    script.set(dtr(false));
    fake.port().events.extend([Closed, Opened]);
    for event in [Closed, Opened, Dtr(false)] {
        assert_eq!(next(&mut line).await.0, event);
    }
    settle(&mut line).await;
}

#[tokio::test]
async fn dtr_reaches_a_modem_that_takes_no_bytes() {
    let script = Script::default();
    let (mut line, mut host, _) = open(&script).await;
    host.write_all(b"AT\r").await.unwrap();
    let signals = poll_fn(|cx| line.poll_signals(cx));
    let forced = async { script.set(dtr(false)) };
    assert_eq!(tokio::join!(signals, forced).0.unwrap(), HostEvent::Dtr(false));
    assert_eq!(receive(&mut line, 3).await, b"AT\r");
}

#[tokio::test]
async fn the_host_sees_dcd_and_ri_as_forced_and_the_others_as_they_are() {
    let script = Script::default();
    let fake = Fake::default();
    let mut line = around(fake.clone(), &script);
    let modem = Signals { dcd: true, ri: false, dsr: true, cts: true };
    line.set_signals(modem);
    settle(&mut line).await;
    script.set(Condition { dcd: Some(false), ri: Some(true), ..Condition::default() });
    settle(&mut line).await;
    let other = Signals { cts: false, ..modem };
    line.set_signals(other);
    settle(&mut line).await;
    script.set(Condition::default());
    settle(&mut line).await;
    let forced = Signals { dcd: false, ri: true, ..modem };
    let told = [modem, forced, Signals { cts: false, ..forced }, other];
    assert_eq!(fake.port().signals, told);
}
