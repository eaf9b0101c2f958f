//! What must be true of the machine, whatever happens to it.

use std::time::Duration;

use crate::modem::Input;
use crate::modem::intercept::Effect;
use crate::modem::interface::Interface;
use crate::modem::power::Attention;
use crate::modem::record::Record;
use crate::store::{Medium, Pattern};

use super::bench::{Bench, Mode};

impl Bench {
    /// What a write says is what the record says, and besides there are only echo and data.
    pub(super) fn check_written(&self, bytes: &[u8], said: &[String]) {
        if said.is_empty() {
            assert!(self.mode == Mode::Data || !bytes.contains(&b'\n'), "not in the record");
            return;
        }
        let text = std::str::from_utf8(bytes).expect("text");
        let lines: Vec<&str> = text.split("\r\n").filter(|line| !line.is_empty()).collect();
        let echo = lines.iter().take_while(|line| line.ends_with('\r')).count();
        let dropped = said.len().saturating_sub(lines.len() - echo);
        assert!(dropped == 0 || self.silent, "{said:?}, but written: {text:?}");
        assert_eq!(lines[echo..], said[dropped..]);
    }

    /// What the module says of itself, as the host of an orderly bench must be able to read it.
    pub(super) fn understand(&mut self, record: Record) {
        match record {
            Record::Urc(text) => {
                if self.orderly {
                    self.check_moment(&text);
                }
                self.said.push(text);
            }
            Record::Result(text) => {
                let due = matches!(self.mode, Mode::Waiting | Mode::Data);
                assert!(due || !self.orderly, "a result too many: {text}");
                self.mode = if text == "CONNECT" { Mode::Data } else { Mode::Idle };
                self.result.clone_from(&text);
                self.said.push(text);
            }
            Record::Info(text) => {
                let due = matches!(self.mode, Mode::Waiting | Mode::Data);
                assert!(due || !self.orderly, "{text} out of place");
                if text.starts_with("CONNECT") {
                    self.mode = Mode::Data;
                }
                self.said.push(text);
            }
            Record::Line(_) | Record::Data(_) | Record::Command(_) => {}
            Record::Entered(_) | Record::Store(_) => {}
        }
    }

    /// An unsolicited result code never comes inside a line, a command or data.
    pub(super) fn check_moment(&mut self, text: &str) {
        let name = text.split(':').next().unwrap_or("");
        if let Some(at) = self.early.iter().position(|early| early == name) {
            self.early.remove(at);
            return;
        }
        let patient = self.now < self.last_input + Duration::from_secs(10);
        let in_line = self.mode == Mode::Half && patient;
        let over =
            (self.muted || self.silent) && matches!(self.modem.interface, Interface::Command);
        let quiet = over || matches!(self.mode, Mode::Idle | Mode::Half) && !in_line;
        assert!(quiet, "{text} in {:?}", self.mode);
        assert!(self.said.is_empty() || self.silent, "{text} is not alone in its write");
    }

    /// The host knows how things are: every line that is over has had its result, unless a fault
    /// has swallowed it.
    pub(super) fn check_mode(&mut self, lost: bool) {
        let executing = !matches!(self.modem.interface, Interface::Command);
        assert_eq!(self.modem.host.line.is_some(), executing, "a line without its end");
        let mode = match self.modem.interface {
            Interface::Command if self.modem.host.lines.in_line() => Mode::Half,
            Interface::Command => Mode::Idle,
            Interface::Executing(_) => Mode::Waiting,
            Interface::Data(..) => Mode::Data,
        };
        let swallowed = self.muted || lost || self.modem.attention() != Attention::Now;
        if self.mode == Mode::Data && mode == Mode::Waiting {
            // The host has counted what it sent.
            self.mode = mode;
        }
        if self.orderly && !swallowed {
            assert_eq!(self.mode, mode, "the host knows nothing of it");
        }
        if self.mode != mode {
            self.ledger.unheard();
            self.mode = mode;
        }
        self.muted &= executing;
    }

    /// What counts as used is what the files have.
    pub(super) fn check_stores(&mut self) {
        let disks: Vec<_> = self.modem.stores().disks().collect();
        for (medium, disk) in disks {
            let files = self.modem.stores().list(&Pattern::whole(medium)).expect("it is there");
            assert_eq!(disk.used, files.iter().map(|(_, size)| size).sum::<u64>(), "{medium}");
            assert!(disk.used <= disk.total && disk.free <= disk.total - disk.used);
        }
    }

    /// A module that nothing is wrong with any more answers.
    pub(super) fn check_answer(&mut self) {
        self.result.clear();
        self.line("AT");
        assert_eq!(self.result, "OK", "the module has not recovered");
    }

    /// What the files hold is what they are said to hold.
    pub(super) fn check_contents(&mut self) {
        for fault in [Effect::StoreMended(Medium::Ram), Effect::HandleLost(None)] {
            self.input(Input::Effect(fault));
        }
        for (name, size) in self.modem.stores().list(&Pattern::whole(Medium::Ram)).expect("files") {
            let content = self.modem.stores().content(&name);
            assert_eq!(content.map(|content| content.len() as u64), Ok(size), "{name}");
        }
    }
}
