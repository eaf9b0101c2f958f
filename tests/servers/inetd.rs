//! The super-server that FTP daemons grew up with: it listens, and starts one process per
//! connection. So the port is chosen by the system, and open before anybody asks for it.

use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// How long a server may take to notice that its session is over, in milliseconds.
const END: u16 = 5000;

/// A process that is stopped when it is dropped.
pub struct Process(pub Child);

impl Process {
    /// Gives it time to end by itself and to clean up: it holds the other end of its standard
    /// error.
    fn ends(&mut self) {
        let Some(mut errors) = self.0.stderr.take() else { return };
        loop {
            let mut ready = [PollFd::new(errors.as_fd(), PollFlags::POLLIN)];
            let came = poll(&mut ready, PollTimeout::from(END)).expect("a poll");
            if came == 0 || errors.read(&mut [0; 4096]).expect("a read") == 0 {
                return;
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Dropping it stops every process it has started, after the sessions are over.
pub struct Inetd {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    listening: Option<JoinHandle<Vec<Process>>>,
}

impl Inetd {
    /// Starts `command` for each connection, which is its standard input and output.
    pub fn start(listener: TcpListener, mut command: Command) -> Inetd {
        let address = listener.local_addr().expect("bound");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let listening = std::thread::spawn(move || {
            let mut processes = Vec::new();
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let input = OwnedFd::from(stream.expect("a connection"));
                let output = input.try_clone().expect("a descriptor");
                command.stdin(Stdio::from(input)).stdout(Stdio::from(output));
                let child = command.stderr(Stdio::piped()).spawn().expect("the server starts");
                processes.push(Process(child));
                // The command would keep the connection open after the server has closed it.
                command.stdin(Stdio::null()).stdout(Stdio::null());
            }
            processes
        });
        Inetd { address, stop, listening: Some(listening) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Inetd {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes it up.
        let _ = TcpStream::connect(self.address);
        match self.listening.take().map(JoinHandle::join) {
            Some(Ok(mut processes)) => processes.iter_mut().for_each(Process::ends),
            Some(Err(panic)) if !std::thread::panicking() => std::panic::resume_unwind(panic),
            _ => {}
        }
    }
}
