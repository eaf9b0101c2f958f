//! FTPS as a host sees it, over the port of a running `qftpsim`.

mod common;

use std::path::Path;

use common::{Host, Simulator, noise};
use nix::sys::signal::Signal;

/// Stores `content` as a local file.
fn upload(host: &mut Host, name: &str, content: &[u8]) {
    host.command(&format!("AT+QFUPL=\"{name}\",{}", content.len()), &["CONNECT"]);
    host.write(content);
    assert!(host.line().starts_with(&format!("+QFUPL: {},", content.len())));
    host.expect(&["OK"]);
}

/// Up to the account, with `ssltype` and SSL context 1.
fn prepare(host: &mut Host, ssltype: u8) {
    host.command("AT+QICSGP=1,1,\"UNINET\"", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
    host.command(&format!("AT+QFTPCFG=\"ssltype\",{ssltype}"), &["OK"]);
    host.command("AT+QFTPCFG=\"sslctxid\",1", &["OK"]);
}

fn authority(simulator: &Simulator) -> Vec<u8> {
    let path = simulator.ready["server"]["ca"].as_str().expect("the path of the CA");
    std::fs::read(path).expect("the certificate of the CA")
}

/// Two parts up, the whole down, and the three listings.
fn exercise(host: &mut Host) {
    let content = noise(200_000);
    host.command("AT+QFTPPUT=\"t.bin\",\"COM:\",0,120000,0", &["CONNECT"]);
    host.write(&content[..120_000]);
    host.expect(&["OK", "+QFTPPUT: 0,120000"]);
    host.command("AT+QFTPPUT=\"t.bin\",\"COM:\",120000,80000,1", &["CONNECT"]);
    host.write(&content[120_000..]);
    host.expect(&["OK", "+QFTPPUT: 0,80000"]);
    host.command("AT+QFTPSIZE=\"t.bin\"", &["OK", "+QFTPSIZE: 0,200000"]);
    host.command("AT+QFTPGET=\"t.bin\",\"COM:\"", &["CONNECT"]);
    assert!(host.data(200_000) == content, "other bytes");
    host.expect(&["OK", "+QFTPGET: 0,200000"]);
    for verb in ["LIST", "NLST", "MLSD"] {
        host.command(&format!("AT+QFTP{verb}=\".\""), &["CONNECT"]);
        let line = host.line();
        assert!(line.ends_with("t.bin"), "{verb}: {line}");
        host.expect(&["OK"]);
        assert!(host.line().starts_with(&format!("+QFTP{verb}: 0,")));
    }
    host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
}

#[test]
fn the_login_of_the_note_works_as_printed() {
    let simulator = Simulator::start(&[]);
    let mut host = simulator.open();
    host.command("AT+QICSGP=1,1,\"UNINET\",\"\",1", &["OK"]);
    host.command("AT+QIACT=1", &["OK"]);
    host.command("AT+QFTPCFG=\"contextid\",1", &["OK"]);
    host.command("AT+QFTPCFG=\"account\",\"test\",\"test\"", &["OK"]);
    host.command("AT+QFTPCFG=\"filetype\",1", &["OK"]);
    host.command("AT+QFTPCFG=\"transmode\",1", &["OK"]);
    host.command("AT+QFTPCFG=\"rsptimeout\",90", &["OK"]);
    host.command("AT+QFTPCFG=\"ssltype\",1", &["OK"]);
    host.command("AT+QFTPCFG=\"sslctxid\",1", &["OK"]);
    host.command("AT+QSSLCFG=\"ciphersuite\",1,0xffff", &["OK"]);
    host.command("AT+QSSLCFG=\"seclevel\",1,0", &["OK"]);
    host.command("AT+QSSLCFG=\"sslversion\",1,1", &["OK"]);
    host.command("AT+QFTPOPEN=\"quectel.3322.org\",990", &["OK", "+QFTPOPEN: 0,0"]);
    exercise(&mut host);
}

#[test]
fn a_host_that_checks_the_server_works_with_the_ca_of_the_ready_line_alone() {
    for (ssltype, port) in [(1, 990), (2, 21)] {
        let simulator = Simulator::start(&[]);
        let open = format!("AT+QFTPOPEN=\"ftp.example.com\",{port}");
        let mut host = simulator.open();
        prepare(&mut host, ssltype);
        host.command("AT+QSSLCFG=\"seclevel\",1,1", &["OK"]);
        host.command("AT+QSSLCFG=\"ignorelocaltime\",1,0", &["OK"]);
        // No file named, a missing one, one that is no certificate, the CA of somebody else.
        host.command(&open, &["OK", "+QFTPOPEN: 631,0"]);
        host.command("AT+QSSLCFG=\"cacert\",1,\"UFS:ca.pem\"", &["OK"]);
        host.command(&open, &["OK", "+QFTPOPEN: 631,0"]);
        upload(&mut host, "UFS:ca.pem", b"no certificate");
        host.command(&open, &["OK", "+QFTPOPEN: 631,0"]);
        let stranger = Simulator::start(&[]);
        upload(&mut host, "RAM:stranger", &authority(&stranger));
        host.command("AT+QSSLCFG=\"cacert\",1,\"RAM:stranger\"", &["OK"]);
        host.command(&open, &["OK", "+QFTPOPEN: 631,0"]);
        upload(&mut host, "RAM:ours", &authority(&simulator));
        host.command("AT+QSSLCFG=\"cacert\",1,\"RAM:ours\"", &["OK"]);
        host.command(&open, &["OK", "+QFTPOPEN: 0,0"]);
        exercise(&mut host);
    }
}

#[test]
fn a_server_without_tls_is_631_0() {
    // With --direct nothing is there but this server, which speaks plain FTP.
    let server = Simulator::start(&[]);
    let addr = server.ready["server"]["ftp"].as_str().expect("an address");
    let (_, port) = addr.rsplit_once(':').expect("a port");
    let simulator = Simulator::start(&["--direct"]);
    let mut host = simulator.open();
    prepare(&mut host, 1);
    let open = format!("AT+QFTPOPEN=\"localhost\",{port}");
    host.command(&open, &["OK", "+QFTPOPEN: 631,0"]);
    host.command("AT+QFTPCFG=\"ssltype\",2", &["OK"]);
    host.command(&open, &["OK", "+QFTPOPEN: 0,0"]);
}

#[test]
fn the_ready_line_tells_the_implicit_port_and_the_ca_which_goes_at_the_end() {
    let outer = tempfile::tempdir().expect("a folder");
    let mut folder = tempfile::tempdir_in(outer.path()).expect("a folder");
    folder.disable_cleanup(true);
    let expected = folder.path().join("qftpsim/ca.pem");
    let simulator = Simulator::start_in(folder, &["--no-pty", "--tcp", "127.0.0.1:0"]);
    let server = &simulator.ready["server"];
    assert!(server["ftps_implicit"].as_str().is_some_and(|addr| !addr.ends_with(":0")));
    assert_eq!(server["ca"].as_str().map(Path::new), Some(expected.as_path()));
    assert!(authority(&simulator).starts_with(b"-----BEGIN CERTIFICATE-----"));
    simulator.signal(Signal::SIGTERM);
    let rest = std::fs::read_dir(expected.parent().expect("a folder")).expect("it stays");
    let rest: Vec<_> = rest.map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(!rest.contains(&"ca.pem".into()), "{rest:?}");
}
