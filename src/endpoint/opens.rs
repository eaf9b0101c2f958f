//! How often each of our pty slaves is open.
//!
//! A pty master cannot see a slave being opened, nor a close that is followed by an open before
//! anybody looked. inotify can see both. A user may have only 128 inotify instances
//! (`fs.inotify.max_user_instances`) but thousands of watches, so one instance serves the whole
//! process, read by one thread that sleeps until somebody opens or closes a terminal.
//!
//! inotify merges an event with the one before it when they are equal: two opens in a row would
//! count as one. So `/dev/pts` is watched too: each open then queues a pair (folder, slave), and
//! two neighbours are never equal. Only opens in the very same instant on two processors can
//! still merge; [`OpenWatch::expect_ended`] corrects the count by what the pty itself sees.

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::thread;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, WatchDescriptor};

/// What is known about one slave. A session lasts from the first open to the last close.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Opens {
    /// How many times it is open now.
    count: u32,
    /// Sessions that ended and were not yet taken by [`OpenWatch::end_session`].
    pub(super) ended: u32,
}

impl Opens {
    /// Events were lost: a session may have ended, another may have begun. Let the pty look; if
    /// nobody is there after all, its next read says so.
    const UNKNOWN: Self = Self { count: 1, ended: 1 };

    /// Sessions that began and were not yet taken by [`OpenWatch::end_session`].
    pub(super) fn sessions(self) -> u32 {
        self.ended + u32::from(self.count > 0)
    }

    fn note(&mut self, event: AddWatchFlags) {
        if event.contains(AddWatchFlags::IN_OPEN) {
            self.count += 1;
        } else if event.intersects(AddWatchFlags::IN_CLOSE) && self.count > 0 {
            self.count -= 1;
            self.ended += u32::from(self.count == 0);
        }
    }
}

/// Watches one slave until dropped.
#[derive(Debug)]
pub(super) struct OpenWatch {
    watcher: Arc<Watcher>,
    slave: WatchDescriptor,
}

impl OpenWatch {
    /// Starts to count at zero: nobody may have `slave` open yet.
    pub(super) fn new(slave: &Path) -> Result<Self, Errno> {
        let watcher = Watcher::of_process()?;
        // Locked over both steps, so that no event arrives for a slave not yet in the map.
        let mut slaves = watcher.slaves();
        let slave = watcher.inotify.add_watch(slave, Watcher::EVENTS)?;
        slaves.insert(slave, Slave::default());
        drop(slaves);
        Ok(Self { watcher, slave })
    }

    /// What is known now; wakes the task at the next change.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Opens {
        self.with(|slave| {
            match &mut slave.waker {
                Some(waker) => waker.clone_from(cx.waker()),
                none => *none = Some(cx.waker().clone()),
            }
            slave.opens
        })
    }

    /// Takes in everything that happened up to this moment.
    pub(super) fn catch_up(&self) -> Opens {
        self.watcher.catch_up();
        self.with(|slave| slave.opens)
    }

    /// The master found that nobody has the slave open. If the count says otherwise even after
    /// catching up, the count is wrong.
    pub(super) fn expect_ended(&self) {
        self.catch_up();
        self.with(|Slave { opens, .. }| {
            if opens.ended == 0 {
                *opens = Opens { count: 0, ended: 1 };
            }
        });
    }

    /// Takes away the oldest ended session.
    pub(super) fn end_session(&self) {
        self.with(|slave| slave.opens.ended -= 1);
    }

    /// As if the queue had overflowed.
    #[cfg(test)]
    pub(super) fn pretend_overflow(&self) {
        self.with(|slave| slave.opens = Opens::UNKNOWN);
    }

    /// As if two closes had been merged into one.
    #[cfg(test)]
    pub(super) fn pretend_lost_close(&self) {
        self.with(|slave| slave.opens.count += 1);
    }

    fn with<T>(&self, look: impl FnOnce(&mut Slave) -> T) -> T {
        look(self.watcher.slaves().get_mut(&self.slave).expect("removed only by drop"))
    }
}

impl Drop for OpenWatch {
    fn drop(&mut self) {
        self.watcher.slaves().remove(&self.slave);
        // Fails when the slave is gone already, and the watch with it.
        let _ = self.watcher.inotify.rm_watch(self.slave);
    }
}

#[derive(Debug, Default)]
struct Slave {
    opens: Opens,
    waker: Option<Waker>,
}

#[derive(Debug)]
struct Watcher {
    inotify: Inotify,
    slaves: Mutex<BTreeMap<WatchDescriptor, Slave>>,
}

impl Watcher {
    const EVENTS: AddWatchFlags = AddWatchFlags::IN_OPEN.union(AddWatchFlags::IN_CLOSE);

    /// The one of this process, started when first asked for.
    fn of_process() -> Result<Arc<Self>, Errno> {
        static WATCHER: Mutex<Option<Arc<Watcher>>> = Mutex::new(None);

        let mut started = WATCHER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watcher) = &*started {
            return Ok(Arc::clone(watcher));
        }
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        inotify.add_watch("/dev/pts", Self::EVENTS)?;
        let watcher = Arc::new(Self { inotify, slaves: Mutex::default() });
        let in_thread = Arc::clone(&watcher);
        thread::Builder::new()
            .name("pty-opens".to_owned())
            .spawn(move || in_thread.run())
            .map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or_default()))?;
        Ok(Arc::clone(started.insert(watcher)))
    }

    fn run(&self) {
        loop {
            let mut queue = [PollFd::new(self.inotify.as_fd(), PollFlags::POLLIN)];
            // An interrupted wait does no harm: there is nothing to catch up with.
            let _ = poll(&mut queue, PollTimeout::NONE);
            self.catch_up();
        }
    }

    fn catch_up(&self) {
        let mut wakers = Vec::new();
        // Locked while reading, so that two readers cannot apply their events in the wrong order.
        let mut slaves = self.slaves();
        while let Ok(events) = self.inotify.read_events() {
            for event in events {
                if event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW) {
                    for slave in slaves.values_mut() {
                        slave.opens = Opens::UNKNOWN;
                        wakers.extend(slave.waker.take());
                    }
                } else if let Some(slave) = slaves.get_mut(&event.wd) {
                    slave.opens.note(event.mask);
                    wakers.extend(slave.waker.take());
                }
            }
        }
        drop(slaves);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn slaves(&self) -> MutexGuard<'_, BTreeMap<WatchDescriptor, Slave>> {
        self.slaves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: &[AddWatchFlags]) -> Opens {
        let mut opens = Opens::default();
        events.iter().for_each(|event| opens.note(*event));
        opens
    }

    const OPEN: AddWatchFlags = AddWatchFlags::IN_OPEN;
    const CLOSE_READER: AddWatchFlags = AddWatchFlags::IN_CLOSE_NOWRITE;
    const CLOSE_WRITER: AddWatchFlags = AddWatchFlags::IN_CLOSE_WRITE;

    #[test]
    fn only_the_last_close_ends_a_session() {
        assert_eq!(after(&[OPEN, OPEN, CLOSE_READER]), Opens { count: 1, ended: 0 });
        assert_eq!(after(&[OPEN, OPEN, CLOSE_READER, CLOSE_WRITER]), Opens { count: 0, ended: 1 });
    }

    #[test]
    fn each_session_counts_even_if_nobody_looked_in_between() {
        let opens = after(&[OPEN, CLOSE_WRITER, OPEN, CLOSE_WRITER, OPEN]);
        assert_eq!(opens, Opens { count: 1, ended: 2 });
        assert_eq!(opens.sessions(), 3);
    }

    #[test]
    fn a_close_too_many_is_no_session() {
        assert_eq!(after(&[CLOSE_WRITER]), Opens { count: 0, ended: 0 });
    }
}
