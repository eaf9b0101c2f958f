//! A folder of this machine, served by unftp-sbe-fs.

use std::{fs, os::unix::fs::symlink, path::Path};

use super::*;
use crate::link::embedded::FileError;

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
    let server = serve(&root).await;
    let mut raw = Raw::login(&server).await;

    for path in ["../secret", "/../secret", "absolute", "relative", "folder/secret"] {
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

#[tokio::test]
async fn a_folder_that_vanished_closes_the_connection() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve(dir.path()).await;
    dir.close().unwrap();
    let mut raw = Raw(BufReader::new(TcpStream::connect(server.ftp_addr()).await.unwrap()));
    assert_eq!(raw.reply().await, "");
}
