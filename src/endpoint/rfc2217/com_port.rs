//! The COM-PORT-OPTION (RFC 2217): what a host sets and asks, and what it is told.
//!
//! There is no UART behind it. Settings of the line are kept and confirmed, whatever they are;
//! the access server's own flow control too, because what the modem does with RTS and CTS is up to
//! `AT+IFC`. Line errors don't happen, and no buffer holds anything that could be purged: what the
//! modem says is with the host at once.

use bytes::BytesMut;

use super::super::{HostEvent, Signals};
use super::telnet::{COM_PORT, suboption};

/// What a host sends (RFC 2217 §3); our answers are 100 more.
mod code {
    pub(super) const SIGNATURE: u8 = 0;
    pub(super) const SET_BAUDRATE: u8 = 1;
    pub(super) const SET_DATASIZE: u8 = 2;
    pub(super) const SET_PARITY: u8 = 3;
    pub(super) const SET_STOPSIZE: u8 = 4;
    pub(super) const SET_CONTROL: u8 = 5;
    pub(super) const NOTIFY_LINESTATE: u8 = 6;
    pub(super) const NOTIFY_MODEMSTATE: u8 = 7;
    pub(super) const FLOWCONTROL_SUSPEND: u8 = 8;
    pub(super) const FLOWCONTROL_RESUME: u8 = 9;
    pub(super) const SET_LINESTATE_MASK: u8 = 10;
    pub(super) const SET_MODEMSTATE_MASK: u8 = 11;
    pub(super) const PURGE_DATA: u8 = 12;
    pub(super) const ANSWER: u8 = 100;
}

/// The values of SET-CONTROL; in each group the first one asks.
mod control {
    pub(super) const FLOW: u8 = 0;
    pub(super) const NO_FLOW: u8 = 1;
    pub(super) const HARDWARE_FLOW: u8 = 3;
    pub(super) const BREAK: u8 = 4;
    pub(super) const BREAK_ON: u8 = 5;
    pub(super) const BREAK_OFF: u8 = 6;
    pub(super) const DTR: u8 = 7;
    pub(super) const DTR_ON: u8 = 8;
    pub(super) const DTR_OFF: u8 = 9;
    pub(super) const RTS: u8 = 10;
    pub(super) const RTS_ON: u8 = 11;
    pub(super) const RTS_OFF: u8 = 12;
    pub(super) const FLOW_IN: u8 = 13;
    pub(super) const NO_FLOW_IN: u8 = 14;
    pub(super) const HARDWARE_FLOW_IN: u8 = 16;
    pub(super) const DCD_FLOW: u8 = 17;
    pub(super) const DTR_FLOW_IN: u8 = 18;
    pub(super) const DSR_FLOW: u8 = 19;
}

/// Both registers of the transmitter are empty, and no error: the line state at all times.
const LINE_STATE: u8 = 0x60;

/// RI in the modem state.
const RI: u8 = 0x40;

/// What a host is told that asks for our signature.
const NAME: &str = concat!("qftpsim ", env!("CARGO_PKG_VERSION"));

/// The port as one host sees it.
#[derive(Debug)]
pub(super) struct ComPort {
    /// bit/s.
    baud: u32,
    /// 5–8 bits.
    data_size: u8,
    /// 1 none, 2 odd, 3 even, 4 mark, 5 space.
    parity: u8,
    /// 1 one, 2 two, 3 one and a half.
    stop_size: u8,
    /// The access server's own flow control, outbound and inbound, as values of SET-CONTROL.
    flow: u8,
    flow_in: u8,
    breaking: bool,
    dtr: bool,
    rts: bool,
    line_mask: u8,
    modem_mask: u8,
    /// The host wants no data for now.
    pub(super) suspended: bool,
    /// What the host was told last, if anything.
    told: Option<Signals>,
}

impl Default for ComPort {
    /// As a host finds it: 115200 bit/s, 8N1, DTR and RTS on, all of the modem state told, nothing
    /// of the line state (the defaults of RFC 2217).
    fn default() -> Self {
        Self {
            baud: 115_200,
            data_size: 8,
            parity: 1,
            stop_size: 1,
            flow: control::NO_FLOW,
            flow_in: control::NO_FLOW_IN,
            breaking: false,
            dtr: true,
            rts: true,
            line_mask: 0,
            modem_mask: 0xFF,
            suspended: false,
            told: None,
        }
    }
}

impl ComPort {
    /// Does what the command of a host says, and appends the answer to `wire`. What is unknown or
    /// incomplete is ignored; a value that can't be is answered with the one that stays.
    pub(super) fn command(&mut self, command: &[u8], wire: &mut BytesMut) -> Option<HostEvent> {
        let (&code, value) = command.split_first()?;
        let mut event = None;
        match (code, value) {
            (code::SIGNATURE, []) => answer(code, NAME.as_bytes(), wire),
            (code::SET_BAUDRATE, &[a, b, c, d]) => {
                let baud = u32::from_be_bytes([a, b, c, d]);
                if baud != 0 && std::mem::replace(&mut self.baud, baud) != baud {
                    event = Some(HostEvent::Baud(baud));
                }
                answer(code, &self.baud.to_be_bytes(), wire);
            }
            (code::SET_DATASIZE, &[size, ..]) => {
                set(&mut self.data_size, size, (5..=8).contains(&size), code, wire);
            }
            (code::SET_PARITY, &[parity, ..]) => {
                set(&mut self.parity, parity, (1..=5).contains(&parity), code, wire);
            }
            (code::SET_STOPSIZE, &[size, ..]) => {
                set(&mut self.stop_size, size, (1..=3).contains(&size), code, wire);
            }
            (code::SET_CONTROL, &[value, ..]) => {
                event = self.control(value);
                if let Some(now) = self.control_state(value) {
                    answer(code, &[now], wire);
                }
            }
            (code::NOTIFY_LINESTATE, _) => answer(code, &[LINE_STATE], wire),
            // It is told as if for the first time.
            (code::NOTIFY_MODEMSTATE, _) => self.told = None,
            (code::FLOWCONTROL_SUSPEND, _) => self.suspended = true,
            (code::FLOWCONTROL_RESUME, _) => self.suspended = false,
            (code::SET_LINESTATE_MASK, &[mask, ..]) => {
                set(&mut self.line_mask, mask, true, code, wire);
            }
            (code::SET_MODEMSTATE_MASK, &[mask, ..]) => {
                set(&mut self.modem_mask, mask, true, code, wire);
            }
            (code::PURGE_DATA, &[which, ..]) => answer(code, &[which], wire),
            _ => {}
        }
        event
    }

    fn control(&mut self, value: u8) -> Option<HostEvent> {
        let changed = |line: &mut bool, on| (std::mem::replace(line, on) != on).then_some(on);
        match value {
            control::NO_FLOW..=control::HARDWARE_FLOW => {
                self.flow = value;
                // In one word for both directions.
                self.flow_in = value + control::FLOW_IN;
            }
            control::DCD_FLOW | control::DSR_FLOW => self.flow = value,
            control::NO_FLOW_IN..=control::HARDWARE_FLOW_IN | control::DTR_FLOW_IN => {
                self.flow_in = value;
            }
            control::BREAK_ON | control::BREAK_OFF => {
                let on = value == control::BREAK_ON;
                return changed(&mut self.breaking, on).map(HostEvent::Break);
            }
            control::DTR_ON | control::DTR_OFF => {
                return changed(&mut self.dtr, value == control::DTR_ON).map(HostEvent::Dtr);
            }
            control::RTS_ON | control::RTS_OFF => {
                return changed(&mut self.rts, value == control::RTS_ON).map(HostEvent::Rts);
            }
            _ => {}
        }
        None
    }

    /// The state of what `value` sets or asks for.
    fn control_state(&self, value: u8) -> Option<u8> {
        let either = |is_on, on, off| if is_on { on } else { off };
        Some(match value {
            control::FLOW..=control::HARDWARE_FLOW | control::DCD_FLOW | control::DSR_FLOW => {
                self.flow
            }
            control::BREAK..=control::BREAK_OFF => {
                either(self.breaking, control::BREAK_ON, control::BREAK_OFF)
            }
            control::DTR..=control::DTR_OFF => either(self.dtr, control::DTR_ON, control::DTR_OFF),
            control::RTS..=control::RTS_OFF => either(self.rts, control::RTS_ON, control::RTS_OFF),
            control::FLOW_IN..=control::HARDWARE_FLOW_IN | control::DTR_FLOW_IN => self.flow_in,
            _ => return None,
        })
    }

    /// Tells the modem's lines, if one has changed that the host wants to know about. The first
    /// time they are told as they are: pyserial asks for them and does not wait.
    pub(super) fn tell(&mut self, now: Signals, wire: &mut BytesMut) {
        let state = match self.told.replace(now) {
            None => levels(now),
            Some(before) => {
                let changes = changes(before, now);
                if (levels(before) ^ levels(now) | changes) & self.modem_mask == 0 {
                    return;
                }
                levels(now) | changes
            }
        };
        answer(code::NOTIFY_MODEMSTATE, &[state & self.modem_mask], wire);
    }
}

fn answer(code: u8, value: &[u8], wire: &mut BytesMut) {
    suboption(COM_PORT, &[&[code + code::ANSWER], value].concat(), wire);
}

/// Sets what a host may set, and answers with what it is then.
fn set(setting: &mut u8, value: u8, is_valid: bool, code: u8, wire: &mut BytesMut) {
    if is_valid {
        *setting = value;
    }
    answer(code, &[*setting], wire);
}

/// The upper half of the modem state: which lines are on.
fn levels(Signals { dcd, ri, dsr, cts }: Signals) -> u8 {
    u8::from(dcd) << 7 | u8::from(ri) << 6 | u8::from(dsr) << 5 | u8::from(cts) << 4
}

/// The lower half: which lines have changed; of RI only that it went off.
fn changes(before: Signals, now: Signals) -> u8 {
    let changed = levels(before) ^ levels(now);
    let ring_began = changed & levels(now) & RI;
    (changed & !ring_began) >> 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ON: Signals = Signals { dcd: false, ri: false, dsr: true, cts: true };

    /// What the port answers to a command, without the telnet around it, and what it tells of it.
    fn ask(port: &mut ComPort, command: &[u8]) -> (Vec<u8>, Option<HostEvent>) {
        let mut wire = BytesMut::new();
        let event = port.command(command, &mut wire);
        (content(&wire), event)
    }

    /// Without `IAC SB 44` and `IAC SE`.
    fn content(wire: &[u8]) -> Vec<u8> {
        if wire.is_empty() { Vec::new() } else { wire[3..wire.len() - 2].to_vec() }
    }

    fn tell(port: &mut ComPort, signals: Signals) -> Vec<u8> {
        let mut wire = BytesMut::new();
        port.tell(signals, &mut wire);
        content(&wire)
    }

    #[test]
    fn settings_are_kept_and_confirmed_and_impossible_ones_answered_with_what_stays() {
        let mut port = ComPort::default();
        let cases: &[(&[u8], &[u8])] = &[
            (&[1, 0, 0, 0, 0], &[101, 0, 1, 0xC2, 0]),
            (&[2, 0], &[102, 8]),
            (&[2, 7], &[102, 7]),
            (&[2, 9], &[102, 7]),
            (&[3, 0], &[103, 1]),
            (&[3, 3], &[103, 3]),
            (&[3, 6], &[103, 3]),
            (&[4, 2], &[104, 2]),
            (&[4, 0], &[104, 2]),
            (&[10, 0x10], &[110, 0x10]),
            (&[11, 0x80], &[111, 0x80]),
            (&[12, 3], &[112, 3]),
            (&[6], &[106, LINE_STATE]),
        ];
        for (command, expected) in cases {
            assert_eq!(ask(&mut port, command), (expected.to_vec(), None), "{command:?}");
        }
        let expected = (vec![101, 0, 0, 0x25, 0x80], Some(HostEvent::Baud(9600)));
        assert_eq!(ask(&mut port, &[1, 0, 0, 0x25, 0x80]), expected);
        assert_eq!(ask(&mut port, &[1, 0, 0, 0x25, 0x80]).1, None, "no change");
        assert_eq!(ask(&mut port, &[0]).0[1..], *NAME.as_bytes());
    }

    #[test]
    fn lines_are_told_once_per_change_and_answered_each_time() {
        for (on, off, event) in [
            (5, 6, HostEvent::Break as fn(bool) -> HostEvent),
            (8, 9, HostEvent::Dtr),
            (11, 12, HostEvent::Rts),
        ] {
            let mut port = ComPort::default();
            ask(&mut port, &[5, off]);
            assert_eq!(ask(&mut port, &[5, on]), (vec![105, on], Some(event(true))));
            assert_eq!(ask(&mut port, &[5, on]), (vec![105, on], None));
            assert_eq!(ask(&mut port, &[5, on.min(off) - 1]), (vec![105, on], None), "asked");
            assert_eq!(ask(&mut port, &[5, off]), (vec![105, off], Some(event(false))));
        }
    }

    #[test]
    fn flow_control_is_kept_for_each_direction() {
        let mut port = ComPort::default();
        for (value, answer) in [
            (0, 1),
            (13, 14),
            (3, 3),
            (13, 16),
            (15, 15),
            (0, 3),
            (19, 19),
            (18, 18),
            (2, 2),
            (13, 15),
        ] {
            assert_eq!(ask(&mut port, &[5, value]), (vec![105, answer], None), "{value}");
        }
        assert_eq!(ask(&mut port, &[5, 20]), (vec![], None));
    }

    #[test]
    fn the_modem_state_is_told_at_first_and_at_each_change() {
        let mut port = ComPort::default();
        assert_eq!(tell(&mut port, ON), [107, 0x30]);
        assert_eq!(tell(&mut port, ON), b"");
        assert_eq!(tell(&mut port, Signals { dcd: true, ..ON }), [107, 0xB8]);
        assert_eq!(tell(&mut port, ON), [107, 0x38]);
        // RI: its beginning is no change in the sense of the lower half.
        assert_eq!(tell(&mut port, Signals { ri: true, ..ON }), [107, 0x70]);
        assert_eq!(tell(&mut port, ON), [107, 0x34]);
        assert_eq!(ask(&mut port, &[7]), (vec![], None));
        assert_eq!(tell(&mut port, ON), [107, 0x30], "asked");
    }

    #[test]
    fn a_change_behind_the_mask_is_not_told() {
        let mut port = ComPort::default();
        tell(&mut port, ON);
        ask(&mut port, &[11, 0x80]);
        assert_eq!(tell(&mut port, Signals { cts: false, ..ON }), b"");
        assert_eq!(tell(&mut port, Signals { dcd: true, ..ON }), [107, 0x80]);
        assert_eq!(tell(&mut port, ON), [107, 0], "that it went off is news as well");
    }

    proptest! {
        #[test]
        fn any_command_has_at_most_one_short_answer(
            commands in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
        ) {
            let mut port = ComPort::default();
            for command in commands {
                let (answer, _) = ask(&mut port, &command);
                prop_assert!(answer.len() <= 1 + NAME.len(), "{:?}: {:?}", command, answer);
                if let Some(answered) = answer.first() {
                    prop_assert_eq!(*answered, command[0] + 100);
                }
            }
        }
    }
}
