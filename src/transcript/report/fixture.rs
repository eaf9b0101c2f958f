//! A run on the bench that the tests of the reports look at.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::{Case, CaseKind, Failure, Report};
use crate::modem::record::Record;
use crate::rig::Rig;
use crate::time::ModuleTime;
use crate::transcript::coverage::Coverage;
use crate::transcript::event::{Entry, Event, FaultFired, Start, Way};

/// Takes down what happens on the bench.
struct Bench {
    rig: Rig,
    entries: Vec<Entry>,
}

impl Bench {
    fn new() -> Bench {
        let mut rig = Rig::default();
        rig.modem.record();
        Bench { rig, entries: Vec::new() }
    }

    fn put(&mut self, event: Event) {
        let (number, at) = (self.entries.len() as u64 + 1, self.rig.now());
        self.entries.push(Entry { number, at, wall: None, event });
    }

    /// The host sends `bytes`, and takes what comes within `time`.
    fn send(&mut self, bytes: &str, time: Duration) {
        self.put(Event::FromHost(Bytes::copy_from_slice(bytes.as_bytes())));
        self.rig.send(bytes);
        self.records();
        self.rig.pass(time);
        self.records();
    }

    fn records(&mut self) {
        for record in std::mem::take(&mut self.rig.records) {
            let connects = matches!(&record, Record::Result(text) if text.starts_with("CONNECT"));
            self.put(Event::Modem(record));
            if connects {
                self.put(Event::ToHost(Bytes::from_static(b"\r\nCONNECT\r\n")));
            }
        }
        self.rig.received();
    }

    fn ftp(&mut self, lines: &[&str]) {
        for line in lines {
            let (way, line) = match line.strip_prefix("> ") {
                Some(line) => (Way::Up, line),
                None => (Way::Down, &line[2..]),
            };
            self.put(Event::Ftp(way, line.to_owned()));
        }
    }
}

/// A run with an upload that a fault ends, an unknown command, and text that is dangerous in
/// XML and HTML.
pub(super) fn failed() -> Report {
    let mut bench = Bench::new();
    let second = Duration::from_secs(1);
    let start = Start {
        modem: "modem0".to_owned(),
        model: "EC25".to_owned(),
        scenario: Some("quota-in-the-middle".to_owned()),
        seed: 7,
    };
    bench.put(Event::Started(start.clone()));
    bench.put(Event::Port(true));
    bench.send("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1\r", second / 10);
    bench.send("AT+QIACT=1\r", second / 4);
    bench.send("AT+NONSENSE=\"<b>&amp;\x1b\"\r", second / 20);
    bench.send("AT+QFUPL=\"cert.pem\",16,30\r", second / 4);
    bench.send("sixteen bytes..\n", second / 10);
    bench.send("AT+QFTPOPEN=\"ftp.example.com\",21\r", second / 2);
    bench.ftp(&["< 220 ready", "> USER test", "< 331 password?", "> PASS ***", "< 230 in"]);
    bench.send("AT+QFTPPUT=\"/inbox/log.bin\",\"COM:\",0,64,1\r", second / 10);
    bench.ftp(&["> STOR /inbox/log.bin", "< 150 go on"]);
    for piece in 0..3 {
        bench.send("sixteen bytes..\n", 5 * second);
        bench.put(Event::FtpData(Way::Up, Bytes::from_static(b"sixteen bytes..\n")));
        if piece == 1 {
            bench.put(Event::Fault(FaultFired {
                name: "quota".to_owned(),
                action: "reply".to_owned(),
                cause: "AT+QFTPPUT, time 1, 32 B uploaded".to_owned(),
            }));
        }
    }
    bench.ftp(&["< 452 quota exceeded"]);
    bench.put(Event::Modem(Record::Urc("+QFTPPUT: 619,452".to_owned())));
    bench.rig.pass(90 * second);
    bench.put(Event::Ended);

    let commands = bench.entries.iter().filter_map(|entry| match &entry.event {
        Event::Modem(Record::Command(command)) => Some(command),
        _ => None,
    });
    let mut coverage = Coverage::default();
    for command in commands {
        if command.known {
            let key = (command.name.clone(), command.form);
            *coverage.commands.entry(key).or_default() += 1;
        } else {
            *coverage.unknown.entry(command.name.clone()).or_default() += 1;
        }
    }
    coverage.errs = BTreeMap::from([(0, 1), (619, 1)]);
    coverage.protocol = BTreeMap::from([(452, 1)]);
    coverage.faults = BTreeMap::from([("quota".to_owned(), 1), ("sleepy-close".to_owned(), 0)]);
    Report {
        start,
        description: "The server runs out of space half-way through the upload; \
                      the driver should resume or report 619."
            .to_owned(),
        took: bench.rig.now().since(ModuleTime::ZERO),
        cases: vec![
            Case { kind: CaseKind::Fault, name: "quota".to_owned(), failure: None },
            Case {
                kind: CaseKind::Expectation,
                name: "no unknown commands".to_owned(),
                failure: Some(Failure {
                    expected: "no unknown command".to_owned(),
                    actual: "AT+NONSENSE=\"<b>&amp;\x1b\"".to_owned(),
                    received: vec!["AT+QIACT=1".to_owned(), "AT+NONSENSE <&\u{ffff}".to_owned()],
                }),
            },
        ],
        entries: bench.entries,
        left_out: 0,
        coverage,
    }
}

/// A run in which nothing happens and nothing is asked for.
pub(super) fn empty() -> Report {
    Report {
        start: Start {
            modem: "modem1".to_owned(),
            model: "EC25".to_owned(),
            scenario: None,
            seed: 0,
        },
        description: String::new(),
        took: Duration::ZERO,
        cases: Vec::new(),
        entries: Vec::new(),
        left_out: 0,
        coverage: Coverage::default(),
    }
}
