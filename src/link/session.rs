//! A session with a server: login, and the commands without a data connection.

use std::sync::Arc;

use super::buffers::Buffers;
use super::control::{Control, Reply};
use super::operation::Reporter;
use super::route::Router;
use super::tls::TlsClient;
use crate::modem::link::{Answer, ControlCommand, LinkError, OpenTarget, TransferMode};

/// Who logs in when the modem has no user name (RFC 1635).
const ANONYMOUS: &str = "anonymous";

/// A logged-in session. Dropping it closes the control connection.
pub(super) struct Session {
    /// Its control connection.
    pub(super) control: Control,
    /// How data is to be transferred.
    pub(super) mode: TransferMode,
    /// The TYPE that the server was told last is A.
    ascii: bool,
    /// Opens its data connections.
    pub(super) router: Arc<Router>,
    /// Protects its data connections.
    pub(super) tls: Option<Arc<TlsClient>>,
    /// The server may still remember the REST of a transfer that failed.
    pub(super) stale_restart: bool,
    /// What its downloads arrive in.
    pub(super) buffers: Buffers,
}

impl Session {
    /// Resolves, connects, secures the connection, logs in, sets the type.
    pub(super) async fn open(
        router: Arc<Router>,
        target: Box<OpenTarget>,
        reporter: Reporter,
    ) -> Result<Self, LinkError> {
        let tap = router.tap();
        tap.opening(&target.host, target.port).await?;
        let start = target.tls.as_ref().map(|tls| tls.start);
        let addresses = router.route(&target.host, target.port, start).await?;
        let tls = target.tls.map(|request| TlsClient::new(&request, &target.host).map(Arc::new));
        let tls = tls.transpose().map_err(LinkError::Tls)?;
        let mut control = Control::open(&addresses, tls.clone(), reporter, tap).await?;
        log_in(&mut control, &target.username, &target.password).await?;
        control.command(type_command(target.mode.ascii)).await?.done()?;
        Ok(Self {
            control,
            mode: target.mode,
            ascii: target.mode.ascii,
            router,
            tls,
            stale_restart: false,
            buffers: Buffers::default(),
        })
    }

    /// Tells the server the TYPE, if the mode asks for another one than it knows.
    pub(super) async fn set_type(&mut self) -> Result<(), LinkError> {
        if self.mode.ascii != self.ascii {
            self.control.command(type_command(self.mode.ascii)).await?.done()?;
            self.ascii = self.mode.ascii;
        }
        Ok(())
    }

    /// Does `command`.
    pub(super) async fn answer(&mut self, command: ControlCommand) -> Result<Answer, LinkError> {
        let line = match command {
            ControlCommand::Cwd(path) => format!("CWD {path}"),
            ControlCommand::Delete(path) => format!("DELE {path}"),
            ControlCommand::Mkdir(path) => format!("MKD {path}"),
            ControlCommand::Rmdir(path) => format!("RMD {path}"),
            ControlCommand::Rename(from, to) => {
                let ready = self.control.command(format!("RNFR {from}")).await?;
                if !ready.is_intermediate() {
                    return Err(ready.cause());
                }
                format!("RNTO {to}")
            }
            ControlCommand::Pwd => {
                let reply = self.control.command("PWD").await?;
                return value(reply, 257, unquote).map(Answer::Path);
            }
            ControlCommand::Size(path) => {
                let reply = self.control.command(format!("SIZE {path}")).await?;
                return value(reply, 213, |text| text.parse().ok()).map(Answer::Size);
            }
            ControlCommand::Mdtm(path) => {
                let reply = self.control.command(format!("MDTM {path}")).await?;
                return value(reply, 213, time_value).map(Answer::Modified);
            }
        };
        self.control.command(line).await?.done()?;
        Ok(Answer::Done)
    }
}

fn type_command(ascii: bool) -> &'static str {
    if ascii { "TYPE A" } else { "TYPE I" }
}

async fn log_in(control: &mut Control, username: &str, password: &str) -> Result<(), LinkError> {
    let user = if username.is_empty() { ANONYMOUS } else { username };
    let mut reply = control.command(format!("USER {user}")).await?;
    if reply.code == 331 {
        reply = control.command(format!("PASS {password}")).await?;
    }
    reply.done().map(drop)
}

/// What `read` finds in a reply with this code; without it, the reply makes no sense here.
fn value<T>(reply: Reply, code: u16, read: impl FnOnce(&str) -> Option<T>) -> Result<T, LinkError> {
    let found = if reply.code == code { read(&reply.text) } else { None };
    found.ok_or_else(|| reply.cause())
}

/// The path of a 257 reply: between quotes, and each quote in it doubled (RFC 959, appendix II).
fn unquote(text: &str) -> Option<String> {
    let (_, quoted) = text.split_once('"')?;
    let mut path = String::new();
    let mut rest = quoted.chars().peekable();
    loop {
        match rest.next()? {
            '"' if rest.next_if_eq(&'"').is_none() => return Some(path),
            other => path.push(other),
        }
    }
}

/// `YYYYMMDDHHMMSS[.sss]` (RFC 3659 §2.3).
fn time_value(text: &str) -> Option<String> {
    let (seconds, fraction) = text.split_once('.').map_or((text, None), |(s, f)| (s, Some(f)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let valid = seconds.len() == 14 && digits(seconds) && fraction.is_none_or(digits);
    valid.then(|| text.to_owned())
}
