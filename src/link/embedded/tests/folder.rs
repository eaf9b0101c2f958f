//! A folder of this machine, served by unftp-sbe-fs.

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
};

use cap_std::fs::OpenOptions;
use nix::{sys::stat::Mode, unistd::mkfifo};

use super::*;
use crate::link::embedded::{
    FileError,
    folder::{open_if_file, open_root},
};

async fn serve(root: &Path) -> EmbeddedServer {
    start(ServerConfig { root: Root::Folder(root.to_owned()), ..config() }).await
}

#[tokio::test]
async fn a_folder_is_read_and_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("there"), "before").unwrap();
    let server = serve(dir.path()).await;
    let mut raw = Raw::login(&server).await;
    assert_eq!(raw.fetch("RETR there").await.0, b"before");
    assert_eq!(raw.command("MKD sub").await, "257 /sub");
    let data = sample(1024 * 1024);
    assert_eq!(raw.store("STOR sub/new", &data).await, "226 File successfully written");
    assert_same(&fs::read(dir.path().join("sub/new")).unwrap(), &data);
    raw.command("REST 1048570").await;
    assert_eq!(raw.fetch("RETR sub/new").await.0, data[1_048_570..]);
    assert_eq!(raw.store("APPE sub/new", b"more").await, "226 File successfully written");

    let files = server.files();
    assert_eq!(files.read("there").unwrap(), "before");
    assert_eq!(files.size("/sub/new"), Some(data.len() as u64 + 4));
    assert_eq!(files.size("/sub"), None);
    assert!(files.exists("sub") && !files.exists("missing"));
    let names: Vec<_> = files.list("/").unwrap().into_iter().map(|e| (e.name, e.is_dir)).collect();
    assert_eq!(names, [("sub".to_owned(), true), ("there".to_owned(), false)]);
    assert_eq!(files.write("there", "x"), Err(FileError::ReadOnly));
}

#[tokio::test]
async fn neither_dots_nor_links_lead_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let root = outside.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("inside"), "inside").unwrap();
    symlink(&secret, root.join("absolute")).unwrap();
    symlink("../secret", root.join("relative")).unwrap();
    symlink(outside.path(), root.join("folder")).unwrap();
    symlink("inside", root.join("good")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    symlink(outside.path().join("new"), root.join("dangling")).unwrap();
    let server = serve(&root).await;
    let mut raw = Raw::login(&server).await;

    for path in [
        "../secret",
        "/../secret",
        "./x/../../secret",
        "absolute",
        "relative",
        "folder/secret",
        "loop",
        "dangling",
    ] {
        let (bytes, reply) = raw.fetch(&format!("RETR {path}")).await;
        assert_eq!((bytes, &reply[..3]), (vec![], "550"), "RETR {path}");
        let reply = raw.store(&format!("STOR {path}"), b"owned").await;
        assert_eq!(&reply[..3], "550", "STOR {path}");
        assert_eq!(server.files().read(path), None, "{path}");
    }
    for command in [
        "CWD ..",
        "CWD folder",
        "MKD ../new",
        "MKD folder/new",
        "DELE ../secret",
        "DELE folder/secret",
        "RMD ../root",
        "SIZE folder/secret",
    ] {
        let reply = raw.command(command).await;
        assert_eq!(&reply[..3], "550", "{command}: {reply}");
    }
    for command in ["LIST ..", "LIST folder", "NLST folder", "MLSD .."] {
        let (bytes, reply) = raw.fetch(command).await;
        assert_eq!((bytes, &reply[..3]), (vec![], "550"), "{command}");
    }
    for (from, to) in [("inside", "../stolen"), ("inside", "folder/stolen"), ("../secret", "mine")]
    {
        raw.command(&format!("RNFR {from}")).await;
        let reply = raw.command(&format!("RNTO {to}")).await;
        assert!(reply.starts_with("550") || reply.starts_with("450"), "{from} {to}: {reply}");
    }
    assert_eq!(raw.fetch("RETR good").await.0, b"inside");
    assert_eq!(server.files().read("good").unwrap(), "inside");
    assert_eq!(server.files().list("folder"), None);
    let mut names: Vec<_> =
        fs::read_dir(outside.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["root", "secret"]);
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
}

/// Bytes that something on the way might take for `..` or `/`.
const LOOK_ALIKES: &[&[u8]] = &[
    b"%2e%2e/secret",
    b"..%2fsecret",
    b"..\\secret",
    "．．/secret".as_bytes(),
    "‥/secret".as_bytes(),
    "..∕secret".as_bytes(),
    b"..\xc0\xafsecret",
    b"\xc0\xae\xc0\xae/secret",
    b"\xff\xfe/secret",
    b"..\0/secret",
];

#[tokio::test]
async fn no_spelling_of_a_name_leads_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let root = outside.path().join("root");
    fs::create_dir(&root).unwrap();
    let server = serve(&root).await;
    for name in LOOK_ALIKES {
        for (verb, content) in [("RETR", &b""[..]), ("STOR", b"owned"), ("DELE", b"")] {
            // After some of them the server hangs up.
            let mut raw = Raw::login(&server).await;
            let mut data = raw.passive().await;
            let line = [verb.as_bytes(), b" ", name, b"\r\n"].concat();
            raw.0.write_all(&line).await.unwrap();
            let _ = data.write_all(content).await;
            let _ = data.shutdown().await;
            let mut got = Vec::new();
            if raw.reply().await.starts_with("150") {
                let _ = timeout(LONG, data.read_to_end(&mut got)).await.expect("an end");
                raw.reply().await;
            }
            assert!(got.is_empty(), "{verb} {name:?}: {got:?}");
        }
    }
    let mut names: Vec<_> =
        fs::read_dir(outside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["root", "secret"]);
    assert_eq!(fs::read(outside.path().join("secret")).unwrap(), b"secret");
}

#[tokio::test]
async fn what_is_neither_file_nor_folder_is_not_there_and_holds_nobody_up() {
    let dir = tempfile::tempdir().unwrap();
    mkfifo(&dir.path().join("pipe"), Mode::S_IRWXU).unwrap();
    symlink("pipe", dir.path().join("link")).unwrap();
    let _socket = UnixListener::bind(dir.path().join("socket")).unwrap();
    let server = serve(dir.path()).await;
    let mut raw = Raw::login(&server).await;
    for name in ["pipe", "link", "socket"] {
        let (bytes, reply) = raw.fetch(&format!("RETR {name}")).await;
        assert_eq!((bytes, &reply[..3]), (vec![], "550"), "RETR {name}");
        let reply = raw.store(&format!("STOR {name}"), b"hello").await;
        assert_eq!(&reply[..3], "550", "STOR {name}");
        assert_eq!(server.files().read(name), None, "{name}");
        assert!(!server.files().exists(name), "{name}");
    }
    assert_eq!(server.files().list("/"), Some(vec![]));
}

/// What somebody puts in the place of a file after it was looked at.
#[test]
fn what_is_swapped_in_before_it_is_opened_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    mkfifo(&dir.path().join("pipe"), Mode::S_IRWXU).unwrap();
    let root = open_root(dir.path()).unwrap();
    for write in [false, true] {
        let mut options = OpenOptions::new();
        let opened = open_if_file(&root, Path::new("pipe"), options.read(!write).write(write));
        assert!(opened.is_err());
    }
}

#[tokio::test]
async fn a_folder_that_vanished_closes_the_connection() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve(dir.path()).await;
    dir.close().unwrap();
    let mut raw = Raw(BufReader::new(TcpStream::connect(server.ftp_addr()).await.unwrap()));
    assert_eq!(raw.reply().await, "");
}
