//! The program and whatever it starts, as one process group.
//!
//! All of it ends when the program does: what is left then gets SIGTERM, and after [`GRACE`]
//! SIGKILL. We are the reaper of orphans, so that the end of the last of them is seen and not
//! waited for in vain. A process that leaves the group (`setsid`) is not looked after; it loses the
//! port with the modem.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::signal::unix::{self, SignalKind, signal};
use tokio::time::{sleep, timeout};

use super::interrupt::Interrupts;
use super::output::Prefixed;
use super::places::Places;
use super::terminal::Lent;

/// How long what is asked to end may take for it.
pub const GRACE: Duration = Duration::from_secs(2);

/// Where input, output and errors of a program lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Streams {
    /// Where ours do.
    Inherited,
    /// Output and errors to ours, this before each line; no input.
    Prefixed(String),
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By itself, with this exit status.
    Exited(u8),
    /// By a signal of this number.
    Killed(i32),
    /// It took longer than it may.
    TimedOut(Duration),
}

/// What is to be said of a program that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether processes that it had started had to be ended after it.
    pub left_behind: bool,
    /// Ctrl-C on the terminal that it had.
    pub interrupted: bool,
    /// Why not all of its output was passed on, if so.
    pub output_cut: Option<String>,
}

/// A program that runs.
#[derive(Debug)]
pub(super) struct Process {
    leader: Child,
    group: Pid,
    /// One or several children ended or stopped.
    changes: unix::Signal,
    terminal: Option<Lent>,
    output: Option<Prefixed>,
}

impl Process {
    /// Starts it.
    pub(super) fn spawn(
        command: &OsStr,
        arguments: &[OsString],
        places: &Places,
        streams: &Streams,
    ) -> io::Result<Process> {
        set_child_subreaper(true)?;
        let changes = signal(SignalKind::child())?;
        let mut command = Command::new(command);
        command.args(arguments).process_group(0).kill_on_drop(true);
        for (name, _) in env::vars_os().filter(|(name, _)| Places::is_variable(name)) {
            command.env_remove(name);
        }
        command.envs(places.variables());
        let output = match streams {
            Streams::Inherited => None,
            Streams::Prefixed(prefix) => {
                command.stdin(Stdio::null());
                let (output, stdout, stderr) = Prefixed::start(prefix)?;
                command.stdout(stdout).stderr(stderr);
                Some(output)
            }
        };
        let leader = command.spawn()?;
        // Our copies of the ends that it writes to must not outlive it.
        drop(command);
        let id = leader.id().and_then(|id| i32::try_from(id).ok());
        let group = Pid::from_raw(id.ok_or(io::ErrorKind::NotFound)?);
        let terminal = match streams {
            Streams::Inherited => Lent::to(group),
            Streams::Prefixed(_) => None,
        };
        Ok(Process { leader, group, changes, terminal, output })
    }

    /// Waits until it has ended, and ends it when it takes longer than `limit`. Signals are passed
    /// on to it.
    pub(super) async fn run(
        &mut self,
        limit: Option<Duration>,
        interrupts: &mut Interrupts,
    ) -> io::Result<Ended> {
        let alarm = async {
            match limit {
                Some(limit) => sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(alarm);
        let status = loop {
            tokio::select! {
                status = self.leader.wait() => break Some(status?),
                signal = interrupts.next() => self.pass_on(signal),
                _ = self.changes.recv() => self.follow_stop(),
                () = &mut alarm => break None,
            }
        };
        let left_behind = status.is_some() && self.has_members();
        let output_cut = self.end().await.err().map(|error| error.to_string());
        let outcome = match (status, limit) {
            (Some(status), _) => outcome(status),
            (None, limit) => Outcome::TimedOut(limit.unwrap_or_default()),
        };
        let by_key = [Signal::SIGINT, Signal::SIGQUIT].map(|signal| Outcome::Killed(signal as i32));
        let interrupted = self.terminal.is_some() && by_key.contains(&outcome);
        self.terminal = None;
        Ok(Ended { outcome, left_behind, interrupted, output_cut })
    }

    /// Ends what there is of the group, and takes the last of its output; an error is one of passing
    /// that on.
    pub(super) async fn end(&mut self) -> io::Result<()> {
        self.pass_on(Signal::SIGTERM);
        if timeout(GRACE, self.gone()).await.is_err() {
            self.pass_on(Signal::SIGKILL);
            // Only one that hangs in the kernel survives this.
            let _ = timeout(GRACE, self.gone()).await;
        }
        // Those whose parents are alive elsewhere are not ours to wait for.
        let _ = killpg(self.group, Signal::SIGKILL);
        match self.output.take() {
            Some(output) => output.finish().await,
            None => Ok(()),
        }
    }

    /// To the whole group. That there is none any more is what is wanted in the end.
    fn pass_on(&self, signal: Signal) {
        let _ = killpg(self.group, signal);
        // A stopped process would not hear it.
        let _ = killpg(self.group, Signal::SIGCONT);
    }

    /// The program was stopped from its terminal (Ctrl-Z): so are we.
    fn follow_stop(&self) {
        if let Some(terminal) = &self.terminal
            && let Ok(WaitStatus::Stopped(..)) =
                waitid(Id::Pid(self.group), WaitPidFlag::WSTOPPED | WaitPidFlag::WNOHANG)
        {
            terminal.suspend();
        }
    }

    /// Waits until the program has ended, and all orphans in its group.
    async fn gone(&mut self) -> io::Result<()> {
        self.leader.wait().await?;
        while self.has_members() {
            self.changes.recv().await;
        }
        Ok(())
    }

    /// Whether there is an orphan in the group that has not ended; one that has is gone for good
    /// after this. Only when the program itself has been waited for.
    fn has_members(&self) -> bool {
        let group = Pid::from_raw(-self.group.as_raw());
        loop {
            match waitpid(group, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::StillAlive) => return true,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return false,
            }
        }
    }
}

fn outcome(status: ExitStatus) -> Outcome {
    match (status.code(), status.signal()) {
        (Some(code), _) => Outcome::Exited(u8::try_from(code).unwrap_or(u8::MAX)),
        (None, signal) => Outcome::Killed(signal.unwrap_or_default()),
    }
}
