//! The control API: HTTP and JSON, for whoever steers a simulation from outside.
//!
//! What it does to a modem goes through the doors that a scenario uses: an
//! [`Effect`](crate::modem::intercept::Effect), a change of DTR or of the supply, a fault of its
//! [`Rules`](crate::scenario::engine::Rules). Bodies are read by the reader of scenarios, with the
//! same messages. Every route is declared once (`routes`); from that come the router and the
//! description at `/openapi.json`.
//!
//! Who may talk to it is decided in `guard`, and how much and how slowly in `serve` and
//! [`body`].

mod app;
pub mod body;
mod effects;
mod error;
mod faults;
mod guard;
#[cfg(any(test, fuzzing))]
pub mod inputs;
mod journal;
mod modems;
mod openapi;
mod report;
mod routes;
mod serve;
mod server;
mod state;
mod stores;

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::sim::Simulation;

use app::App;
use guard::Guard;

pub use guard::{Token, TokenError};

/// Where a control API is to be, and for whom.
#[derive(Clone, Debug)]
pub struct Plan {
    addr: SocketAddr,
    token: Option<Token>,
}

/// A control API that waits for its simulation.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    addr: SocketAddr,
    token: Option<Token>,
}

/// A control API that answers; it ends when this is dropped.
#[derive(Debug)]
pub struct Control {
    addr: SocketAddr,
    server: JoinHandle<()>,
}

/// Why there is no control API.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Others than this machine's users could reach it, and would need no token.
    #[error(
        "control on {0}: beyond loopback a token is needed: say --control-token FILE, or set \
         QFTPSIM_CONTROL_TOKEN"
    )]
    TokenNeeded(SocketAddr),
    /// There is something else in place of a token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The address can't be had.
    #[error("control on {addr}: {error}")]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// Why not.
        error: io::Error,
    },
}

impl Plan {
    /// At `addr`; port 0 lets the system choose. With a token, every request needs it.
    ///
    /// # Errors
    /// The address is beyond loopback and there is no token.
    pub fn new(addr: SocketAddr, token: Option<Token>) -> Result<Plan, ControlError> {
        if !addr.ip().is_loopback() && token.is_none() {
            return Err(ControlError::TokenNeeded(addr));
        }
        Ok(Plan { addr, token })
    }

    /// Takes the address.
    ///
    /// # Errors
    /// It can't be had.
    pub async fn listen(self) -> Result<Listener, ControlError> {
        let Plan { addr, token } = self;
        let bind = async {
            let socket = TcpListener::bind(addr).await?;
            let addr = socket.local_addr()?;
            Ok((socket, addr))
        };
        match bind.await {
            Ok((socket, addr)) => Ok(Listener { socket, addr, token }),
            Err(error) => Err(ControlError::Bind { addr, error }),
        }
    }
}

impl Listener {
    /// Answers for `simulation` from now on.
    pub fn serve(self, simulation: &Simulation) -> Control {
        let router = routes::router(App::of(simulation), Guard::new(self.token));
        let server = tokio::spawn(serve::serve(self.socket, router));
        Control { addr: self.addr, server }
    }
}

impl Control {
    /// Where it is: `http://127.0.0.1:41004`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.server.abort();
    }
}
