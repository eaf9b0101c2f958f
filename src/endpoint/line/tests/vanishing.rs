//! A port in memory that vanishes and comes back.

use super::*;

pub(super) const GONE: Condition = Condition {
    to_host: ALL,
    from_host: ALL,
    baud: None,
    slices: None,
    garbage: 0,
    dtr: None,
    dcd: None,
    ri: None,
    gone: true,
    until: None,
};

const ALL: Passage = Passage { handling: Handling::Intact, until: u64::MAX };

async fn is_refused(stream: &mut DuplexStream) {
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_port_is_gone_for_a_while_with_its_host() {
    let back = Moment::Time(Duration::from_secs(5));
    let script = Script::default();
    let (mut line, mut first, host) = open(&script).await;
    script.set(GONE);
    script.rules().turn = Some((back, Condition::default()));
    assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
    assert!(!line.host_present());
    is_refused(&mut first).await;
    // Nobody else gets in, nor is told anything.
    let mut second = host.open();
    send(&mut line, b"lost").await;
    settle(&mut line).await;
    is_refused(&mut second).await;

    let start = tokio::time::Instant::now();
    let third = async {
        tokio::time::sleep(Duration::from_secs(6)).await;
        host.open()
    };
    let (event, mut third) = tokio::join!(next(&mut line), third);
    assert_eq!((event.0, start.elapsed().as_secs()), (HostEvent::Opened, 6));
    send(&mut line, b"RDY").await;
    assert_eq!(read(&mut line, &mut third, 3).await, b"RDY");
}

#[tokio::test]
async fn it_vanishes_at_exactly_this_byte_of_the_modems() {
    let script = Script::default().turn(Moment::ToHost(7), GONE);
    let (mut line, mut host, _) = open(&script).await;
    send(&mut line, b"0123456789").await;
    assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
    let mut got = Vec::new();
    host.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"0123456");
    assert_eq!(script.passed(), (7, 0));
}

#[tokio::test]
async fn it_vanishes_at_exactly_this_byte_of_the_hosts() {
    let script = Script::default().turn(Moment::FromHost(7), GONE);
    let (mut line, mut host, _) = open(&script).await;
    host.write_all(b"0123456789").await.unwrap();
    assert_eq!(next(&mut line).await, (HostEvent::Data, b"0123456".to_vec()));
    assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
    assert_eq!(script.passed(), (0, 7));
}

#[tokio::test]
async fn a_stalled_write_goes_with_the_port() {
    let script = Script::default();
    let (port, host) = Memory::with_capacity(64);
    let mut line = around(port, &script);
    let _host = opened(&mut line, &host).await;
    let data = pattern(1000);
    assert_eq!(fill(&mut line, &data).await, 64);
    let gone = async { script.set(GONE) };
    tokio::join!(send(&mut line, &data[64..]), gone);
    assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
}

#[tokio::test]
async fn a_modem_that_takes_no_bytes_is_told_too() {
    let script = Script::default();
    let (mut line, mut host, _) = open(&script).await;
    host.write_all(b"AT\r").await.unwrap();
    let gone = async { script.set(GONE) };
    let signals = poll_fn(|cx| line.poll_signals(cx));
    assert_eq!(tokio::join!(signals, gone).0.unwrap(), HostEvent::Closed);
    // What it had not read is gone, too.
    settle(&mut line).await;
}

#[tokio::test]
async fn a_port_without_a_host_vanishes_in_silence() {
    let script = Script::always(GONE);
    let (port, host) = Memory::with_capacity(64);
    let mut line = around(port, &script);
    let mut stream = host.open();
    settle(&mut line).await;
    is_refused(&mut stream).await;
}

#[tokio::test]
async fn a_port_that_cannot_vanish_keeps_its_host() {
    let script = Script::default();
    let fake = Fake::with([HostEvent::Opened]);
    let mut line = around(fake.clone(), &script);
    assert_eq!(next(&mut line).await.0, HostEvent::Opened);
    script.set(GONE);
    settle(&mut line).await;
    send(&mut line, b"OK").await;
    fake.port().events.push_back(HostEvent::Data);
    assert_eq!(next(&mut line).await, (HostEvent::Data, b"AT\r".to_vec()));
    assert_eq!(fake.port().written, b"OK");
}
