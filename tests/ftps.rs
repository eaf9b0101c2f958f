//! FTPS as a host sees it, over the port of a running `qftpsim`.

mod common;

use std::path::Path;

use common::{Host, Simulator, noise};
use nix::sys::signal::Signal;
use rcgen::KeyPair;

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

/// A modem whose server's FTPS is as a scenario says.
fn with_server(tls: &str) -> Simulator {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("s.yaml");
    let text = format!("{{scenario: a, server: {{tls: {{{tls}}}}}}}");
    std::fs::write(&scenario, text).expect("written");
    Simulator::start(&["--scenario", scenario.to_str().expect("text")])
}

/// The same with its host, which trusts the server's authority and minds dates.
fn checking(tls: &str, ssltype: u8) -> (Simulator, Host) {
    let simulator = with_server(tls);
    let mut host = simulator.open();
    prepare(&mut host, ssltype);
    upload(&mut host, "RAM:ca", &authority(&simulator));
    host.command("AT+QSSLCFG=\"cacert\",1,\"RAM:ca\"", &["OK"]);
    host.command("AT+QSSLCFG=\"seclevel\",1,1", &["OK"]);
    host.command("AT+QSSLCFG=\"ignorelocaltime\",1,0", &["OK"]);
    (simulator, host)
}

const GOOD: &str = "0,0";
const BAD: &str = "631,0";

/// The outcome of `AT+QFTPOPEN`, in implicit and in explicit FTPS, on a server with this `tls` and
/// after these settings of SSL context 1.
#[track_caller]
fn opens(tls: &str, settings: &[&str], expected: &str) {
    for (ssltype, port) in [(1, 990), (2, 21)] {
        let (_simulator, mut host) = checking(tls, ssltype);
        for setting in settings {
            host.command(&format!("AT+QSSLCFG={setting}"), &["OK"]);
        }
        let said = host.ask(&format!("AT+QFTPOPEN=\"ftp.example.com\",{port}"));
        assert_eq!(said.as_deref(), Ok(expected), "{tls} {settings:?} ssltype {ssltype}");
        if expected == GOOD {
            exercise(&mut host);
        }
    }
}

#[test]
fn a_scenarios_bad_certificate_is_631_0_where_a_good_one_is_0_0() {
    opens("certificate: valid", &[], GOOD);
    opens("certificate: expired", &[], BAD);
    opens("certificate: not_yet_valid", &[], BAD);
    opens("certificate: wrong_name", &[], BAD);
    opens("certificate: self_signed", &[], BAD);
}

#[test]
fn a_scenarios_bad_certificate_is_good_enough_for_a_host_that_does_not_mind() {
    let ignores_dates = ["\"ignorelocaltime\",1,1"];
    opens("certificate: expired", &ignores_dates, GOOD);
    opens("certificate: not_yet_valid", &ignores_dates, GOOD);
    opens("certificate: wrong_name", &ignores_dates, BAD);
    let checks_nothing = ["\"seclevel\",1,0"];
    opens("certificate: wrong_name", &checks_nothing, GOOD);
    opens("certificate: self_signed", &checks_nothing, GOOD);
}

#[test]
fn the_modules_own_clock_tells_whether_a_certificate_is_valid() {
    for (certificate, clock, expected) in [
        ("expired", "00/06/01,12:00:00+00", GOOD),
        ("expired", "01/06/01,12:00:00+00", BAD),
        ("not_yet_valid", "98/06/01,12:00:00+00", BAD),
        ("not_yet_valid", "99/06/01,12:00:00+00", GOOD),
    ] {
        let (_simulator, mut host) = checking(&format!("certificate: {certificate}"), 1);
        host.command(&format!("AT+CCLK=\"{clock}\""), &["OK"]);
        let said = host.ask("AT+QFTPOPEN=\"ftp.example.com\",990");
        assert_eq!(said.as_deref(), Ok(expected), "{certificate} {clock}");
    }
}

#[test]
fn a_scenarios_versions_are_those_of_the_server() {
    let (only_1_2, all) = (["\"sslversion\",1,3"], ["\"sslversion\",1,4"]);
    opens("max_version: 1.2", &only_1_2, GOOD);
    opens("min_version: 1.3", &only_1_2, BAD);
    opens("min_version: 1.3", &all, GOOD);
}

#[test]
fn a_scenarios_server_without_ftps_has_no_ca_and_is_for_plain_ftp_only() {
    for (ssltype, port, expected) in [(1, 990, BAD), (2, 21, "622,502"), (0, 21, GOOD)] {
        let simulator = with_server("offered: false");
        assert!(simulator.ready["server"]["ftps_implicit"].is_null());
        assert!(simulator.ready["server"]["ca"].is_null());
        let mut host = simulator.open();
        prepare(&mut host, ssltype);
        let said = host.ask(&format!("AT+QFTPOPEN=\"ftp.example.com\",{port}"));
        assert_eq!(said.as_deref(), Ok(expected), "ssltype {ssltype}");
    }
}

#[test]
fn a_scenarios_server_that_asks_for_a_client_certificate_gets_one_with_seclevel_2() {
    let key = KeyPair::generate().expect("a key");
    let other = KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(["device-1".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate").pem();
    for (seclevel, key, expected) in [(1, &key, BAD), (2, &other, BAD), (2, &key, GOOD)] {
        for (ssltype, port) in [(1, 990), (2, 21)] {
            let (_simulator, mut host) = checking("client_certificate: true", ssltype);
            upload(&mut host, "RAM:cert", certificate.as_bytes());
            upload(&mut host, "RAM:key", key.serialize_pem().as_bytes());
            host.command("AT+QSSLCFG=\"clientcert\",1,\"RAM:cert\"", &["OK"]);
            host.command("AT+QSSLCFG=\"clientkey\",1,\"RAM:key\"", &["OK"]);
            host.command(&format!("AT+QSSLCFG=\"seclevel\",1,{seclevel}"), &["OK"]);
            let said = host.ask(&format!("AT+QFTPOPEN=\"ftp.example.com\",{port}"));
            assert_eq!(said.as_deref(), Ok(expected), "seclevel {seclevel}, ssltype {ssltype}");
        }
    }
}
