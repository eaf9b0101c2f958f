//! The embedded server, in another process and on a folder of the disk.

use crate::common::Simulator;
use crate::server::{Ground, Missing, Security, Server};

pub fn start(ground: Ground, security: Security) -> Result<Server, Missing> {
    let root = ground.root();
    let root = root.to_str().expect("text");
    let simulator = Simulator::start(&["--no-pty", "--tcp", "127.0.0.1:0", "--server-root", root]);
    let key = match security {
        Security::Plain | Security::Explicit => "ftp",
        Security::Implicit => "ftps_implicit",
    };
    let address = simulator.ready["server"][key].as_str().expect("an address");
    let address = address.parse().expect("an address");
    let authority = simulator.ready["server"]["ca"].as_str().expect("a path");
    let authority = std::fs::read_to_string(authority).expect("a certificate");
    Ok(Server {
        address,
        authority,
        account: ("test", "test"),
        ground,
        _process: Box::new(simulator),
    })
}
