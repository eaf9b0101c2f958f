//! Where the sides run: the host on one processor, what answers it on another. Otherwise the
//! scheduler's choice would change a short exchange more than what is measured does.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// This thread, which is the host, keeps to the first processor until this is dropped.
pub struct Apart {
    before: CpuSet,
}

impl Apart {
    /// Parts this thread and the main threads of `responders`. On a machine with one processor
    /// everything stays as it is.
    pub fn from(responders: &[u32]) -> Apart {
        let before = sched_getaffinity(THIS).expect("a set of processors");
        let allowed = |&at: &usize| before.is_set(at).unwrap_or(false);
        let mut processors = (0..CpuSet::count()).filter(allowed);
        if let (Some(host), Some(responder)) = (processors.next(), processors.next()) {
            run_on(THIS, host);
            for &pid in responders {
                run_on(Pid::from_raw(pid.cast_signed()), responder);
            }
        }
        Apart { before }
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        sched_setaffinity(THIS, &self.before).expect("as it was");
    }
}

const THIS: Pid = Pid::from_raw(0);

fn run_on(thread: Pid, processor: usize) {
    let mut only = CpuSet::new();
    only.set(processor).expect("a processor");
    sched_setaffinity(thread, &only).expect("it runs");
}
