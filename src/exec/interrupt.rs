//! Signals that are sent to us and meant for the program.

use std::io;

use nix::sys::signal::Signal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Every signal that is passed on, as it comes; each clone hears of all.
#[derive(Clone, Debug)]
pub struct Interrupts(watch::Receiver<Option<Signal>>);

impl Interrupts {
    /// From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT don't end this process, but are told here.
    ///
    /// # Errors
    /// The system refuses.
    pub fn listen() -> io::Result<Interrupts> {
        let (sender, receiver) = watch::channel(None);
        let signals = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT];
        for number in signals {
            let mut arrivals = signal(SignalKind::from_raw(number as i32))?;
            let sender = sender.clone();
            tokio::spawn(async move {
                while arrivals.recv().await.is_some() && sender.send(Some(number)).is_ok() {}
            });
        }
        Ok(Interrupts(receiver))
    }

    /// The last signal that came, if any did.
    pub fn received(&self) -> Option<Signal> {
        *self.0.borrow()
    }

    /// The next signal.
    pub(super) async fn next(&mut self) -> Signal {
        loop {
            if self.0.changed().await.is_err() {
                // The listeners end with the runtime, and so does this.
                std::future::pending::<()>().await;
            }
            if let Some(signal) = *self.0.borrow_and_update() {
                return signal;
            }
        }
    }
}
