//! What is said when everything accepts work: a JSON line, or a few lines for people.

use std::net::SocketAddr;
use std::path::Path;

use serde::Serialize;

use crate::control::Control;
use crate::sim::{RunningModem, ServerPlan, Simulation};

/// The first line with `--format json`. Other programs depend on its shape.
#[derive(Debug, Serialize)]
pub(super) struct Ready<'a> {
    event: &'static str,
    modems: Vec<ReadyModem<'a>>,
    server: Option<ReadyServer<'a>>,
    control: Option<String>,
    #[serde(skip)]
    seed: u64,
}

#[derive(Debug, Serialize)]
struct ReadyModem<'a> {
    name: &'a str,
    model: String,
    pty: Option<&'a Path>,
    link: Option<&'a Path>,
    tcp: Option<SocketAddr>,
    rfc2217: Option<SocketAddr>,
    unix: Option<&'a Path>,
    #[serde(skip)]
    stdio: bool,
}

#[derive(Debug, Serialize)]
struct ReadyServer<'a> {
    ftp: SocketAddr,
    ftps_implicit: Option<SocketAddr>,
    ca: Option<&'a Path>,
    accounts: Vec<&'a str>,
    /// The account is `test`, password `test`.
    #[serde(skip)]
    is_default: bool,
}

impl<'a> Ready<'a> {
    pub(super) fn of(
        simulation: &'a Simulation,
        plan: &'a ServerPlan,
        control: Option<&Control>,
    ) -> Ready<'a> {
        Ready {
            event: "ready",
            modems: simulation.modems().iter().map(ReadyModem::of).collect(),
            server: simulation.server().map(|server| ReadyServer {
                ftp: server.ftp_addr(),
                ftps_implicit: server.ftps_implicit_addr(),
                ca: simulation.ca(),
                accounts: plan.accounts.iter().map(|(user, _)| user.as_str()).collect(),
                is_default: plan.accounts == ServerPlan::default().accounts,
            }),
            control: control.map(Control::url),
            seed: simulation.seed(),
        }
    }

    /// For people: what runs where, and what to type next.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for modem in &self.modems {
            let mut places = Vec::new();
            match (modem.link, modem.pty) {
                (Some(link), Some(pty)) => {
                    places.push(format!("{} -> {}", link.display(), pty.display()));
                }
                (None, Some(pty)) => places.push(pty.display().to_string()),
                _ => {}
            }
            places.extend(modem.tcp.map(|addr| format!("tcp {addr}")));
            places.extend(modem.rfc2217.map(|addr| format!("rfc2217 {addr}")));
            places.extend(modem.unix.map(|path| format!("unix {}", path.display())));
            places.extend(modem.stdio.then(|| "standard input and output".to_owned()));
            text += &format!("{:8} {} on {}\n", modem.name, modem.model, places.join(", "));
        }
        if let Some(server) = &self.server {
            let accounts = server.accounts.join(", ");
            text += &format!("{:8} {}, account {accounts}", "ftp", server.ftp);
            text += if self.is_test_account() { ", password test\n" } else { "\n" };
            if let (Some(addr), Some(ca)) = (server.ftps_implicit, server.ca) {
                text += &format!("{:8} {addr}, CA {}\n", "ftps", ca.display());
            }
        }
        if let Some(url) = &self.control {
            text += &format!("{:8} {url}\n", "control");
        }
        text += &format!("{:8} {}\n", "seed", self.seed);
        text += &self.next_step();
        text
    }

    /// The password of the default account is no secret; others are not shown.
    fn is_test_account(&self) -> bool {
        self.server.as_ref().is_some_and(|server| server.is_default)
    }

    fn next_step(&self) -> String {
        let Some(modem) = self.modems.first() else { return String::new() };
        let open = if let Some(path) = modem.link.or(modem.pty) {
            format!("picocom {}", path.display())
        } else if let Some(addr) = modem.tcp {
            format!("nc -C {} {}", addr.ip(), addr.port())
        } else if let Some(addr) = modem.rfc2217 {
            format!("python3 -m serial.tools.miniterm rfc2217://{addr}")
        } else if let Some(path) = modem.unix {
            unix_client(path)
        } else {
            return String::new();
        };
        let user = self.server.as_ref().and_then(|server| server.accounts.first());
        let (user, host) = match user {
            Some(user) => (*user, "any.host.name"),
            None => ("USER", "HOST"),
        };
        let password = if self.is_test_account() { "test" } else { "PASSWORD" };
        format!(
            "\nOpen the port with any terminal program, such as\n\n  {open}\n\n\
             and type, each line ended by Enter:\n\n  \
             AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1\n  \
             AT+QIACT=1\n  \
             AT+QFTPCFG=\"account\",\"{user}\",\"{password}\"\n  \
             AT+QFTPOPEN=\"{host}\",21\n  \
             AT+QFTPLIST=\".\"\n\n\
             Ctrl-C here ends it.\n"
        )
    }
}

/// How a terminal gets to a Unix socket.
fn unix_client(path: &Path) -> String {
    let path = path.display().to_string();
    match path.strip_prefix('@') {
        Some(name) => format!("socat -,raw,echo=0 ABSTRACT-CONNECT:{name}"),
        None => format!("socat -,raw,echo=0 UNIX-CONNECT:{path}"),
    }
}

impl<'a> ReadyModem<'a> {
    fn of(modem: &'a RunningModem) -> ReadyModem<'a> {
        ReadyModem {
            name: modem.name(),
            model: modem.model().name.to_ascii_uppercase(),
            pty: modem.pty(),
            link: modem.link(),
            tcp: modem.tcp(),
            rfc2217: modem.rfc2217(),
            unix: modem.unix(),
            stdio: modem.stdio(),
        }
    }
}
