//! Pure-FTPd, with an account from a database of its own. It has to be started by root, and serves
//! nobody as root, so the files belong to another user: a number is enough for that. While a session is open it keeps
//! a file in /run/pure-ftpd, and nothing can keep it from that.

use std::process::Command;

use nix::unistd::Uid;

use crate::certificate::Certificate;
use crate::inetd::Inetd;
use crate::proftpd::SECRET;
use crate::server::{Ground, Missing, Security, Server, find};

/// Whose number that is does not matter.
const OWNER: u32 = 65_534;

pub fn start(mut ground: Ground, security: Security) -> Result<Server, Missing> {
    let program = find("pure-ftpd")?;
    let pure_pw = find("pure-pw")?;
    if !Uid::effective().is_root() {
        return Err(Missing("pure-ftpd has to be started by root".to_owned()));
    }
    ground.give_to(OWNER);
    let home = ground.root();
    let account = format!("test:{SECRET}:{OWNER}:{OWNER}::{}/./::::::::::::\n", home.display());
    let accounts = ground.write("accounts", &account);
    let database = ground.path("accounts.pdb");
    let made = Command::new(pure_pw).arg("mkdb").arg(&database).arg("-f").arg(&accounts).status();
    assert!(made.expect("pure-pw runs").success());
    let mut command = Command::new(program);
    command
        .args(["--noanonymous", "--dontresolve", "--login"])
        .arg(format!("puredb:{}", database.display()));
    let certificate = Certificate::new();
    let file = ground.write("server.pem", &certificate.server);
    if security != Security::Plain {
        // 3: neither control nor data connections without TLS.
        command.args(["--tls", "3", "--certfile"]).arg(file);
    }
    let inetd = Inetd::start(ground.listen()?, command);
    let account = ("test", "secret");
    let authority = certificate.authority;
    Ok(Server { address: inetd.address(), account, authority, ground, _process: Box::new(inetd) })
}
