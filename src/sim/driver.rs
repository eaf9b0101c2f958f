//! The one loop that drives a modem: between its ports, its FTP side and its clock.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;

use crate::clock::Clock;
use crate::endpoint::{Endpoint, HostEvent, Signals};
use crate::link::LinkHandle;
use crate::modem::link::LinkEvent;
use crate::modem::{Input, Modem, Output};
use crate::scenario::engine::Rules;
use crate::transcript::event::{self as transcript, SerialLine};
use crate::transcript::report::Report;

use super::handle::Order;
use super::notice::Listener;
use super::recorder::Recorder;

/// Most bytes read while the modem takes none, to see what the host does after them: that it turns
/// DTR off, or closes the port.
const READ_AHEAD: usize = 64 * 1024;

/// So much of what has happened already is dealt with at the end.
const LAST_EVENTS: usize = 1000;

/// A modem and everything around it.
///
/// Several ports lead to the one modem. It talks to the host that spoke last; a port that is
/// opened while another is in use has to say something to get it.
pub(super) struct Driver {
    name: String,
    listener: Listener,
    modem: Modem,
    ports: Vec<Box<dyn Endpoint>>,
    /// The port whose host the modem talks to.
    active: Option<usize>,
    /// The port whose host keeps RTS off.
    rts_off: Option<usize>,
    /// The lines as the ports were told.
    signals: Signals,
    clock: Clock,
    link: LinkHandle,
    events: mpsc::Receiver<LinkEvent>,
    orders: mpsc::Receiver<Order>,
    rules: Option<Rules>,
    recorder: Option<Recorder>,
    /// Written by the modem, not yet taken by the host.
    unwritten: VecDeque<Bytes>,
    /// Read, but not yet given to the modem.
    buffer: BytesMut,
    /// How much was read since the modem took bytes.
    read_ahead: usize,
    alarm: Pin<Box<Sleep>>,
}

/// What woke the loop.
enum Event {
    Host(usize, HostEvent),
    Written(usize),
    Link(LinkEvent),
    Order(Order),
    Deadline,
}

impl Driver {
    pub(super) fn new(
        (name, listener): (String, Listener),
        mut modem: Modem,
        ports: Vec<Box<dyn Endpoint>>,
        clock: Clock,
        (link, events): (LinkHandle, mpsc::Receiver<LinkEvent>),
        orders: mpsc::Receiver<Order>,
    ) -> Driver {
        modem.handle_input(clock.now(), Input::HostPresent(false));
        Driver {
            name,
            listener,
            modem,
            ports,
            active: None,
            rts_off: None,
            signals: Signals::default(),
            alarm: Box::pin(tokio::time::sleep_until(clock.when(clock.now()))),
            clock,
            link,
            events,
            orders,
            rules: None,
            recorder: None,
            unwritten: VecDeque::new(),
            buffer: BytesMut::new(),
            read_ahead: 0,
        }
    }

    /// What goes wrong.
    pub(super) fn with_rules(self, rules: Rules) -> Driver {
        Driver { rules: Some(rules), ..self }
    }

    /// Tells `recorder` what happens.
    pub(super) fn with_recorder(mut self, recorder: Recorder) -> Driver {
        self.modem.record();
        Driver { recorder: Some(recorder), ..self }
    }

    /// Runs until `stop` says so or its other end is dropped, until a port is gone for good, or
    /// until one breaks.
    pub(super) async fn run(mut self, mut stop: oneshot::Receiver<()>) -> io::Result<()> {
        let ended = loop {
            self.carry_out();
            let event = tokio::select! {
                biased;
                _ = &mut stop => break self.deal_with_the_rest(),
                event = poll_fn(|cx| self.poll(cx)) => event,
            };
            match event.map(|event| self.deal_with(event)) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if let Some(recorder) = &self.recorder {
            recorder.finish(self.clock.now(), &mut self.modem);
        }
        ended
    }

    /// What has happened by now counts, but a host that never stops does not keep it going.
    fn deal_with_the_rest(&mut self) -> io::Result<()> {
        for _ in 0..LAST_EVENTS {
            let Some(event) = poll_fn(|cx| self.poll(cx)).now_or_never() else { break };
            if !self.deal_with(event?) {
                break;
            }
            self.carry_out();
        }
        Ok(())
    }

    /// Whether it goes on after `event`.
    fn deal_with(&mut self, event: Event) -> bool {
        match event {
            Event::Host(port, HostEvent::Opened) => self.opened(port),
            Event::Host(port, HostEvent::Closed) => self.closed(port),
            Event::Host(port, HostEvent::Data) => self.data(port),
            Event::Host(port, HostEvent::Dtr(on)) => self.dtr(port, on),
            Event::Host(port, HostEvent::Rts(on)) => {
                self.record(transcript::Event::Line(SerialLine::Rts, on));
                self.rts_off = (!on).then_some(port);
            }
            // The modem's own settings count, and a break means nothing to it.
            Event::Host(_, HostEvent::Baud(_) | HostEvent::Break(_)) => {}
            Event::Host(_, HostEvent::Gone) => return false,
            Event::Written(count) => self.written(count),
            Event::Link(event) => {
                if let Some(text) = self.listener.hear(&self.name, &event) {
                    self.record(transcript::Event::Notice(text));
                }
                self.input(Input::Link(event));
            }
            Event::Order(order) => order(self),
            Event::Deadline => self.input(Input::Timeout),
        }
        true
    }

    /// Takes note of something that happens now, if anybody wants to know.
    fn record(&self, event: transcript::Event) {
        if let Some(recorder) = &self.recorder {
            recorder.note(self.clock.now(), event);
        }
    }

    pub(super) fn input(&mut self, input: Input) {
        self.modem.handle_input(self.clock.now(), input);
    }

    /// The modem after all that was due by now.
    pub(super) fn modem_now(&mut self) -> &mut Modem {
        self.input(Input::Timeout);
        &mut self.modem
    }

    /// What the run would come to if it were over.
    pub(super) fn report(&mut self) -> Option<Report> {
        self.input(Input::Timeout);
        let recorder = self.recorder.as_ref()?;
        Some(recorder.so_far(self.clock.now(), &mut self.modem))
    }

    /// Passes on what the modem wants.
    fn carry_out(&mut self) {
        loop {
            while let Some(output) = self.modem.poll_output() {
                match output {
                    Output::Host(bytes) => {
                        if let Some(recorder) = &self.recorder {
                            let event = transcript::Event::ToHost(bytes.clone());
                            recorder.note(self.modem.now(), event);
                        }
                        self.unwritten.push_back(bytes);
                    }
                    Output::Link(request) => self.link.request(request),
                    Output::Record(record) => {
                        if let Some(recorder) = &self.recorder {
                            recorder.note(self.modem.now(), transcript::Event::Modem(record));
                        }
                    }
                }
            }
            if self.active.is_some() || self.unwritten.is_empty() {
                break;
            }
            // Nobody listens: as on a serial line, it is lost, and there may be more.
            let lost = self.unwritten.drain(..).map(|bytes| bytes.len()).sum();
            self.input(Input::HostTook(lost));
        }
        self.tell_signals();
        if let Some(deadline) = self.modem.next_deadline() {
            let when = self.clock.when(deadline);
            if when != self.alarm.deadline() {
                self.alarm.as_mut().reset(when);
            }
        }
    }

    /// Tells the ports what the modem does with its lines. Carrier goes only after the last byte
    /// that was written with it.
    fn tell_signals(&mut self) {
        let carrier_stays = self.signals.dcd && !self.unwritten.is_empty();
        let signals = Signals {
            dcd: self.modem.dcd() || carrier_stays,
            ri: self.modem.ri(),
            dsr: self.modem.dsr(),
            cts: self.modem.cts(),
        };
        if signals != self.signals {
            self.record_signals(signals);
            self.signals = signals;
            self.ports.iter_mut().for_each(|port| port.set_signals(signals));
        }
    }

    fn record_signals(&self, now: Signals) {
        let before = self.signals;
        for (line, before, now) in [
            (SerialLine::Dcd, before.dcd, now.dcd),
            (SerialLine::Ri, before.ri, now.ri),
            (SerialLine::Dsr, before.dsr, now.dsr),
            (SerialLine::Cts, before.cts, now.cts),
        ] {
            if before != now {
                self.record(transcript::Event::Line(line, now));
            }
        }
    }

    /// Whether the host that the modem talks to holds it back by RTS.
    fn is_held_back(&self) -> bool {
        self.modem.heeds_rts() && self.active.is_some() && self.active == self.rts_off
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        if !self.is_held_back()
            && let (Some(port), Some(bytes)) = (self.active, self.unwritten.front())
            && let Poll::Ready(count) = self.ports[port].poll_write(cx, bytes)
        {
            return Poll::Ready(count.map(Event::Written));
        }
        if let Poll::Ready(Some(event)) = self.events.poll_recv(cx) {
            return Poll::Ready(Ok(Event::Link(event)));
        }
        if let Poll::Ready(Some(order)) = self.orders.poll_recv(cx) {
            return Poll::Ready(Ok(Event::Order(order)));
        }
        let takes_bytes = self.modem.host_credit() > 0;
        if let Some(port) = self.active
            && takes_bytes
            && !self.buffer.is_empty()
        {
            return Poll::Ready(Ok(Event::Host(port, HostEvent::Data)));
        }
        for (at, port) in self.ports.iter_mut().enumerate() {
            // A host is hardly read while the modem has no room: that slows it down.
            let looks_ahead = self.active == Some(at) && self.read_ahead < READ_AHEAD;
            let before = self.buffer.len();
            let event = if takes_bytes || looks_ahead {
                port.poll_host(cx, &mut self.buffer)
            } else {
                port.poll_signals(cx)
            };
            if let Poll::Ready(event) = event {
                self.read_ahead += self.buffer.len() - before;
                return Poll::Ready(event.map(|event| Event::Host(at, event)));
            }
        }
        if let Some(rules) = &self.rules {
            rules.wake_modem(cx.waker());
            if rules.has_effects() {
                return Poll::Ready(Ok(Event::Deadline));
            }
        }
        if self.modem.next_deadline().is_some() && self.alarm.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(Event::Deadline));
        }
        Poll::Pending
    }

    fn opened(&mut self, port: usize) {
        if self.active.is_none() {
            self.active = Some(port);
            self.record(transcript::Event::Port(true));
            // A module that AT+QPOWD has switched off has its power key pressed by the next host.
            self.input(Input::Power(true));
            self.input(Input::HostPresent(true));
        }
    }

    fn closed(&mut self, port: usize) {
        if self.rts_off == Some(port) {
            self.rts_off = None;
        }
        if self.active != Some(port) {
            return;
        }
        self.unwritten.clear();
        self.hand_over();
        self.input(Input::HostPresent(false));
        self.record(transcript::Event::Port(false));
        self.active = self.ports.iter().position(|port| port.host_present());
        if self.active.is_some() {
            self.record(transcript::Event::Port(true));
            self.input(Input::HostPresent(true));
        }
    }

    fn data(&mut self, port: usize) {
        self.active = Some(port);
        if self.modem.host_credit() > 0 {
            self.read_ahead = 0;
            self.hand_over();
        }
    }

    /// Another host's DTR is not connected.
    fn dtr(&mut self, port: usize, on: bool) {
        if self.active == Some(port) {
            self.turn_dtr(on);
        }
    }

    /// Somebody at the controls turns DTR on or off, after all that the host has sent.
    pub(super) fn turn_dtr(&mut self, on: bool) {
        self.hand_over();
        self.record(transcript::Event::Line(SerialLine::Dtr, on));
        self.input(Input::Dtr(on));
    }

    /// Gives the modem what was read, whether it has room or not.
    fn hand_over(&mut self) {
        if !self.buffer.is_empty() {
            let bytes = self.buffer.split().freeze();
            self.input(Input::Host(bytes));
        }
    }

    fn written(&mut self, count: usize) {
        if let Some(bytes) = self.unwritten.front_mut() {
            bytes.advance(count);
            if bytes.is_empty() {
                self.unwritten.pop_front();
            }
        }
        self.input(Input::HostTook(count));
    }
}
