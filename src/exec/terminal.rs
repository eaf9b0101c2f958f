//! Whose the terminal is while the program runs.
//!
//! The program has a process group of its own, and only the foreground group of a terminal may
//! read from it. So if standard input is a terminal and we are in its foreground, the program's
//! group is put there in our place: it can be talked to, and Ctrl-C reaches it as if it had been
//! started alone. Ctrl-Z stops the program, then us, and so gives the terminal back to the shell;
//! `fg` continues both. (The modem's time goes on meanwhile.)

use std::io::{self, IsTerminal};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, killpg};
use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

/// The terminal on standard input, lent to the program until dropped.
#[derive(Debug)]
pub(super) struct Lent {
    group: Pid,
}

impl Lent {
    /// Gives the terminal to `group`, if it is ours to give.
    pub(super) fn to(group: Pid) -> Option<Lent> {
        let lent = Lent { group };
        lent.give();
        is_foreground(group).then_some(lent)
    }

    /// The program was stopped: stops us, too. When we are continued, it goes on.
    pub(super) fn suspend(&self) {
        put_in_foreground(getpgrp());
        // Those that a shell has started with us in one pipeline stop with us.
        let _ = killpg(getpgrp(), Signal::SIGTSTP);
        self.give();
    }

    fn give(&self) {
        if is_foreground(getpgrp()) {
            put_in_foreground(self.group);
        }
        // It may have been too early, and was stopped for it.
        let _ = killpg(self.group, Signal::SIGCONT);
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if is_foreground(self.group) {
            put_in_foreground(getpgrp());
        }
    }
}

fn is_foreground(group: Pid) -> bool {
    io::stdin().is_terminal() && tcgetpgrp(io::stdin()) == Ok(group)
}

/// Without the signal that stops a background process which does this. A terminal that is gone
/// needs no foreground.
fn put_in_foreground(group: Pid) {
    let stop = SigSet::from(Signal::SIGTTOU);
    if let Ok(before) = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK) {
        let _ = tcsetpgrp(io::stdin(), group);
        let _ = before.thread_set_mask();
    }
}
