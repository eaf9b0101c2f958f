//! Telnet (RFC 854, RFC 855): commands between the data, and which options are on.
//!
//! Each host begins *raw*: its bytes are data, 0xFF too, and so are ours to it. That ends with its
//! first option command (`IAC WILL`, `WONT`, `DO`, `DONT` or `SB`), which every telnet host sends
//! first. So nothing is sent before a host has shown that it speaks telnet: a program that knows
//! only TCP meets no bytes that it can't explain.
//!
//! Data are 8 bits from then on, even before `BINARY` is agreed on, and CR stands for itself:
//! pyserial never asks for `BINARY`, and sends CR without the NUL that RFC 854 wants behind it.

use std::collections::BTreeSet;

use bytes::{Buf, BufMut, BytesMut};

/// "Interpret as command": before each command, and twice for a data byte 0xFF.
const IAC: u8 = 255;
/// Subnegotiation: a suboption follows, up to `IAC SE`.
const SB: u8 = 250;
const SE: u8 = 240;

/// 8-bit data (RFC 856).
pub(super) const BINARY: u8 = 0;
/// The receiver repeats what it gets (RFC 857): `ATE1` does.
pub(super) const ECHO: u8 = 1;
/// No "go ahead" (RFC 858): nobody sends one.
pub(super) const SUPPRESS_GO_AHEAD: u8 = 3;
/// The lines and settings of a serial port (RFC 2217).
pub(super) const COM_PORT: u8 = 44;

/// Longer suboptions are dropped: those with a meaning here have at most six bytes, but a host may
/// tell its name.
const SUBOPTION_LIMIT: usize = 256;

/// Who is to do what about an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Verb {
    /// The sender does it, or offers to.
    Will = 251,
    /// The sender does not, or no longer.
    Wont = 252,
    /// The receiver may, or is asked to.
    Do = 253,
    /// The receiver may not, or no longer.
    Dont = 254,
}

impl Verb {
    fn from_byte(byte: u8) -> Option<Verb> {
        [Verb::Will, Verb::Wont, Verb::Do, Verb::Dont].into_iter().find(|verb| *verb as u8 == byte)
    }
}

/// What stands between the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// About an option.
    Option(Verb, u8),
    /// A suboption: the option's number, then its own bytes.
    Suboption(Vec<u8>),
}

/// Takes a host's bytes apart.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    telnet: bool,
    state: State,
    suboption: Vec<u8>,
}

/// What the next byte is.
#[derive(Debug, Clone, Copy, Default)]
enum State {
    #[default]
    Data,
    /// The one behind `IAC`.
    Command,
    /// The option of a verb.
    Option(Verb),
    /// Part of a suboption.
    Suboption,
    /// The one behind `IAC` in a suboption.
    SuboptionCommand,
}

impl Decoder {
    /// Whether the host has shown that it speaks telnet.
    pub(super) fn is_telnet(&self) -> bool {
        self.telnet
    }

    /// Moves data from `input` to `data` up to the next command, which is returned. `None` when
    /// `input` is used up.
    pub(super) fn next(&mut self, input: &mut BytesMut, data: &mut BytesMut) -> Option<Command> {
        while !input.is_empty() {
            if let State::Data = self.state {
                let end = input.iter().position(|&byte| byte == IAC);
                data.extend_from_slice(&input.split_to(end.unwrap_or(input.len())));
                if end.is_some() {
                    input.advance(1);
                    self.state = State::Command;
                }
            } else {
                let byte = input.get_u8();
                if let Some(command) = self.command_byte(byte, data) {
                    return Some(command);
                }
            }
        }
        None
    }

    fn command_byte(&mut self, byte: u8, data: &mut BytesMut) -> Option<Command> {
        match self.state {
            State::Data | State::Command => self.begin(byte, data),
            State::Option(verb) => {
                self.state = State::Data;
                return Some(Command::Option(verb, byte));
            }
            State::Suboption if byte == IAC => self.state = State::SuboptionCommand,
            State::Suboption => self.keep(byte),
            State::SuboptionCommand if byte == IAC => {
                self.keep(byte);
                self.state = State::Suboption;
            }
            State::SuboptionCommand if byte == SE => {
                self.state = State::Data;
                let suboption = std::mem::take(&mut self.suboption);
                return (suboption.len() <= SUBOPTION_LIMIT)
                    .then_some(Command::Suboption(suboption));
            }
            // A suboption without an end: it is dropped, and this is another command.
            State::SuboptionCommand => self.begin(byte, data),
        }
        None
    }

    /// The byte behind `IAC`, outside a suboption.
    fn begin(&mut self, byte: u8, data: &mut BytesMut) {
        self.state = State::Data;
        if let Some(verb) = Verb::from_byte(byte) {
            self.telnet = true;
            self.state = State::Option(verb);
        } else if byte == SB {
            self.telnet = true;
            self.suboption.clear();
            self.state = State::Suboption;
        } else if !self.telnet {
            data.put_slice(&[IAC, byte]);
        } else if byte == IAC {
            data.put_u8(IAC);
        }
        // No other command of RFC 854 means anything to a serial port.
    }

    /// One byte beyond the limit is kept, as the sign that there were too many.
    fn keep(&mut self, byte: u8) {
        if self.suboption.len() <= SUBOPTION_LIMIT {
            self.suboption.push(byte);
        }
    }
}

/// Whether `data` are not the same on the wire.
pub(super) fn needs_escape(data: &[u8]) -> bool {
    data.contains(&IAC)
}

/// Appends data as they are on the wire.
pub(super) fn escape(data: &[u8], wire: &mut BytesMut) {
    wire.reserve(data.len() + 16);
    for piece in data.split_inclusive(|&byte| byte == IAC) {
        wire.extend_from_slice(piece);
        if piece.last() == Some(&IAC) {
            wire.put_u8(IAC);
        }
    }
}

/// Appends a suboption.
pub(super) fn suboption(option: u8, bytes: &[u8], wire: &mut BytesMut) {
    wire.put_slice(&[IAC, SB, option]);
    escape(bytes, wire);
    wire.put_slice(&[IAC, SE]);
}

/// Which options are on. We offer none by ourselves; of what a host asks for, this is accepted:
/// 8-bit data and no go-ahead in both directions, that the modem echoes, and RFC 2217.
#[derive(Debug, Default)]
pub(super) struct Options {
    ours: BTreeSet<u8>,
    theirs: BTreeSet<u8>,
}

impl Options {
    const OURS: [u8; 4] = [BINARY, ECHO, SUPPRESS_GO_AHEAD, COM_PORT];
    const THEIRS: [u8; 3] = [BINARY, SUPPRESS_GO_AHEAD, COM_PORT];

    /// Whether `option` is on in either direction.
    pub(super) fn is_on(&self, option: u8) -> bool {
        self.ours.contains(&option) || self.theirs.contains(&option)
    }

    /// Takes note of what the host wants, and appends the answer. A wish for what is so already
    /// has none, or two sides would confirm for ever.
    pub(super) fn hear(&mut self, verb: Verb, option: u8, wire: &mut BytesMut) {
        let answer = match verb {
            Verb::Will if !Self::THEIRS.contains(&option) => Some(Verb::Dont),
            Verb::Will => self.theirs.insert(option).then_some(Verb::Do),
            Verb::Wont => self.theirs.remove(&option).then_some(Verb::Dont),
            Verb::Do if !Self::OURS.contains(&option) => Some(Verb::Wont),
            Verb::Do => self.ours.insert(option).then_some(Verb::Will),
            Verb::Dont => self.ours.remove(&option).then_some(Verb::Wont),
        };
        if let Some(answer) = answer {
            wire.put_slice(&[IAC, answer as u8, option]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Decodes `pieces`, one after the other.
    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Vec<Command>) {
        let (mut decoder, mut data) = (Decoder::default(), BytesMut::new());
        let mut commands = Vec::new();
        for piece in pieces {
            let mut input = BytesMut::from(piece);
            while let Some(command) = decoder.next(&mut input, &mut data) {
                commands.push(command);
            }
            assert!(decoder.suboption.len() <= SUBOPTION_LIMIT + 1);
        }
        (data.to_vec(), commands)
    }

    fn pieces(bytes: &[u8], sizes: &[usize]) -> Vec<Vec<u8>> {
        let (mut rest, mut sizes) = (bytes, sizes.iter().cycle());
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(*sizes.next().expect("a cycle")));
            pieces.push(piece.to_vec());
            rest = after;
        }
        pieces
    }

    /// Bytes in which commands, whole and broken, are frequent.
    fn wire() -> impl Strategy<Value = Vec<u8>> {
        let special = prop::sample::select(vec![IAC, SB, SE, 251, 252, 253, 254, COM_PORT, 0, 13]);
        prop::collection::vec(prop_oneof![3 => special, 1 => any::<u8>()], 0..600)
    }

    proptest! {
        #[test]
        fn any_chunking_of_any_bytes_means_the_same(
            wire in wire(),
            sizes in prop::collection::vec(1_usize..9, 1..9),
        ) {
            let whole = decode([wire.as_slice()]);
            let chunked = pieces(&wire, &sizes);
            prop_assert_eq!(whole, decode(chunked.iter().map(Vec::as_slice)));
        }

        #[test]
        fn escaped_data_and_suboptions_come_back_in_any_chunking(
            parts in prop::collection::vec((any::<bool>(), wire()), 0..6),
            sizes in prop::collection::vec(1_usize..9, 1..9),
        ) {
            let mut wire = BytesMut::from(&[IAC, Verb::Will as u8, BINARY][..]);
            let mut data = Vec::new();
            let mut commands = vec![Command::Option(Verb::Will, BINARY)];
            for (is_data, bytes) in &parts {
                if *is_data {
                    escape(bytes, &mut wire);
                    data.extend_from_slice(bytes);
                } else {
                    suboption(COM_PORT, bytes, &mut wire);
                    if bytes.len() < SUBOPTION_LIMIT {
                        commands.push(Command::Suboption([&[COM_PORT], bytes.as_slice()].concat()));
                    }
                }
            }
            let chunked = pieces(&wire, &sizes);
            prop_assert_eq!((data, commands), decode(chunked.iter().map(Vec::as_slice)));
        }

        #[test]
        fn what_needs_no_escape_is_the_same_on_the_wire(data in wire()) {
            let mut wire = BytesMut::new();
            escape(&data, &mut wire);
            prop_assert_eq!(needs_escape(&data), wire != data);
        }
    }

    #[test]
    fn a_raw_host_may_send_any_byte_but_an_option_command() {
        let raw = [b"AT\r\xff\xff\xff\xf1\0".as_slice(), &[IAC, SE, IAC, b'x']].concat();
        assert_eq!(decode([raw.as_slice()]), (raw, vec![]));
    }

    #[test]
    fn commands_without_a_meaning_are_no_data() {
        let wire = [IAC, Verb::Dont as u8, ECHO, b'A', IAC, 241, IAC, 249, b'T', IAC, IAC];
        let expected = (b"AT\xff".to_vec(), vec![Command::Option(Verb::Dont, ECHO)]);
        assert_eq!(decode([wire.as_slice()]), expected);
    }

    #[test]
    fn a_suboption_without_an_end_is_dropped_and_the_next_command_heard() {
        let wire = [IAC, SB, COM_PORT, 5, IAC, Verb::Will as u8, BINARY, b'A'];
        let expected = (b"A".to_vec(), vec![Command::Option(Verb::Will, BINARY)]);
        assert_eq!(decode([wire.as_slice()]), expected);
    }

    #[test]
    fn an_endless_suboption_takes_no_memory_and_is_dropped() {
        let long = vec![7; 1_000_000];
        let after = [IAC, SE, b'A'];
        let wire = [&[IAC, SB][..], &long, &after].concat();
        assert_eq!(decode(wire.chunks(1000)), (b"A".to_vec(), vec![]));
    }

    #[test]
    fn options_are_confirmed_once_and_refused_each_time() {
        let mut options = Options::default();
        let mut hear = |verb, option| {
            let mut wire = BytesMut::new();
            options.hear(verb, option, &mut wire);
            (wire.to_vec(), options.is_on(option))
        };
        let answer = |verb, option| vec![IAC, verb as u8, option];
        assert_eq!(hear(Verb::Will, COM_PORT), (answer(Verb::Do, COM_PORT), true));
        assert_eq!(hear(Verb::Will, COM_PORT), (vec![], true));
        assert_eq!(hear(Verb::Wont, COM_PORT), (answer(Verb::Dont, COM_PORT), false));
        assert_eq!(hear(Verb::Wont, COM_PORT), (vec![], false));
        assert_eq!(hear(Verb::Do, ECHO), (answer(Verb::Will, ECHO), true));
        assert_eq!(hear(Verb::Dont, ECHO), (answer(Verb::Wont, ECHO), false));
        for _ in 0..2 {
            assert_eq!(hear(Verb::Do, 24), (answer(Verb::Wont, 24), false));
            assert_eq!(hear(Verb::Will, 24), (answer(Verb::Dont, 24), false));
            assert_eq!(hear(Verb::Will, ECHO), (answer(Verb::Dont, ECHO), false));
        }
    }
}
