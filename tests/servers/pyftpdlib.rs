//! pyftpdlib, in the first Python of `$PATH`.

use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use crate::certificate::Certificate;
use crate::inetd::Process;
use crate::server::{Ground, Missing, Security, Server, find};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/pyftpdlib_server.py");

pub fn start(ground: Ground, security: Security) -> Result<Server, Missing> {
    let python = find("python3")?;
    let mut import = Command::new(&python);
    let import = import.args(["-c", "import pyftpdlib"]).stderr(Stdio::null()).status();
    if !import.expect("Python runs").success() {
        return Err(Missing("python3 has no pyftpdlib".to_owned()));
    }
    let certificate = Certificate::new();
    let listener = ground.listen()?;
    let address = listener.local_addr().expect("bound");
    let child = Command::new(python)
        .arg(SCRIPT)
        .arg(ground.root())
        .arg(security.to_string())
        .arg(ground.write("server.pem", &certificate.server))
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stderr(Stdio::null())
        .spawn()
        .expect("Python starts");
    let account = ("test", "secret");
    let authority = certificate.authority;
    Ok(Server { address, account, authority, ground, _process: Box::new(Process(child)) })
}
