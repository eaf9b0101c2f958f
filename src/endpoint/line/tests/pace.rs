//! Bytes that take their time. Time is virtual here.

use tokio::time::Instant;

use super::*;

fn paced(baud: u64) -> Condition {
    Condition { baud: NonZeroU64::new(baud), ..Condition::default() }
}

fn sliced(bytes: u64, gap: Duration) -> Condition {
    let bytes = NonZeroU64::new(bytes).expect("a piece");
    Condition { slices: Some(Slices { bytes, gap }), ..Condition::default() }
}

/// What the host reads and when, in milliseconds, while the modem writes `data`.
async fn pieces(line: &mut Line, host: &mut DuplexStream, data: &[u8]) -> Vec<(u128, Vec<u8>)> {
    let start = Instant::now();
    let (mut got, mut len) = (Vec::new(), 0);
    let read = async {
        while len < data.len() {
            let mut piece = [0; 4096];
            let count = host.read(&mut piece).await.unwrap();
            got.push((start.elapsed().as_millis(), piece[..count].to_vec()));
            len += count;
        }
    };
    tokio::join!(send(line, data), read);
    got
}

/// Timers are good to a millisecond.
fn about(millis: u64, passed: Duration) -> bool {
    (millis..=millis + 2).contains(&(passed.as_millis() as u64))
}

#[tokio::test(start_paused = true)]
async fn a_byte_arrives_when_its_ten_bits_have() {
    let script = Script::always(paced(10));
    let (mut line, mut host, _) = open(&script).await;
    let start = Instant::now();
    let got = pieces(&mut line, &mut host, b"OK").await;
    assert_eq!(got.iter().map(|(_, piece)| &piece[..]).collect::<Vec<_>>(), [b"O", b"K"]);
    assert!((1000..=1002).contains(&got[0].0) && (2000..=2002).contains(&got[1].0), "{got:?}");
    host.write_all(b"AT").await.unwrap();
    let start_of_host = start.elapsed();
    for (byte, seconds) in [(b"A", 1), (b"T", 2)] {
        assert_eq!(next(&mut line).await, (HostEvent::Data, byte.to_vec()));
        assert!(about(seconds * 1000, start.elapsed() - start_of_host));
    }
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_kept_over_many_bytes_in_both_directions() {
    for (scale, millis) in [(1.0, 10_000), (20.0, 500)] {
        let script = Script::always(paced(9600));
        let wiring = Wiring::new(Clock::start(scale), 0, Box::new(script.clone()));
        let (port, host) = Memory::with_capacity(64 * 1024);
        let mut line = wiring.around(Box::new(port));
        let mut host = opened(&mut line, &host).await;
        let data = pattern(9600);
        let start = Instant::now();
        send(&mut line, &data).await;
        assert!(about(millis, start.elapsed()), "{:?}", start.elapsed());
        assert_eq!(read(&mut line, &mut host, data.len()).await, data);
        let start = Instant::now();
        host.write_all(&data).await.unwrap();
        assert_eq!(receive(&mut line, data.len()).await, data);
        assert!(about(millis, start.elapsed()), "{:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_that_nobody_sent_take_their_time_too() {
    let script = Script::always(Condition { garbage: 1000, ..paced(9600) });
    script.rules().to_host = vec![(0..460, Handling::Repeated)];
    let (mut line, _host, _) = open(&script).await;
    let start = Instant::now();
    send(&mut line, &pattern(460)).await;
    // The last ones are still on their way.
    send(&mut line, b".").await;
    assert!(about(2001, start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_new_pace_counts_from_the_byte_it_came_at() {
    let script = Script::default().turn(Moment::ToHost(1000), paced(10));
    let (mut line, mut host, _) = open(&script).await;
    let got = pieces(&mut line, &mut host, &pattern(1002)).await;
    let times: Vec<_> = got.iter().map(|(time, piece)| (*time / 100, piece.len())).collect();
    assert_eq!(times, [(0, 1000), (10, 1), (20, 1)]);
}

#[tokio::test(start_paused = true)]
async fn what_the_modem_writes_comes_in_slices_with_a_gap_between_them() {
    let script = Script::always(sliced(3, Duration::from_millis(50)));
    let (mut line, mut host, _) = open(&script).await;
    let got = pieces(&mut line, &mut host, b"0123456789").await;
    let expected: [(u128, &[u8]); 4] = [(0, b"012"), (5, b"345"), (10, b"678"), (15, b"9")];
    let got: Vec<_> = got.iter().map(|(time, piece)| (*time / 10, &piece[..])).collect();
    assert_eq!(got, expected);
}

#[tokio::test(start_paused = true)]
async fn slices_may_have_no_gap_and_have_a_pace() {
    let script = Script::always(Condition { baud: paced(10).baud, ..sliced(2, Duration::ZERO) });
    let (mut line, mut host, _) = open(&script).await;
    let got = pieces(&mut line, &mut host, b"012").await;
    assert_eq!(got.iter().map(|(time, _)| time / 100).collect::<Vec<_>>(), [10, 20, 30]);
    script.set(sliced(2, Duration::ZERO));
    let mut taken = Vec::new();
    for _ in 0..2 {
        taken.push(poll_fn(|cx| line.poll_write(cx, b"012")).await.unwrap());
    }
    assert_eq!(taken, [2, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_the_host_writes_is_not_sliced() {
    let script = Script::always(sliced(3, Duration::from_secs(1)));
    let (mut line, mut host, _) = open(&script).await;
    host.write_all(b"AT+CSQ\r").await.unwrap();
    assert_eq!(next(&mut line).await, (HostEvent::Data, b"AT+CSQ\r".to_vec()));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_leaves_is_seen_after_its_last_byte() {
    let script = Script::always(paced(10));
    let (mut line, mut host, _) = open(&script).await;
    host.write_all(b"AT\r").await.unwrap();
    drop(host);
    assert_eq!(receive(&mut line, 3).await, b"AT\r");
    assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_writes_without_end_is_slowed_down() {
    let script = Script::always(paced(9600));
    let (port, host) = Memory::with_capacity(64);
    let mut line = around(port, &script);
    let mut host = opened(&mut line, &host).await;
    let writer = tokio::spawn(async move { host.write_all(&pattern(20_000)).await });
    let first = receive(&mut line, 100).await;
    assert!(!writer.is_finished());
    let rest = receive(&mut line, 20_000 - first.len()).await;
    assert_eq!([first, rest].concat(), pattern(20_000));
    writer.await.unwrap().unwrap();
}
