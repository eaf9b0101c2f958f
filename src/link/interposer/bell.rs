//! Being woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;

use futures_util::task::AtomicWaker;

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
