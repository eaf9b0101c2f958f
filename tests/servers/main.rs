//! The modem against FTP servers that nobody here wrote: pyftpdlib, vsftpd, ProFTPD and Pure-FTPd,
//! and next to them the embedded one. Each test prints a table with a result in each cell.
//!
//! A cell says `ok`, or the `<err>,<protocol_error>` that [`differences`] explains; anything else
//! fails. A server that is not installed has its rows skipped, unless `QFTPSIM_REQUIRE_SERVERS` is
//! set: then it is an error.

#[path = "../common/mod.rs"]
mod common;

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

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use checks::{BEYOND, COMMANDS};
use server::Security;
use session::Transmode;

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

#[test]
fn every_command_on_every_server() {
    let ways = [(Security::Plain, Transmode::Passive), (Security::Plain, Transmode::Active)];
    table::run("every command on every server", V4, &ways, COMMANDS);
}

#[test]
fn every_command_by_ipv6() {
    let ways = [(Security::Plain, Transmode::Passive), (Security::Plain, Transmode::Active)];
    table::run("every command at ::1, with EPSV and EPRT", V6, &ways, COMMANDS);
}

#[test]
fn offsets_parts_and_refusals_on_every_server() {
    let ways = [(Security::Plain, Transmode::Passive)];
    table::run("offsets, parts and refusals on every server", V4, &ways, BEYOND);
}
