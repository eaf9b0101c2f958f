//! Folders, names, listings.

use std::time::SystemTime;

use super::*;
use crate::link::embedded::{Clock, FileError};

/// 2024-03-04 05:06:07 UTC.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_528_767)
}

#[tokio::test]
async fn folders_are_made_entered_and_removed() {
    let server = start(config()).await;
    let mut client = client(&server).await;
    client.mkdir("a").await.unwrap();
    client.cwd("a").await.unwrap();
    client.mkdir("b").await.unwrap();
    client.cwd("b").await.unwrap();
    assert_eq!(client.pwd().await.unwrap(), "/a/b");
    client.cdup().await.unwrap();
    assert_eq!(client.pwd().await.unwrap(), "/a");
    client.rmdir("b").await.unwrap();
    client.cwd("/").await.unwrap();
    client.rmdir("a").await.unwrap();
    assert_eq!(server.files().list("/").unwrap(), []);
}

#[tokio::test]
async fn files_and_folders_are_renamed_and_moved() {
    let server = start(config()).await;
    let files = server.files();
    files.write("/in/a", "A").unwrap();
    files.write("/b", "B").unwrap();
    files.mkdir("/out").unwrap();
    let mut client = client(&server).await;
    client.rename("/in/a", "/a").await.unwrap();
    assert_eq!(files.read("/a").unwrap(), "A");
    client.rename("in", "out/in").await.unwrap();
    assert!(files.exists("/out/in") && !files.exists("/in"));
    client.rename("/a", "/b").await.unwrap();
    assert_eq!(files.read("/b").unwrap(), "A");
    assert!(!files.exists("/a"));
}

#[tokio::test]
async fn what_cannot_be_done_has_its_own_reply() {
    let server = start(config()).await;
    let files = server.files();
    files.write("/full/x", "x").unwrap();
    files.mkdir("/empty").unwrap();
    files.write("/file", "f").unwrap();
    let mut raw = Raw::login(&server).await;
    for (command, expected) in [
        ("CWD missing", "550 File not found"),
        ("CWD file", "550 Directory not found"),
        ("MKD empty", "550 Permission denied"),
        ("MKD file", "550 Permission denied"),
        ("MKD /", "550 Permission denied"),
        ("MKD nodir/x", "550 File not found"),
        ("MKD a\0b", "553 File name not allowed"),
        ("RMD full", "550 Directory not empty"),
        ("RMD missing", "550 File not found"),
        ("RMD file", "550 Directory not found"),
        ("RMD /", "550 Permission denied"),
        ("DELE missing", "550 File not found"),
        ("DELE empty", "550 Permission denied"),
        ("SIZE missing", "550 File not found"),
        ("SIZE empty", "213 0"),
        ("MDTM missing", "550 File not found"),
        ("MLST missing", "550 storage error: 550 Permanent file not available"),
        ("RNFR missing", "550 File not found"),
        ("RNTO x", "450 Please tell me what file you want to rename first"),
        ("EPRT |1|127.0.0.1|1|", "500 Command not implemented"),
        ("MFMT 20240101000000 file", "500 Command not implemented"),
        ("REIN", "500 Command not implemented"),
        ("AUTH TLS", "502 TLS/SSL not configured"),
    ] {
        assert_eq!(raw.command(command).await, expected, "{command:?}");
    }
    for (from, to, expected) in [
        ("full", "empty", "550 Permission denied"),
        ("full", "full/in", "550 Permission denied"),
        ("file", "empty", "550 Permission denied"),
        ("file", "nodir/x", "550 File not found"),
        ("file", "a\0b", "553 File name not allowed"),
        ("/", "x", "550 Permission denied"),
        ("file", "file", "250 Renamed"),
    ] {
        assert!(raw.command(&format!("RNFR {from}")).await.starts_with("350 "), "{from}");
        assert_eq!(raw.command(&format!("RNTO {to}")).await, expected, "{from} to {to:?}");
    }
    for (command, expected) in [
        ("LIST missing", "550 File not found"),
        ("NLST missing", "550 Directory not found"),
        ("MLSD missing", "550 File not found"),
    ] {
        assert_eq!(raw.fetch(command).await, (vec![], expected.into()), "{command}");
    }
    assert_eq!(files.read("/full/x").unwrap(), "x");
    assert_eq!(files.read("/file").unwrap(), "f");
}

#[tokio::test]
async fn a_malformed_command_is_501_and_the_end_of_the_session() {
    let server = start(config()).await;
    for command in ["REST x", "STOR", "PWD x", "OPTS MLST type"] {
        let mut raw = Raw::login(&server).await;
        assert_eq!(raw.command(command).await, "501 Invalid Parameter", "{command}");
        assert_eq!(raw.reply().await, "", "{command}");
    }
}

#[tokio::test]
async fn listings_show_names_sizes_and_times() {
    let clock = Clock::new(noon);
    let server = start(memory(MemoryOptions { clock, ..Default::default() })).await;
    server.files().write("/in/data.bin", sample(1234)).unwrap();
    server.files().mkdir("/in/sub").unwrap();
    let mut client = client(&server).await;
    assert_eq!(client.nlst(Some("in")).await.unwrap(), ["data.bin", "sub"]);
    assert_eq!(client.nlst(Some("in/data.bin")).await.unwrap(), ["data.bin"]);
    assert_eq!(
        client.mlsd(Some("in")).await.unwrap(),
        [
            "type=file;size=1234;modify=20240304050607; data.bin",
            "type=dir;size=0;modify=20240304050607; sub",
        ]
    );
    assert_eq!(
        client.list(Some("in")).await.unwrap(),
        [
            "-rw-r--r--            1            0            0           1234  Mar 04 2024 data.bin",
            "drwxr-xr-x            1            0            0              0  Mar 04 2024 sub",
        ]
    );
    client.cwd("in").await.unwrap();
    assert_eq!(client.nlst(None).await.unwrap(), ["data.bin", "sub"]);
    assert_eq!(client.nlst(Some("sub")).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn mdtm_tells_the_time_of_the_last_write() {
    let clock = Clock::new(noon);
    let server = start(memory(MemoryOptions { clock, ..Default::default() })).await;
    let mut raw = Raw::login(&server).await;
    raw.store("STOR f", b"x").await;
    assert_eq!(raw.command("MDTM f").await, "213 20240304050607");
    server.files().set_modified("f", noon() + Duration::from_secs(60)).unwrap();
    assert_eq!(raw.command("MDTM f").await, "213 20240304050707");
    assert_eq!(
        raw.command("MLST f").await,
        "250- Listing\n type=file;size=1;modify=20240304050707; f\n250 End"
    );
    raw.store("APPE f", b"y").await;
    assert_eq!(raw.command("MDTM f").await, "213 20240304050607");
}

#[tokio::test]
async fn paths_are_normalised_and_never_lead_above_the_root() {
    let server = start(config()).await;
    server.files().write("/a/b/file", "here").unwrap();
    server.files().write("/top", "top").unwrap();
    let mut raw = Raw::login(&server).await;
    for path in ["/a/b/file", "//a//b//file", "./a/./b/file", "a/x/../b/file", "../../a/b/file"] {
        assert_eq!(raw.fetch(&format!("RETR {path}")).await.0, b"here", "{path}");
    }
    raw.command("CWD a/b").await;
    assert_eq!(raw.fetch("RETR file").await.0, b"here");
    assert_eq!(raw.fetch("RETR ./file").await.0, b"here");
    assert_eq!(raw.fetch("RETR ../../top").await.0, b"top");
    assert_eq!(raw.fetch("RETR ../../../../top").await.0, b"top");
    raw.store("STOR ../../../../etc", b"in the root").await;
    assert_eq!(server.files().read("/etc").unwrap(), "in the root");
    raw.command("CWD ../..").await;
    assert_eq!(raw.fetch("RETR top").await.0, b"top");
    // libunftp does not tidy up its working directory.
    assert_eq!(raw.command("PWD").await, "257 \"/a/b/../..\"");
}

#[tokio::test]
async fn odd_names_survive() {
    let server = start(config()).await;
    let mut raw = Raw::login(&server).await;
    for name in ["with space", "ünïcode 文件", "...", "semi;colon", "\"quoted\"", "-l"] {
        let reply = raw.store(&format!("STOR {name}"), name.as_bytes()).await;
        assert_eq!(reply, "226 File successfully written", "{name}");
        assert_eq!(server.files().read(name).unwrap(), name);
        assert_eq!(raw.fetch(&format!("RETR {name}")).await.0, name.as_bytes());
    }
}

#[tokio::test]
async fn the_handle_makes_parents_and_tells_what_it_refused() {
    let server = start(memory(MemoryOptions { quota: Some(10), ..Default::default() })).await;
    let files = server.files();
    assert_eq!(files.write("/a/b/c", "123"), Ok(()));
    let names: Vec<_> = files.list("a").unwrap().into_iter().map(|e| (e.name, e.is_dir)).collect();
    assert_eq!(names, [("b".to_owned(), true)]);
    assert_eq!(files.size("a/b"), None);
    assert_eq!(files.read("a/b"), None);
    assert_eq!(files.list("a/b/c"), None);
    assert_eq!(files.write("a/b", "x"), Err(FileError::IsAFolder));
    assert_eq!(files.write("a/b/c/d", "x"), Err(FileError::NotAFolder));
    assert_eq!(files.write("/", "x"), Err(FileError::IsTheRoot));
    assert_eq!(files.write("a\nb", "x"), Err(FileError::NameNotAllowed));
    assert_eq!(files.mkdir("a\rb/c"), Err(FileError::NameNotAllowed));
    assert_eq!(files.mkdir("a/b"), Ok(()));
    assert_eq!(files.write("big", "12345678"), Err(FileError::QuotaExceeded));
    assert_eq!(files.remove("a"), Ok(()));
    assert_eq!(files.remove("a"), Err(FileError::NotFound));
    assert_eq!(files.write_pattern("big", 11), Err(FileError::QuotaExceeded));
    assert_eq!(files.write_pattern("big", 10), Ok(()));
    assert_eq!(files.read("big").unwrap()[..], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
}
