//! A modem on the bench: a stepped clock, a host that plays dialogues, and an FTP side that is a
//! table of files. Nothing runs by itself, nothing sleeps: a wait of 90 s takes no time.
//!
//! ```
//! let mut rig = qftpsim::rig::Rig::default();
//! rig.play(r#"
//!     > AT+QICSGP=1,1,"UNINET","","",1
//!     < OK
//!     > AT+QIACT=1
//!     < OK
//!     > AT+QFTPOPEN="ftp.example.com",21
//!     < OK
//!     < +QFTPOPEN: 0,0
//! "#);
//! ```

#[cfg(test)]
mod integrity_tests;
mod server;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::commands;
use crate::modem::link::LinkEvent;
use crate::modem::record::Record;
use crate::modem::{Input, Modem, Output, Setup};
use crate::time::ModuleTime;
use crate::transcript::chat;
use crate::transcript::event::Event;
use crate::transcript::journal::{Journal, Scope};
use crate::transcript::replay::{Player, Row, Wish};

pub use server::ScriptedServer;

/// How much module time a wait may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// The bench.
#[derive(Debug)]
pub struct Rig {
    /// The modem; for a look at its stores, or to change its network.
    pub modem: Modem,
    /// The FTP side.
    pub server: ScriptedServer,
    now: ModuleTime,
    received: BytesMut,
    writes: Vec<Bytes>,
    /// What the modem has said of itself, if [`Modem::record`] asked for it.
    pub records: Vec<Record>,
    journal: Option<Journal>,
    /// Whether the host takes what the modem writes.
    reading: bool,
    unread: VecDeque<Bytes>,
}

impl Default for Rig {
    /// An EC25 in good order.
    fn default() -> Rig {
        Rig::new(Setup::default())
    }
}

impl Rig {
    /// A modem as `setup` says.
    pub fn new(setup: Setup) -> Rig {
        Rig {
            modem: Modem::new(&commands::TABLE, setup),
            server: ScriptedServer::default(),
            now: ModuleTime::ZERO,
            received: BytesMut::new(),
            writes: Vec::new(),
            records: Vec::new(),
            journal: None,
            reading: true,
            unread: VecDeque::new(),
        }
    }

    /// An EC25 that is logged in to a server.
    pub fn logged_in() -> Rig {
        let mut rig = Rig::default();
        rig.log_in();
        rig
    }

    /// Activates context 1 and logs in.
    ///
    /// # Panics
    /// If that fails.
    pub fn log_in(&mut self) {
        self.play(
            r#"
            > AT+QICSGP=1,1,"UNINET","","",1
            < OK
            > AT+QIACT=1
            < OK
            > AT+QFTPCFG="account","test","test"
            < OK
            > AT+QFTPOPEN="ftp.example.com",21
            < OK
            < +QFTPOPEN: 0,0
        "#,
        );
    }

    /// From now on what happens goes into a journal, which keeps what `scope` says.
    pub fn record(&mut self, scope: Scope) {
        self.modem.record();
        self.journal = Some(Journal::new(scope));
    }

    /// Ends the journal.
    pub fn journal(&mut self) -> Journal {
        let mut journal = self.journal.take().unwrap_or_default();
        journal.note(self.now, Event::Ended);
        journal
    }

    /// The module time.
    pub fn now(&self) -> ModuleTime {
        self.now
    }

    /// The host sends bytes.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.input(Input::Host(Bytes::copy_from_slice(bytes.as_ref())));
    }

    /// Something happens to the modem now.
    pub fn input(&mut self, input: Input) {
        self.modem.handle_input(self.now, input);
        self.drain();
    }

    /// Time passes; what falls due meanwhile happens at its moment.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.modem.next_deadline().filter(|&due| due <= end) {
            self.now = self.now.max(due);
            self.input(Input::Timeout);
        }
        self.now = end;
        self.input(Input::Timeout);
    }

    /// The host stops reading, or reads on.
    pub fn read(&mut self, reading: bool) {
        self.reading = reading;
        while let Some(bytes) = self.unread.pop_front().filter(|_| reading) {
            self.take(bytes);
        }
        self.drain();
    }

    /// All bytes the host has received and not looked at yet.
    pub fn received(&mut self) -> Bytes {
        self.writes.clear();
        self.received.split().freeze()
    }

    /// The same as text; what is no UTF-8 shows as such.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.received()).into_owned()
    }

    /// The pieces in which the modem wrote, since the last [`Rig::received`].
    pub fn writes(&self) -> &[Bytes] {
        &self.writes
    }

    /// Sends a command line and returns everything that comes in answer at once.
    pub fn ask(&mut self, line: &str) -> String {
        self.received();
        self.send(format!("{line}\r"));
        self.text()
    }

    /// Plays a dialogue (see [`chat`]) in which the host is the one that sends.
    ///
    /// # Panics
    /// If the module says something else, or the dialogue is not one; the message shows the step
    /// and what came instead.
    pub fn play(&mut self, dialogue: &str) {
        let steps = chat::parse(dialogue).unwrap_or_else(|error| panic!("{error}"));
        let mut player = Player::new(steps);
        let mut limit = self.now + PATIENCE;
        loop {
            if !self.received.is_empty() {
                player.feed(&self.received.split());
                limit = self.now + PATIENCE;
            }
            match player.next_wish() {
                Wish::Send(bytes) => self.send_in_pieces(&bytes),
                Wish::Pause(time) => self.pass(time),
                Wish::Receive if self.wait(limit).is_some() => continue,
                Wish::Receive => player.nothing_came(),
                Wish::Done => break,
            }
            limit = self.now + PATIENCE;
            if let Some(Row { line, expected, came, .. }) = player.difference() {
                panic!("line {line}: expected `{expected}`, and `{came}` came");
            }
        }
        self.received = player.into_rest();
        self.writes.clear();
    }

    /// `+++` with the silences around it.
    pub fn escape(&mut self) {
        self.pass(Duration::from_secs(1));
        self.send("+++");
        self.pass(Duration::from_secs(1));
    }

    /// Sends bytes as the modem takes them.
    fn send_in_pieces(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(4096) {
            assert!(self.modem.host_credit() > 0, "the modem takes no more data");
            self.send(piece);
        }
    }

    /// Lets the next thing happen that is due by `limit`.
    fn wait(&mut self, limit: ModuleTime) -> Option<()> {
        let due = self.modem.next_deadline().filter(|&due| due <= limit)?;
        self.now = self.now.max(due);
        self.input(Input::Timeout);
        Some(())
    }

    /// Carries out what the modem wants until it wants nothing.
    fn drain(&mut self) {
        loop {
            while let Some(output) = self.modem.poll_output() {
                self.note(&output);
                match output {
                    Output::Host(bytes) if self.reading => self.take(bytes),
                    Output::Host(bytes) => self.unread.push_back(bytes),
                    Output::Link(request) => self.server.request(request),
                    Output::Record(record) => self.records.push(record),
                }
            }
            let Some(event) = self.server.next_event() else { return };
            self.modem.handle_input(self.now, Input::Link(event));
        }
    }

    fn note(&mut self, output: &Output) {
        let Some(journal) = &mut self.journal else { return };
        match output {
            Output::Host(bytes) => journal.note(self.now, Event::ToHost(bytes.clone())),
            Output::Record(record) => journal.note(self.now, Event::Modem(record.clone())),
            Output::Link(_) => {}
        }
    }

    fn take(&mut self, bytes: Bytes) {
        self.received.extend_from_slice(&bytes);
        self.modem.handle_input(self.now, Input::HostTook(bytes.len()));
        self.writes.push(bytes);
    }

    /// The FTP side tells something by itself.
    pub fn event(&mut self, event: LinkEvent) {
        self.input(Input::Link(event));
    }
}
