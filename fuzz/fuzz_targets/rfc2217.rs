//! A port that speaks telnet and RFC 2217, with a host that sends anything and reads now and then:
//! no more is kept for it than the limit, and what it says ends in silence, not in a loop.

#![no_main]

use std::io;
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use qftpsim::endpoint::{Endpoint, HostEvent, Rfc2217, Signals};

/// A host that is there from the start.
struct Host<'a> {
    pieces: std::slice::Chunks<'a, u8>,
    present: bool,
    /// How much it still reads.
    appetite: usize,
}

impl Endpoint for Host<'_> {
    fn name(&self) -> &str {
        "fuzz"
    }

    fn host_present(&self) -> bool {
        self.present
    }

    fn poll_host(
        &mut self,
        _: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        if !self.present {
            self.present = true;
            return Poll::Ready(Ok(HostEvent::Opened));
        }
        match self.pieces.next() {
            Some(piece) => {
                self.appetite += piece.len();
                buf.extend_from_slice(piece);
                Poll::Ready(Ok(HostEvent::Data))
            }
            None => Poll::Pending,
        }
    }

    fn poll_write(&mut self, _: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let count = data.len().min(self.appetite);
        self.appetite -= count;
        if count == 0 { Poll::Pending } else { Poll::Ready(Ok(count)) }
    }
}

// The first byte says how long the pieces are.
fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let pieces = bytes.chunks(usize::from(piece) + 1);
    let mut port = Rfc2217::new(Host { pieces, present: false, appetite: 0 });
    let mut cx = Context::from_waker(Waker::noop());
    let mut data = BytesMut::new();
    let mut events = 0;
    while let Poll::Ready(event) = port.poll_host(&mut cx, &mut data) {
        if event.expect("the host itself has no errors") != HostEvent::Data {
            let on = events % 2 == 0;
            port.set_signals(Signals { dcd: on, ri: !on, dsr: on, cts: on });
        }
        let _ = port.poll_write(&mut cx, b"\xff data");
        events += 1;
        assert!(events <= 2 * bytes.len() + 10, "more events than bytes");
    }
    assert!(data.len() <= bytes.len(), "more data than were sent");
});
