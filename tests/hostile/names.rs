//! Names that try to lead out of a store's folder.

use crate::common::{Host, Simulator};

/// None of them is a file of a store, whatever it is called elsewhere.
const NAMES: &[&[u8]] = &[
    b"",
    b".",
    b"..",
    b"../secret",
    b"UFS:../secret",
    b"RAM:../secret",
    b"SD:../secret",
    b"ufs:secret",
    b"UFS:UFS:secret",
    b"/etc/passwd",
    b"UFS:/etc/passwd",
    b"..\\secret",
    b"a/../../secret",
    b"..\0secret",
    b"\xc0\xae\xc0\xae\xc0\xafsecret",
    b"..\xc0\xafsecret",
    b"\xff\xfesecret",
    // In the folder, but none of its files.
    b"link",
    b"folder",
];

/// What takes the name of a local file in place of `@`.
const COMMANDS: [&str; 10] = [
    "AT+QFUPL=\"@\",5",
    "AT+QFDWL=\"@\"",
    "AT+QFOPEN=\"@\",0",
    "AT+QFOPEN=\"@\",1",
    "AT+QFOPEN=\"@\",2",
    "AT+QFDEL=\"@\"",
    "AT+QFMOV=\"@\",\"b\",1,1",
    "AT+QFMOV=\"a\",\"@\",1,1",
    "AT+QFTPPUT=\"f\",\"@\"",
    "AT+QFTPGET=\"f\",\"@\"",
];

/// What a command is answered with in the end.
fn result(host: &mut Host, command: &[u8]) -> String {
    host.write(&[command, b"\r"].concat());
    host.line()
}

#[test]
fn no_name_leads_out_of_a_stores_folder() {
    let outside = tempfile::tempdir().expect("a folder");
    let path = |name: &str| outside.path().join(name);
    std::fs::write(path("secret"), "secret").expect("written");
    std::fs::create_dir_all(path("ufs/folder")).expect("made");
    std::fs::write(path("ufs/a"), "mine").expect("written");
    std::os::unix::fs::symlink(path("secret"), path("ufs/link")).expect("made");
    let store = format!("UFS={}", path("ufs").display());
    let simulator = Simulator::start(&["--urc-gap", "0", "--store", &store]);
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPPUT=\"f\",\"UFS:a\"", &["OK", "+QFTPPUT: 0,4"]);
    host.command("ATE0", &["OK"]);
    for command in COMMANDS {
        let (before, after) = command.split_once('@').expect("a place for the name");
        for name in NAMES {
            let mut said = result(&mut host, &[before.as_bytes(), name, after.as_bytes()].concat());
            if command.starts_with("AT+QFTP") && said == "OK" {
                said = host.line();
            }
            let refused = ["ERROR", "+CME ERROR: ", "+QFTPPUT: 6", "+QFTPGET: 6"];
            let refused = refused.iter().any(|beginning| said.starts_with(beginning));
            assert!(refused, "{command} {:?}: {said}", String::from_utf8_lossy(name));
        }
    }
    // Once more with everything that is there.
    assert_eq!(result(&mut host, b"AT+QFDEL=\"*\""), "OK");
    let names = |folder: &str| {
        let entries = std::fs::read_dir(path(folder)).expect("a folder");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("one").file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(
        (names(""), names("ufs")),
        (vec!["secret".into(), "ufs".into()], vec!["folder".into(), "link".into()])
    );
    assert_eq!(std::fs::read(path("secret")).expect("there"), b"secret");
}
