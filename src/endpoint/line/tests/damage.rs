//! Bytes that are lost, repeated, flipped, and those that nobody sent.

use super::*;

const DIGITS: &[u8] = b"0123456789";

/// What each handling makes of the digits, and where.
fn cases() -> [(Damage, &'static [u8]); 7] {
    [
        (vec![], b"0123456789"),
        (vec![(3..5, Handling::Lost)], b"01256789"),
        (vec![(0..1, Handling::Lost)], b"123456789"),
        (vec![(9..10, Handling::Repeated)], b"01234567899"),
        (vec![(3..6, Handling::Repeated)], b"0123344556789"),
        (vec![(8..9, Handling::Flipped(0x81))], b"01234567\xb99"),
        (
            vec![
                (0..2, Handling::Repeated),
                (2..4, Handling::Lost),
                (4..5, Handling::Flipped(1)),
                (7..8, Handling::Lost),
            ],
            b"001155689",
        ),
    ]
}

#[tokio::test]
async fn what_the_modem_writes_is_damaged_at_exactly_these_bytes() {
    for (damage, arrives) in cases() {
        let script = Script::default();
        script.rules().to_host = damage;
        let (mut line, mut host, _) = open(&script).await;
        // In one write, and in one for each byte.
        send(&mut line, DIGITS).await;
        drop(line);
        let mut got = Vec::new();
        host.read_to_end(&mut got).await.unwrap();
        assert_eq!(got.escape_ascii().to_string(), arrives.escape_ascii().to_string());
        assert_eq!(script.passed(), (10, 0));
    }
}

#[tokio::test]
async fn the_pieces_in_which_the_modem_writes_make_no_difference() {
    for (damage, arrives) in cases() {
        let script = Script::default();
        script.rules().to_host = damage;
        let (mut line, mut host, _) = open(&script).await;
        for digit in DIGITS {
            send(&mut line, &[*digit]).await;
        }
        assert_eq!(read(&mut line, &mut host, arrives.len()).await, arrives);
        send(&mut line, b".").await;
        assert_eq!(read(&mut line, &mut host, 1).await, b".");
    }
}

#[tokio::test]
async fn what_the_host_writes_is_damaged_at_exactly_these_bytes() {
    for (damage, arrives) in cases() {
        let script = Script::default();
        script.rules().from_host = damage;
        let (mut line, mut host, _) = open(&script).await;
        host.write_all(DIGITS).await.unwrap();
        drop(host);
        assert_eq!(receive(&mut line, arrives.len()).await, arrives);
        assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
        assert_eq!(script.passed(), (0, 10));
    }
}

#[tokio::test]
async fn a_host_that_does_not_read_stalls_a_damaged_line_too_and_loses_nothing_more() {
    let script = Script::default();
    script.rules().to_host = vec![(0..u64::MAX, Handling::Repeated)];
    let (port, host) = Memory::with_capacity(64);
    let mut line = around(port, &script);
    let mut host = opened(&mut line, &host).await;
    let data = pattern(20_000);
    let taken = fill(&mut line, &data).await;
    let twice: Vec<u8> = data.iter().flat_map(|byte| [*byte; 2]).collect();
    let mut got = vec![0; twice.len()];
    let rest = async {
        send(&mut line, &data[taken..]).await;
        // What is damaged already goes out while the modem waits for its host.
        assert_eq!(next(&mut line).await, (HostEvent::Closed, vec![]));
    };
    let read = async {
        host.read_exact(&mut got).await.unwrap();
        drop(host);
    };
    tokio::join!(rest, read);
    assert!(got == twice, "each byte twice, in order");
    assert_eq!(script.passed(), (20_000, 0));
}

#[tokio::test]
async fn all_ports_are_the_ends_of_one_line() {
    let script = Script::default();
    script.rules().to_host = vec![(5..7, Handling::Lost)];
    let wiring = wiring(&script);
    let (ports, hosts): (Vec<_>, Vec<_>) = (0..2).map(|_| Memory::with_capacity(64)).unzip();
    let mut lines: Vec<_> = ports.into_iter().map(|port| wiring.around(Box::new(port))).collect();
    for (at, arrives) in [(0, b"0123".as_slice()), (1, b"03")] {
        let mut host = opened(&mut lines[at], &hosts[at]).await;
        send(&mut lines[at], b"0123").await;
        assert_eq!(read(&mut lines[at], &mut host, arrives.len()).await, arrives);
    }
    assert_eq!(script.passed(), (8, 0));
}

#[tokio::test]
async fn what_is_said_without_a_host_does_not_count() {
    let script = Script::default();
    let (port, _host) = Memory::with_capacity(64);
    let mut line = around(port, &script);
    send(&mut line, &pattern(1000)).await;
    settle(&mut line).await;
    assert_eq!(script.passed(), (0, 0));
}

#[tokio::test]
async fn garbage_comes_at_its_place_and_does_not_count() {
    let garbage = Condition { garbage: 3, ..Condition::default() };
    let script = Script::default().turn(Moment::ToHost(4), garbage);
    let (mut line, mut host, _) = open(&script).await;
    send(&mut line, DIGITS).await;
    let got = read(&mut line, &mut host, 13).await;
    assert_eq!((&got[..4], &got[7..]), (&DIGITS[..4], &DIGITS[4..]));
    assert_eq!(script.passed(), (10, 0));
    // The same seed, the same garbage.
    let script = Script::always(garbage);
    let (mut line, mut host, _) = open(&script).await;
    assert_eq!(read(&mut line, &mut host, 3).await, got[4..7]);
    // More of it, while the modem is silent.
    let more = async { script.set(Condition { garbage: 8, ..Condition::default() }) };
    let (got, ()) = tokio::join!(read(&mut line, &mut host, 5), more);
    send(&mut line, b".").await;
    assert_eq!(read(&mut line, &mut host, 1).await, b".");
    assert_eq!(got.len(), 5);
}

#[tokio::test]
async fn garbage_waits_for_a_host_and_comes_before_what_the_modem_says() {
    let script = Script::always(Condition { garbage: 12, ..Condition::default() });
    let (port, host) = Memory::with_capacity(64);
    let mut line = around(port, &script);
    settle(&mut line).await;
    let mut host = opened(&mut line, &host).await;
    send(&mut line, b"RDY").await;
    assert_eq!(read(&mut line, &mut host, 15).await[12..], *b"RDY");
}
