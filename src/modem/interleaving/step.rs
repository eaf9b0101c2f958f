//! The steps of an interleaving, chosen by proptest or read from the bytes of a fuzzer.

use crate::modem::link::LinkError;

use super::fault::Fault;

/// What the host may ask for.
pub(super) const LINES: &[&str] = &[
    "AT",
    "AT+CSQ",
    "AT+BOGUS",
    "ATO",
    "AT&D0",
    "AT&D1",
    "AT&D2",
    "AT+QIDEACT=1",
    "AT+QIACT=1",
    "AT+CFUN=4",
    "AT+CFUN=1",
    "AT+QFTPOPEN=\"h\"",
    "AT+QFTPCLOSE",
    "AT+QFTPSTAT",
    "AT+QFTPLEN",
    "AT+QFTPPWD",
    "AT+QFTPSIZE=\"f\"",
    "AT+QFTPSIZE=\"f\";+CSQ",
    "AT+QFTPPUT=\"f\",\"COM:\"",
    "AT+QFTPPUT=\"f\",\"COM:\",0,4,0",
    "AT+QFTPPUT=\"f\",\"COM:\",4,4,1",
    "AT+QFTPPUT=\"f\",\"COM:\",0,6;+QFTPPWD",
    "AT+QFTPPUT=\"f\",\"RAM:f\"",
    "AT+QFTPGET=\"f\",\"COM:\"",
    "AT+QFTPGET=\"f\",\"COM:\",0,5;+QIDEACT=1",
    "AT+QFTPGET=\"f\",\"COM:\",0,100000",
    "AT+QFTPGET=\"f\",\"RAM:f\"",
    "AT+QFTPLIST=\".\"",
    "AT+QFTPMLSD=\".\"",
    "AT+QFUPL=\"RAM:f\",1500,5,1",
    "AT+QFUPL=\"RAM:f\",2048;+CSQ",
    "AT+QFDWL=\"RAM:f\"",
    "AT+QFDEL=\"RAM:*\"",
    "AT+QFOPEN=\"RAM:f\"",
    "AT+QFREAD=1",
    "AT+QFWRITE=1,3",
    "AT+QFCLOSE=1",
];

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The host sends this line if it waits for nothing.
    Line(&'static str),
    /// It sends the beginning of a line, and the rest before anything else.
    HalfLine,
    /// So many bytes of data, where data are due; as far as there is credit.
    Data(usize),
    /// `+++` between its silences.
    Escape,
    /// Bytes of all kinds, where chaos reigns.
    Noise(Vec<u8>),
    /// Time passes.
    Pass(u64),
    /// The next deadline comes.
    Deadline,
    /// So many days pass in which nobody looked, as when the computer was asleep.
    Asleep(u64),
    /// A line that the host is said to have sent so many seconds ago.
    Belated(u64),
    /// The link does the next thing that is due of it.
    Serve,
    /// What it does fails.
    Fail(LinkError, bool),
    /// It says something to an operation `back` before the last, due or not.
    Wild {
        kind: u8,
        back: u64,
    },
    Lost,
    Read(bool),
    Present(bool),
    Dtr(bool),
    /// The network drops the context.
    DropContext,
    /// The supply comes or goes.
    Power(bool),
    /// Something goes wrong, now or when its moment comes.
    Fault(Fault),
}

/// The failures that a fuzzer can choose from.
const CAUSES: [LinkError; 6] = [
    LinkError::Reply(421),
    LinkError::Reply(452),
    LinkError::Reply(550),
    LinkError::DataNotOpened,
    LinkError::DataClosed,
    LinkError::ControlClosed,
];

impl Step {
    /// Reads a step from the front of `bytes`; `None` at their end. Any byte means something.
    pub(super) fn take(bytes: &mut &[u8]) -> Option<Step> {
        let mut byte = || {
            let (&first, rest) = bytes.split_first()?;
            *bytes = rest;
            Some(first)
        };
        Some(match byte()? % 17 {
            0 | 1 => Step::Line(LINES[usize::from(byte()?) % LINES.len()]),
            2 => Step::HalfLine,
            3 => Step::Data(1 + 12 * usize::from(byte()?)),
            4 => Step::Escape,
            5 => Step::Noise((0..=byte()? % 20).map_while(|_| byte()).collect()),
            6 => Step::Pass(1 + 3 * u64::from(byte()?)),
            7 => Step::Pass(1000 * u64::from(byte()?)),
            8 => Step::Deadline,
            9 | 10 => Step::Serve,
            11 => {
                let choice = byte()?;
                let cause = CAUSES[usize::from(choice >> 1) % CAUSES.len()].clone();
                Step::Fail(cause, choice & 1 == 1)
            }
            12 => {
                let choice = byte()?;
                Step::Wild { kind: choice % 8, back: u64::from(choice / 8 % 3) }
            }
            13 => Step::Lost,
            14 => Step::Read(byte()? & 1 == 1),
            15 => match byte()? % 9 {
                0 => Step::Present(false),
                1 => Step::Present(true),
                2 => Step::Dtr(false),
                3 => Step::Dtr(true),
                4 => Step::DropContext,
                5 => Step::Power(false),
                6 => Step::Power(true),
                7 => Step::Asleep(16 * u64::from(byte()?)),
                _ => Step::Belated(u64::from(byte()?)),
            },
            _ => Step::Fault(Fault::of([byte()?, byte()?, byte()?])),
        })
    }
}
