//! A modem that is logged in to a server, and the host that drives it.

use std::fmt;

use crate::common::{Host, Simulator};
use crate::server::{Security, Server};

/// Who opens the data connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transmode {
    Active = 0,
    Passive = 1,
}

impl fmt::Display for Transmode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Transmode::Active => "active",
            Transmode::Passive => "passive",
        })
    }
}

/// What a command came to: `Err` holds what the modem said instead.
pub type Outcome<T = ()> = Result<T, String>;

/// A modem and its server.
pub struct Session {
    pub host: Host,
    _simulator: Simulator,
    pub server: Server,
}

impl Session {
    /// A modem that is ready to open a session with `server`.
    pub fn new(server: Server, security: Security, transmode: Transmode) -> Session {
        // Where a server says nothing, nobody wants to wait for all of rsptimeout.
        let time = ["--urc-gap", "0ms", "--time-scale", "15"];
        let ports = ["--direct", "--no-pty", "--tcp", "127.0.0.1:0"];
        let simulator = Simulator::start(&[&ports[..], &time].concat());
        let mut host = Host::connect(simulator.modem("tcp"));
        host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
        host.command("AT+QIACT=1", &["OK"]);
        host.command(&format!("AT+QFTPCFG=\"transmode\",{}", transmode as u8), &["OK"]);
        host.command(&format!("AT+QFTPCFG=\"ssltype\",{}", security.ssltype()), &["OK"]);
        if security != Security::Plain {
            check_the_server(&mut host, &server.authority);
        }
        Session { host, _simulator: simulator, server }
    }

    /// Opens the session with the server at `host`, with this password.
    pub fn open_with(&mut self, host: &str, password: &str) -> Outcome {
        let (user, _) = self.server.account;
        self.host.command(&format!("AT+QFTPCFG=\"account\",\"{user}\",\"{password}\""), &["OK"]);
        let said = self.ask(&format!("AT+QFTPOPEN=\"{host}\",{}", self.server.address.port()))?;
        expect(&said, "0,0")
    }

    /// Opens the session.
    pub fn open(&mut self) -> Outcome {
        let (_, password) = self.server.account;
        self.open_with(&self.server.address.ip().to_string(), password)
    }

    /// Closes the session.
    pub fn close(&mut self) -> Outcome {
        let said = self.ask("AT+QFTPCLOSE")?;
        expect(&said, "0,0")
    }

    /// Closes the session, unless the server has done so, and opens another.
    pub fn reopen(&mut self) -> Outcome {
        if self.ask("AT+QFTPSTAT")? != "0,4" {
            self.close()?;
        }
        self.open()
    }

    /// Sends a command that is answered by `OK` and a later line: what this says after its name.
    pub fn ask(&mut self, command: &str) -> Outcome<String> {
        self.send(command)?;
        match self.host.line().as_str() {
            "OK" => Ok(self.host.later(command)),
            other => Err(other.to_owned()),
        }
    }

    /// Sends a command, unless the server has just hung up.
    fn send(&mut self, command: &str) -> Outcome {
        self.host.write(format!("{command}\r").as_bytes());
        let line = self.host.line();
        if let Some(lost) = line.strip_prefix("+QFTPCLOSE: ") {
            self.host.expect(&[command, "+CME ERROR: 606"]);
            return Err(lost.to_owned());
        }
        assert_eq!(line, command, "the echo");
        Ok(())
    }

    /// Sends a command that enters data mode.
    fn connect(&mut self, command: &str) -> Outcome {
        self.send(command)?;
        expect(&self.host.line(), "CONNECT")
    }

    /// What comes after data mode.
    fn finish(&mut self, command: &str) -> Outcome<String> {
        expect(&self.host.line(), "OK")?;
        Ok(self.host.later(command))
    }

    /// `AT+QFTPPUT` by `COM:` of one part, the last one or not.
    pub fn put_part(&mut self, name: &str, start: usize, part: &[u8], last: bool) -> Outcome {
        let (length, last) = (part.len(), u8::from(last));
        let command = format!("AT+QFTPPUT=\"{name}\",\"COM:\",{start},{length},{last}");
        self.connect(&command)?;
        self.host.write(part);
        let said = self.finish(&command)?;
        expect(&said, &format!("0,{length}"))
    }

    /// `AT+QFTPPUT` of an empty file in RAM; gives what follows the colon.
    pub fn put_empty(&mut self, name: &str) -> Outcome<String> {
        self.host.command("AT+QFOPEN=\"RAM:empty\",1", &["+QFOPEN: 1", "OK"]);
        self.host.command("AT+QFCLOSE=1", &["OK"]);
        let said = self.ask(&format!("AT+QFTPPUT=\"{name}\",\"RAM:empty\""));
        self.host.command("AT+QFDEL=\"RAM:empty\"", &["OK"]);
        said
    }

    /// `AT+QFTPGET` by `COM:` from `start`, at most `length` bytes, of which `expected` come.
    pub fn get_range(
        &mut self,
        name: &str,
        start: usize,
        length: usize,
        expected: &[u8],
    ) -> Outcome {
        self.get(&format!("AT+QFTPGET=\"{name}\",\"COM:\",{start},{length}"), expected)
    }

    /// `AT+QFTPGET` by `COM:` of a whole file.
    pub fn get_all(&mut self, name: &str, expected: &[u8]) -> Outcome {
        self.get(&format!("AT+QFTPGET=\"{name}\",\"COM:\""), expected)
    }

    fn get(&mut self, command: &str, expected: &[u8]) -> Outcome {
        self.connect(command)?;
        let data = self.host.data(expected.len());
        let said = self.finish(command)?;
        expect(&said, &format!("0,{}", expected.len()))?;
        if data == expected { Ok(()) } else { Err("other bytes".to_owned()) }
    }

    /// A listing of the current folder, by a file in RAM.
    pub fn listing(&mut self, verb: &str) -> Outcome<String> {
        let said = self.ask(&format!("AT+QFTP{verb}=\".\",\"RAM:listing\""))?;
        let Some(Ok(size)) = said.strip_prefix("0,").map(str::parse) else { return Err(said) };
        let read = "AT+QFDWL=\"RAM:listing\"";
        self.connect(read)?;
        let text = self.host.data(size);
        assert!(self.host.line().starts_with("+QFDWL: "));
        self.host.expect(&["OK"]);
        self.host.command("AT+QFDEL=\"RAM:listing\"", &["OK"]);
        String::from_utf8(text).map_err(|_| "no text".to_owned())
    }
}

/// Trusts no server but one with a certificate of `authority`.
fn check_the_server(host: &mut Host, authority: &str) {
    host.command(&format!("AT+QFUPL=\"RAM:ca.pem\",{}", authority.len()), &["CONNECT"]);
    host.write(authority.as_bytes());
    assert!(host.line().starts_with("+QFUPL: "));
    host.expect(&["OK"]);
    host.command("AT+QFTPCFG=\"sslctxid\",1", &["OK"]);
    host.command("AT+QSSLCFG=\"cacert\",1,\"RAM:ca.pem\"", &["OK"]);
    host.command("AT+QSSLCFG=\"seclevel\",1,1", &["OK"]);
}

/// Whether what was said is what was wanted.
pub fn expect(said: &str, wanted: &str) -> Outcome {
    if said == wanted { Ok(()) } else { Err(said.to_owned()) }
}
