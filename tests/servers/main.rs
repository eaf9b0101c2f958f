//! The modem against FTP servers that nobody here wrote: pyftpdlib, vsftpd, ProFTPD and Pure-FTPd,
//! and next to them the embedded one. Each test prints a table with a result in each cell.
//!
//! A cell says `ok`, or what the modem said instead, if [`differences`] explains that; anything else
//! fails. A server that is not installed has its rows skipped, unless `QFTPSIM_REQUIRE_SERVERS` is
//! set: then it is an error.

#[path = "../common/mod.rs"]
mod common;

mod certificate;
mod checks;
mod differences;
mod inetd;
mod server;
mod session;
mod table;

mod embedded;
mod proftpd;
mod pure_ftpd;
mod pyftpdlib;
mod vsftpd;

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};

use checks::{BEYOND, COMMANDS};
use server::{Ground, Missing, Security};
use session::{Session, Transmode};

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

const WAYS: [(Security, Transmode); 6] = [
    (Security::Plain, Transmode::Passive),
    (Security::Plain, Transmode::Active),
    (Security::Explicit, Transmode::Passive),
    (Security::Explicit, Transmode::Active),
    (Security::Implicit, Transmode::Passive),
    (Security::Implicit, Transmode::Active),
];

#[test]
fn every_command_on_every_server() {
    table::run("every command on every server", V4, &WAYS, COMMANDS);
}

#[test]
fn every_command_by_ipv6() {
    table::run("every command at ::1, with EPSV and EPRT", V6, &WAYS, COMMANDS);
}

#[test]
fn offsets_parts_and_refusals_on_every_server() {
    let passive = WAYS.into_iter().filter(|(_, transmode)| *transmode == Transmode::Passive);
    let passive = passive.collect::<Vec<_>>();
    table::run("offsets, parts and refusals on every server", V4, &passive, BEYOND);
}

/// A host name may lead to IPv6, too.
#[test]
fn a_name_that_leads_to_ipv6() {
    let leads_there = |name: &&str| {
        let found = (*name, 0).to_socket_addrs();
        found.is_ok_and(|mut found| found.any(|address| address.ip() == V6))
    };
    let name = ["localhost", "ip6-localhost"].into_iter().find(leads_there);
    let server = pyftpdlib::start(Ground::at(V6), Security::Plain);
    match (name, server) {
        (Some(name), Ok(server)) => {
            let mut session = Session::new(server, Security::Plain, Transmode::Passive);
            assert_eq!(session.open_with(name, "secret"), Ok(()));
            assert_eq!(session.put_part("a.bin", 0, b"12345", true), Ok(()));
        }
        (None, _) => skip("no name of this machine leads to ::1"),
        (_, Err(Missing(why))) => skip(&why),
    }
}

/// Not by println!, which the test runner keeps to itself when all is well.
fn skip(why: &str) {
    writeln!(std::io::stderr(), "skipped: {why}").expect("a terminal");
}
