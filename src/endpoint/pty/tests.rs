use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};
use std::thread;

use tokio::task::spawn_blocking;

use super::super::testing::{fill, next, pattern, receive, send};
use super::*;

/// A host that opened the port and does nothing else to it: no raw mode, no flush.
fn host(pty: &Pty) -> File {
    let flags = OFlag::O_NOCTTY.bits();
    OpenOptions::new().read(true).write(true).custom_flags(flags).open(pty.path()).unwrap()
}

/// What a host finds without waiting.
fn unread(pty: &Pty) -> Vec<u8> {
    let flags = (OFlag::O_NOCTTY | OFlag::O_NONBLOCK).bits();
    let mut host = OpenOptions::new().read(true).custom_flags(flags).open(pty.path()).unwrap();
    let mut found = Vec::new();
    let error = host.read_to_end(&mut found).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    found
}

async fn opened(pty: &mut Pty) -> File {
    let host = host(pty);
    assert_eq!(next(pty).await, (HostEvent::Opened, vec![]));
    assert!(pty.host_present());
    host
}

async fn closed(pty: &mut Pty) {
    assert_eq!(next(pty).await, (HostEvent::Closed, vec![]));
    assert!(!pty.host_present());
}

/// Events up to the given number of `Closed`, and all data.
async fn until_closed(pty: &mut Pty, times: usize) -> (Vec<HostEvent>, Vec<u8>) {
    let (mut events, mut data) = (Vec::new(), Vec::new());
    while events.iter().filter(|event| **event == HostEvent::Closed).count() < times {
        let (event, bytes) = next(pty).await;
        events.extend((event != HostEvent::Data).then_some(event));
        data.extend(bytes);
    }
    (events, data)
}

/// The port gives no event and does not wake the task while another one is busy for a while.
async fn assert_idle(pty: &mut Pty) {
    let mut busy = Pty::open().unwrap();
    let (wake_ups, mut buf) = (Arc::new(WakeUps::default()), BytesMut::new());
    let waker = Waker::from(Arc::clone(&wake_ups));
    let mut cx = Context::from_waker(&waker);
    assert!(pty.poll_host(&mut cx, &mut buf).is_pending());
    for _ in 0..20 {
        drop(opened(&mut busy).await);
        closed(&mut busy).await;
    }
    assert_eq!(wake_ups.0.load(Ordering::Relaxed), 0);
}

#[derive(Default)]
struct WakeUps(AtomicUsize);

impl Wake for WakeUps {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn serves_host_after_host() {
    let mut pty = Pty::open().unwrap();
    for round in 0..200_u32 {
        let mut host = opened(&mut pty).await;
        host.write_all(&round.to_be_bytes()).unwrap();
        assert_eq!(receive(&mut pty, 4).await, round.to_be_bytes());
        send(&mut pty, &round.to_le_bytes()).await;
        let mut answer = [0; 4];
        host.read_exact(&mut answer).unwrap();
        assert_eq!(answer, round.to_le_bytes());
        drop(host);
        closed(&mut pty).await;
    }
}

#[tokio::test]
async fn a_hasty_host_gets_an_answer_in_each_of_its_sessions() {
    const ROUNDS: u32 = 1000;
    let mut pty = Pty::open().unwrap();
    let path = pty.path().to_owned();
    let hasty = thread::spawn(move || {
        for round in 0..ROUNDS {
            let flags = OFlag::O_NOCTTY.bits();
            let mut host =
                OpenOptions::new().read(true).write(true).custom_flags(flags).open(&path).unwrap();
            host.write_all(&round.to_be_bytes()).unwrap();
            let mut answer = [0; 4];
            host.read_exact(&mut answer).unwrap();
            assert_eq!(answer, round.to_be_bytes());
        }
    });
    let mut sessions = 0;
    while sessions < ROUNDS {
        match next(&mut pty).await {
            (HostEvent::Data, data) => send(&mut pty, &data).await,
            (HostEvent::Opened, _) => {}
            (HostEvent::Closed, _) => sessions += 1,
            (other, _) => panic!("{other:?}"),
        }
    }
    hasty.join().unwrap();
}

#[tokio::test]
async fn sessions_that_nobody_looked_at_are_all_reported() {
    let mut pty = Pty::open().unwrap();
    let mut written = Vec::new();
    for round in 0..100_u32 {
        host(&pty).write_all(&round.to_be_bytes()).unwrap();
        written.extend(round.to_be_bytes());
    }
    let (events, data) = until_closed(&mut pty, 100).await;
    assert_eq!(events, [HostEvent::Opened, HostEvent::Closed].repeat(100));
    assert_eq!(data, written);
}

#[tokio::test]
async fn only_the_last_of_several_closes_counts() {
    let mut pty = Pty::open().unwrap();
    // Two opens in a row, and a third after one was closed: never without a host.
    let (reader, mut writer) = (host(&pty), host(&pty));
    assert_eq!(next(&mut pty).await.0, HostEvent::Opened);
    drop(reader);
    let reader = host(&pty);
    writer.write_all(b"AT\r").unwrap();
    assert_eq!(receive(&mut pty, 3).await, b"AT\r");
    drop((reader, writer));
    closed(&mut pty).await;
}

#[tokio::test]
async fn hosts_that_open_and_close_at_the_same_instant_lose_nothing() {
    const HOSTS: usize = 4;
    const ROUNDS: usize = 500;
    let mut pty = Pty::open().unwrap();
    let path = pty.path().to_owned();
    let run = move || {
        for _ in 0..ROUNDS {
            let flags = OFlag::O_NOCTTY.bits();
            let mut host = OpenOptions::new().write(true).custom_flags(flags).open(&path).unwrap();
            host.write_all(b"AT\r").unwrap();
        }
    };
    let hosts: Vec<_> = (0..HOSTS).map(|_| thread::spawn(run.clone())).collect();
    let mut received = 0;
    while received < HOSTS * ROUNDS * 3 {
        received += next(&mut pty).await.1.len();
    }
    hosts.into_iter().for_each(|host| host.join().unwrap());
    // Whatever was counted wrong in the crowd: the port still knows when it is alone.
    let mut last = host(&pty);
    last.write_all(b"ATI\r").unwrap();
    while next(&mut pty).await.1 != b"ATI\r" {}
    drop(last);
    while next(&mut pty).await.0 != HostEvent::Closed {}
}

#[tokio::test]
async fn data_right_before_the_close_is_delivered() {
    let mut pty = Pty::open().unwrap();
    // More than the kernel takes at once, so that the host still writes while we read.
    let data = pattern(20_000);
    for _ in 0..200 {
        let mut host = opened(&mut pty).await;
        let sent = data.clone();
        let writer = spawn_blocking(move || host.write_all(&sent));
        assert_eq!(receive(&mut pty, data.len()).await, data);
        closed(&mut pty).await;
        writer.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_a_host_left_unread_is_not_for_the_next() {
    let mut pty = Pty::open().unwrap();
    // More than the kernel's first buffer holds, so that both are in play.
    for len in [6, 10_000] {
        let host = opened(&mut pty).await;
        send(&mut pty, &pattern(len)).await;
        drop(host);
        closed(&mut pty).await;
        assert_eq!(unread(&pty), b"");
        assert_eq!(until_closed(&mut pty, 1).await.0, [HostEvent::Opened, HostEvent::Closed]);
    }
}

#[tokio::test]
async fn output_without_a_host_is_lost() {
    let mut pty = Pty::open().unwrap();
    send(&mut pty, &pattern(100_000)).await;
    assert_eq!(unread(&pty), b"");
}

#[tokio::test]
async fn a_new_host_loses_nothing_to_the_old_ones_hang_up() {
    let mut pty = Pty::open().unwrap();
    let first = opened(&mut pty).await;
    send(&mut pty, b"for the first").await;
    drop(first);
    // Not yet reported, and there is the next one with a command.
    let mut second = host(&pty);
    second.write_all(b"ATI\r").unwrap();
    closed(&mut pty).await;
    assert_eq!(next(&mut pty).await.0, HostEvent::Opened);
    assert_eq!(receive(&mut pty, 4).await, b"ATI\r");
    send(&mut pty, b"OK").await;
    let mut answer = [0; 2];
    second.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"OK");
}

#[tokio::test]
async fn a_host_that_does_not_read_stalls_the_modem_and_loses_nothing() {
    let mut pty = Pty::open().unwrap();
    let mut host = opened(&mut pty).await;
    let data = pattern(1 << 20);
    let taken = fill(&mut pty, &data).await;
    assert!(taken < 64 * 1024, "{taken} bytes are no back-pressure");
    let len = data.len();
    let reader = spawn_blocking(move || {
        let mut got = vec![0; len];
        host.read_exact(&mut got).map(|()| got)
    });
    send(&mut pty, &data[taken..]).await;
    let got = reader.await.unwrap().unwrap();
    assert!(got == data, "the same bytes in the same order");
}

#[tokio::test]
async fn a_host_that_leaves_takes_a_stalled_write_with_it() {
    let mut pty = Pty::open().unwrap();
    for _ in 0..3 {
        let host = opened(&mut pty).await;
        let data = pattern(1 << 20);
        let taken = fill(&mut pty, &data).await;
        drop(host);
        send(&mut pty, &data[taken..]).await;
        closed(&mut pty).await;
        // The stall is over for the next host too.
        let mut host = opened(&mut pty).await;
        send(&mut pty, b"\r\nRDY\r\n").await;
        let mut got = [0; 7];
        host.read_exact(&mut got).unwrap();
        assert_eq!(&got, b"\r\nRDY\r\n");
        drop(host);
        closed(&mut pty).await;
    }
}

#[tokio::test]
async fn a_host_that_writes_without_end_loses_nothing() {
    let mut pty = Pty::open().unwrap();
    let mut host = opened(&mut pty).await;
    let data = pattern(1 << 20);
    let sent = data.clone();
    let writer = spawn_blocking(move || host.write_all(&sent));
    let got = receive(&mut pty, data.len()).await;
    assert!(got == data, "the same bytes in the same order");
    writer.await.unwrap().unwrap();
    closed(&mut pty).await;
}

#[tokio::test]
async fn every_byte_passes_unchanged_in_every_session() {
    let mut pty = Pty::open().unwrap();
    let all: Vec<u8> = (0..=255).collect();
    for _ in 0..3 {
        let mut host = opened(&mut pty).await;
        host.write_all(&all).unwrap();
        assert_eq!(receive(&mut pty, all.len()).await, all);
        // The first thing the host reads is our answer: nothing was echoed.
        send(&mut pty, &all).await;
        let mut got = vec![0; all.len()];
        host.read_exact(&mut got).unwrap();
        assert_eq!(got, all);
        // What the modem sent was not echoed either: the next thing from the host is the close.
        drop(host);
        closed(&mut pty).await;
    }
}

#[tokio::test]
async fn a_hosts_settings_stay_for_the_next_one() {
    let mut pty = Pty::open().unwrap();
    let host = opened(&mut pty).await;
    let mut settings = tcgetattr(&host).unwrap();
    settings.input_flags.insert(nix::sys::termios::InputFlags::IXOFF);
    tcsetattr(&host, SetArg::TCSANOW, &settings).unwrap();
    drop(host);
    closed(&mut pty).await;
    let host = opened(&mut pty).await;
    assert_eq!(tcgetattr(&host).unwrap().input_flags, settings.input_flags);
}

#[tokio::test]
async fn events_that_were_lost_leave_no_port_behind() {
    let mut pty = Pty::open().unwrap();
    pty.watch.pretend_overflow();
    let sessions = [HostEvent::Opened, HostEvent::Closed].repeat(2);
    assert_eq!(until_closed(&mut pty, 2).await.0, sessions);

    let mut host = opened(&mut pty).await;
    pty.watch.pretend_overflow();
    closed(&mut pty).await;
    assert_eq!(next(&mut pty).await.0, HostEvent::Opened);
    host.write_all(b"AT\r").unwrap();
    assert_eq!(receive(&mut pty, 3).await, b"AT\r");
}

#[tokio::test]
async fn a_wrong_count_can_hide_a_hang_up_but_no_data() {
    let mut pty = Pty::open().unwrap();
    let mut other = Pty::open().unwrap();
    let host_1 = opened(&mut pty).await;
    pty.watch.pretend_lost_close();
    drop(host_1);
    // The runtime takes in the hang-up while it waits for another.
    drop(opened(&mut other).await);
    closed(&mut other).await;
    let mut host_2 = host(&pty);
    // The news of the open is one wake-up; no other comes.
    pty.watch.catch_up();
    assert_idle(&mut pty).await;
    host_2.write_all(b"AT\r").unwrap();
    assert_eq!(receive(&mut pty, 3).await, b"AT\r");
    drop(host_2);
    closed(&mut pty).await;
}

#[tokio::test]
async fn nothing_wakes_the_modem_while_nothing_happens() {
    let mut pty = Pty::open().unwrap();
    assert_idle(&mut pty).await;
    let host = opened(&mut pty).await;
    assert_idle(&mut pty).await;
    drop(host);
    closed(&mut pty).await;
    assert_idle(&mut pty).await;
}

#[tokio::test]
async fn there_is_no_limit_of_128_ports() {
    // The number of inotify instances that a user may have.
    let mut ptys: Vec<_> = (0..150).map(|_| Pty::open().unwrap()).collect();
    for pty in &mut ptys {
        drop(opened(pty).await);
        closed(pty).await;
    }
}

#[tokio::test]
async fn a_port_that_is_dropped_ends_the_host() {
    let mut pty = Pty::open().unwrap();
    let mut host = opened(&mut pty).await;
    let path = pty.path().to_owned();
    drop(pty);
    assert_eq!(host.read(&mut [0]).unwrap(), 0);
    assert!(!path.exists());
}
