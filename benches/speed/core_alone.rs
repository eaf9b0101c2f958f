//! The machine without any I/O: what it costs by itself. Measured in time of the processor, which
//! other programs don't change much.

use std::time::Duration;

use bytes::Bytes;
use nix::time::{ClockId, clock_gettime};
use qftpsim::commands;
use qftpsim::modem::link::{LinkEvent, LinkRequest, OpId};
use qftpsim::modem::{Input, Modem, Output, Setup};
use qftpsim::rig::Rig;
use qftpsim::time::ModuleTime;

use crate::table::{Judged, Row, digits, median};

const TURNS: usize = 9;
/// Commands in a turn.
const COMMANDS: usize = 400_000;
/// What a host asks all the time.
const LINES: [&str; 4] = ["AT\r", "AT+CSQ\r", "AT+CREG?\r", "AT+QFTPCFG=\"rsptimeout\",90\r"];
/// Bytes in a piece of a download, as the link delivers them.
const PIECE: usize = 64 * 1024;
const PIECES: usize = 100_000;

pub fn rows() -> Vec<Row> {
    vec![commands_per_second(), gigabytes_per_second(), long_timeout()]
}

fn commands_per_second() -> Row {
    let mut modem = Modem::new(&commands::TABLE, Setup::default());
    feed(&mut modem, Bytes::from_static(b"ATE0\r"));
    let lines = LINES.map(|line| Bytes::from_static(line.as_bytes()));
    let rates = (0..TURNS).map(|_| {
        let start = processor_time();
        for line in lines.iter().cycle().take(COMMANDS) {
            feed(&mut modem, line.clone());
        }
        COMMANDS as f64 / 1e6 / (processor_time() - start).as_secs_f64()
    });
    let rate = median(rates.collect());
    Row {
        figure: "the core alone: commands".to_owned(),
        measured: format!("{} M/s", digits(rate)),
        against: String::new(),
        judged: Judged::AtLeast { value: rate, goal: 2.0, unit: "M/s" },
    }
}

/// One line, and its answer taken.
fn feed(modem: &mut Modem, line: Bytes) {
    modem.handle_input(ModuleTime::ZERO, Input::Host(line));
    while let Some(output) = modem.poll_output() {
        if let Output::Host(bytes) = output {
            modem.handle_input(ModuleTime::ZERO, Input::HostTook(bytes.len()));
        }
    }
}

fn gigabytes_per_second() -> Row {
    let mut rig = Rig::default();
    rig.log_in();
    rig.server.silence(true);
    rig.ask("AT+QFTPGET=\"big\",\"COM:\"");
    let (modem, id) = (&mut rig.modem, rig.server.last_id());
    modem.handle_input(modem.now(), Input::Link(LinkEvent::Ready(id)));
    let piece = Bytes::from(vec![0; PIECE]);
    let rates = (0..TURNS).map(|_| {
        let start = processor_time();
        (0..PIECES).for_each(|_| deliver(modem, id, piece.clone()));
        (PIECE * PIECES) as f64 / 1e9 / (processor_time() - start).as_secs_f64()
    });
    let rate = median(rates.collect());
    Row {
        figure: "the core alone: data of a download".to_owned(),
        measured: format!("{} GB/s", digits(rate)),
        against: String::new(),
        judged: Judged::AtLeast { value: rate, goal: 5.0, unit: "GB/s" },
    }
}

/// One piece, which must come out whole and be credited.
fn deliver(modem: &mut Modem, id: OpId, piece: Bytes) {
    modem.handle_input(modem.now(), Input::Link(LinkEvent::Data(id, piece)));
    let mut credited = 0;
    while let Some(output) = modem.poll_output() {
        match output {
            Output::Host(bytes) => modem.handle_input(modem.now(), Input::HostTook(bytes.len())),
            Output::Link(LinkRequest::Credit(_, credit)) => credited += credit,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(credited, PIECE as u64);
}

fn long_timeout() -> Row {
    let times = (0..TURNS).map(|_| {
        let start = processor_time();
        let mut rig = Rig::default();
        rig.log_in();
        rig.server.silence(true);
        rig.play(
            "> AT+QFTPCFG=\"rsptimeout\",90\n< OK\n> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 627,0",
        );
        assert!(rig.modem.now() >= ModuleTime::ZERO + Duration::from_secs(90));
        (processor_time() - start).as_secs_f64() * 1e3
    });
    let time = median(times.collect());
    Row {
        figure: "a host that waits through a timeout of 90 s, stepped clock".to_owned(),
        measured: format!("{time:.3} ms"),
        against: String::new(),
        judged: Judged::AtMost { value: time, goal: 5.0, unit: "ms" },
    }
}

/// What this thread has used so far.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock").into()
}
