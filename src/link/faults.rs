//! A scenario's faults and network between the FTP client and the server: the [`Interposer`] that
//! carries out what the [`Rules`] say.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::time::Duration;

use super::interposer::{
    Carriage, Channel, Command, DataOpening, Direction, End, Exchange, Handling, Handshake,
    Interposer, Interposition, Occasion, Opening, Passage, Reply, Verdict,
};
use crate::clock::Clock;
use crate::modem::intercept::Flow;
use crate::modem::link::TlsFailure;
use crate::scenario::Verb;
use crate::scenario::engine::{self, Moment, Rules};
use crate::scenario::faults::{ControlEnd, DataEnd, Failure, Said, WireDeed};
use crate::time::ModuleTime;

/// What the server says to the end of a transfer whose data connection has failed (RFC 959 §4.2.2).
const BROKEN_OFF: (u16, &str) = (426, "Connection closed; transfer aborted.");

/// Puts `rules` between the sessions of a modem and their servers.
pub fn interposition(rules: &Rules, clock: Clock) -> Interposition {
    let sessions = rules.clone();
    let interposition =
        Interposition::new(clock, move || Box::new(Faults { rules: sessions.clone() }));
    let bell = interposition.bell();
    rules.on_wire_change(move || bell.ring());
    interposition
}

/// The faults of one session.
#[derive(Debug)]
struct Faults {
    rules: Rules,
}

impl Interposer for Faults {
    fn opening(&mut self, now: ModuleTime, _: &str, _: u16) -> Verdict<Opening> {
        let deed = self.rules.moment(now, Moment::Opening);
        let wait = self.wait(now);
        let action = match deed {
            Some(WireDeed::Unresolvable) => Opening::NotResolved,
            Some(WireDeed::Unreachable) => Opening::Unreachable,
            Some(WireDeed::Refused) => Opening::Refused,
            _ if wait.is_none() => Opening::Silent,
            _ => Opening::Pass,
        };
        Verdict::from(action).after(wait.unwrap_or_default() + self.rules.round_trip(now))
    }

    fn handshake(&mut self, now: ModuleTime, channel: Channel) -> Verdict<Handshake> {
        let deed = self.rules.moment(now, Moment::Handshake(channel.into()));
        let wait = self.wait(now);
        let action = match deed {
            Some(WireDeed::TlsFails(how)) => Handshake::Fail(how.into()),
            _ if wait.is_none() => Handshake::Silent,
            _ => Handshake::Pass,
        };
        Verdict::from(action).after(wait.unwrap_or_default() + self.rules.round_trip(now))
    }

    fn command(&mut self, now: ModuleTime, command: &Command) -> Verdict<Exchange> {
        let verb = Verb::ALL.iter().find(|verb| verb.word() == command.verb);
        let deed = verb.and_then(|&verb| self.rules.moment(now, Moment::Said(verb)));
        let wait = self.wait(now);
        let action = match (deed.and_then(exchange), wait) {
            (Some(exchange), _) => exchange,
            (None, None) => Exchange::Swallow,
            (None, Some(_)) => Exchange::Pass,
        };
        Verdict::from(action).after(wait.unwrap_or_default())
    }

    fn reply(
        &mut self,
        now: ModuleTime,
        reply: &Reply,
        occasion: Occasion<'_>,
    ) -> Verdict<Exchange> {
        let last_word = reply.code >= 200;
        let moment = match occasion {
            Occasion::Greeting => Some(Moment::Greeting),
            Occasion::Command(command) if last_word && command.is_transfer() => {
                Some(Moment::FinalReply)
            }
            _ => None,
        };
        let deed = moment.and_then(|moment| self.rules.moment(now, moment));
        let wait = self.wait(now);
        let action = match (deed.and_then(exchange), wait) {
            (Some(exchange), _) => exchange,
            (None, None) => Exchange::Swallow,
            (None, Some(_)) => Exchange::Pass,
        };
        let later = self.rules.round_trip(now) + self.rules.network(now).reply_delay;
        Verdict::from(action).after(wait.unwrap_or_default() + later)
    }

    fn announced(&mut self, now: ModuleTime, address: SocketAddr) -> SocketAddr {
        match self.rules.moment(now, Moment::Announced) {
            Some(WireDeed::PassiveAddress(ip)) => SocketAddr::new(ip.into(), address.port()),
            _ => address,
        }
    }

    fn data_opening(&mut self, now: ModuleTime, _: SocketAddr) -> Verdict<DataOpening> {
        let deed = self.rules.moment(now, Moment::DataOpening);
        let wait = self.wait(now);
        let action = match deed {
            Some(WireDeed::DataRefused) => DataOpening::Refused,
            Some(WireDeed::DataSilent) => DataOpening::Silent,
            _ if wait.is_none() => DataOpening::Silent,
            _ => DataOpening::Pass,
        };
        Verdict::from(action).after(wait.unwrap_or_default() + self.rules.round_trip(now))
    }

    fn data(&mut self, now: ModuleTime, direction: Direction, passed: u64) -> Passage {
        let flow = match direction {
            Direction::Up => Flow::Upload,
            Direction::Down => Flow::Download,
        };
        let (until, deed) = self.rules.data(now, flow, passed);
        let network = self.rules.network(now);
        let rate = match direction {
            Direction::Up => network.up,
            Direction::Down => network.down,
        };
        let rate = rate.and_then(|rate| NonZeroU64::new(rate.0));
        let expires = network.until;
        let carry = |handling, until| Passage::Carry(Carriage { handling, until, rate, expires });
        match deed {
            Some(WireDeed::Reply(said)) => Passage::Close(Some(said.into())),
            Some(WireDeed::DataEnds(end)) => {
                let (code, text) = BROKEN_OFF;
                let reply = Some(Reply::new(code, text));
                match end {
                    DataEnd::Closed => Passage::Close(reply),
                    DataEnd::Reset => Passage::Reset(reply),
                }
            }
            Some(WireDeed::ControlEnds(end)) => Passage::EndControl(end.into()),
            Some(WireDeed::DataStalls(lasts)) => Passage::Stall(lasts),
            Some(WireDeed::DataSwallowed) => carry(Handling::Swallowed, u64::MAX),
            Some(WireDeed::DataInverted(bytes)) => carry(Handling::Inverted, passed + bytes),
            _ if network.lost.is_some() => Passage::Stall(self.wait(now)),
            _ => carry(Handling::Intact, until),
        }
    }

    fn called(&mut self, _: ModuleTime) -> Option<End> {
        self.rules.control_end().map(End::from)
    }
}

impl Faults {
    /// How long something said now has to wait for the radio; `None` is for good.
    fn wait(&self, now: ModuleTime) -> Option<Duration> {
        match self.rules.network(now).lost {
            None => Some(Duration::ZERO),
            Some(until) => until.map(|until| until - now),
        }
    }
}

/// What becomes of a command or a reply.
fn exchange(deed: WireDeed) -> Option<Exchange> {
    match deed {
        WireDeed::Reply(said) | WireDeed::FinalReply(said) => Some(Exchange::Answer(said.into())),
        WireDeed::ControlEnds(end) => Some(Exchange::End(end.into())),
        _ => None,
    }
}

impl From<Said> for Reply {
    fn from(said: Said) -> Reply {
        Reply::new(said.code, said.text)
    }
}

impl From<ControlEnd> for End {
    fn from(end: ControlEnd) -> End {
        match end {
            ControlEnd::Goodbye => End::Goodbye,
            ControlEnd::Closed => End::Close,
            ControlEnd::Reset => End::Reset,
        }
    }
}

impl From<Channel> for engine::Channel {
    fn from(channel: Channel) -> engine::Channel {
        match channel {
            Channel::Control => engine::Channel::Control,
            Channel::Data => engine::Channel::Data,
        }
    }
}

impl From<Failure> for TlsFailure {
    fn from(how: Failure) -> TlsFailure {
        match how {
            Failure::Alert => TlsFailure::Refused("HandshakeFailure".to_owned()),
            Failure::Closed => TlsFailure::Closed,
            Failure::Garbage => TlsFailure::NotTls,
        }
    }
}
