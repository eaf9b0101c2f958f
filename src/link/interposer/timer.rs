//! Waiting, and being woken.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker, ready};

use futures_util::task::AtomicWaker;
use tokio::time::{Instant, Sleep, sleep_until};

/// Waits for one moment at a time.
#[derive(Debug, Default)]
pub(super) struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Ready when `due` has come.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, due: Instant) -> Poll<()> {
        if Instant::now() < due {
            let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
            if sleep.deadline() != due {
                sleep.as_mut().reset(due);
            }
            ready!(sleep.as_mut().poll(cx));
        }
        self.0 = None;
        Poll::Ready(())
    }
}

/// Makes the running session ask its interposer anew: whether the control connection ends, and what
/// becomes of data that passes, or that is stalled for good. With no session it does nothing.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Bronze>);

#[derive(Debug, Default)]
struct Bronze {
    rung: AtomicU64,
    /// Of the one task that does all of a modem's FTP.
    listener: AtomicWaker,
}

impl Bell {
    /// Rings it.
    pub fn ring(&self) {
        self.0.rung.fetch_add(1, Ordering::SeqCst);
        self.0.listener.wake();
    }

    /// How often it has rung; wakes `listener` when it rings again.
    pub(super) fn listen(&self, listener: &Waker) -> u64 {
        self.0.listener.register(listener);
        self.rung()
    }

    /// How often it has rung.
    pub(super) fn rung(&self) -> u64 {
        self.0.rung.load(Ordering::SeqCst)
    }
}
