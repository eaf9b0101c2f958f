//! Whether the transcript says what was sent: every byte of the host, every byte for it, in order.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::modem::record::Record;
use crate::time::ModuleTime;
use crate::transcript::event::Event;
use crate::transcript::journal::{Journal, Scope};

/// The transcript of the bench, and what must stand in it.
#[derive(Debug)]
pub(super) struct Transcript {
    journal: Journal,
    /// Bytes of the host that the module has not dealt with.
    unread: VecDeque<u8>,
    from_host: Vec<u8>,
    to_host: Vec<u8>,
}

impl Transcript {
    pub(super) fn new() -> Transcript {
        let scope = Scope { entries: usize::MAX, bytes: usize::MAX, full: true, secrets: true };
        Transcript {
            journal: Journal::new(scope),
            unread: VecDeque::new(),
            from_host: Vec::new(),
            to_host: Vec::new(),
        }
    }

    pub(super) fn sent(&mut self, bytes: &[u8]) {
        self.unread.extend(bytes);
    }

    pub(super) fn written(&mut self, now: ModuleTime, bytes: &Bytes) {
        self.to_host.extend_from_slice(bytes);
        self.journal.note(now, Event::ToHost(bytes.clone()));
    }

    pub(super) fn record(&mut self, now: ModuleTime, record: &Record) {
        if let Record::Line(bytes) | Record::Data(bytes) = record {
            let sent: Vec<u8> = self.unread.drain(..bytes.len().min(self.unread.len())).collect();
            assert_eq!(sent, *bytes, "recorded, but not sent");
            self.from_host.extend_from_slice(bytes);
        }
        self.journal.note(now, Event::Modem(record.clone()));
    }

    /// The module holds so many bytes back; all else that was sent must be in the record. The last
    /// ones are `lost` when the host leaves the port, or with the supply.
    pub(super) fn check_held(&mut self, held: usize, lost: bool) {
        if lost {
            self.unread.truncate(held);
        }
        assert_eq!(self.unread.len(), held, "bytes of the host are not in the record");
    }

    /// The run is over: does the journal have all of it?
    pub(super) fn check(&mut self, now: ModuleTime) {
        self.journal.note(now, Event::Ended);
        let (mut from_host, mut to_host) = (Vec::new(), Vec::new());
        for entry in self.journal.entries() {
            match &entry.event {
                Event::FromHost(bytes) => from_host.extend_from_slice(bytes),
                Event::DataFromHost(data) => from_host.extend_from_slice(&data.bytes),
                Event::ToHost(bytes) => to_host.extend_from_slice(bytes),
                Event::DataToHost(data) => to_host.extend_from_slice(&data.bytes),
                _ => {}
            }
        }
        // A journal has the lines of the host without their LF, which the module passes over.
        from_host.retain(|byte| *byte != b'\n');
        self.from_host.retain(|byte| *byte != b'\n');
        assert!(from_host == self.from_host, "the transcript is not what the host sent");
        assert!(to_host == self.to_host, "the transcript is not what was written");
    }
}
