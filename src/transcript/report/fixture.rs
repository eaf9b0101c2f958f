//! A run on the bench that the tests of the reports look at.

use std::time::Duration;

use bytes::Bytes;

use super::{Case, CaseKind, Failure, Report};
use crate::modem::record::Record;
use crate::rig::Rig;
use crate::time::ModuleTime;
use crate::transcript::coverage::Coverage;
use crate::transcript::data::Data;
use crate::transcript::event::{Event, FaultFired, Start, Way};
use crate::transcript::journal::Journal;

/// Takes down what happens on the bench.
struct Bench {
    rig: Rig,
    journal: Journal,
}

impl Bench {
    fn new() -> Bench {
        let mut rig = Rig::default();
        rig.modem.record();
        let mut journal = Journal::default();
        journal.expect_faults(["quota", "sleepy-close"]);
        Bench { rig, journal }
    }

    fn put(&mut self, event: Event) {
        self.journal.note(self.rig.now(), event);
    }

    /// The host sends `bytes`, and takes what comes within `time`.
    fn send(&mut self, bytes: &str, time: Duration) {
        self.rig.send(bytes);
        self.records();
        self.rig.pass(time);
        self.records();
    }

    fn records(&mut self) {
        for record in std::mem::take(&mut self.rig.records) {
            self.put(Event::Modem(record));
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
        bench.put(Event::FtpData(Way::Up, Data::new(Bytes::from_static(b"sixteen bytes..\n"))));
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

    let Bench { rig, mut journal } = bench;
    journal.settle();
    Report {
        start,
        description: "The server runs out of space half-way through the upload; \
                      the driver should resume or report 619."
            .to_owned(),
        took: rig.now().since(ModuleTime::ZERO),
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
        entries: journal.entries().cloned().collect(),
        left_out: journal.left_out(),
        coverage: journal.coverage().clone(),
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
