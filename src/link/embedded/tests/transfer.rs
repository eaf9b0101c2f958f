//! RETR, STOR and APPE.

use std::io::Cursor;

use tokio::net::TcpListener;

use super::*;

const MIB: usize = 1024 * 1024;

async fn retrieve(client: &mut AsyncFtpStream, name: &str) -> Vec<u8> {
    let mut stream = client.retr_as_stream(name).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    stream.finish().await.unwrap();
    bytes
}

#[tokio::test]
async fn a_mebibyte_goes_up_and_comes_down_unchanged() {
    let server = start(config()).await;
    let mut client = client(&server).await;
    let data = sample(MIB + 1);
    let sent = client.put_file("big.bin", &mut Cursor::new(&data)).await.unwrap();
    assert_eq!(sent, data.len() as u64);
    assert_eq!(client.size("big.bin").await.unwrap(), data.len());
    assert_same(&server.files().read("/big.bin").unwrap(), &data);
    assert_same(&retrieve(&mut client, "big.bin").await, &data);
}

#[tokio::test]
async fn rest_starts_a_download_there() {
    let server = start(config()).await;
    let data = sample(MIB);
    server.files().write("f", &data).unwrap();
    let mut client = client(&server).await;
    for offset in [1, 300_000, MIB - 1, MIB] {
        client.resume_transfer(offset).await.unwrap();
        assert_same(&retrieve(&mut client, "f").await, &data[offset..]);
    }
    assert_same(&retrieve(&mut client, "f").await, &data);
}

#[tokio::test]
async fn rest_continues_an_upload_there_and_drops_what_came_after() {
    let server = start(config()).await;
    server.files().write("f", "0123456789").unwrap();
    let mut client = client(&server).await;
    client.resume_transfer(4).await.unwrap();
    client.put_file("f", &mut Cursor::new("ab")).await.unwrap();
    assert_eq!(server.files().read("f").unwrap(), "0123ab");
    client.resume_transfer(6).await.unwrap();
    client.put_file("f", &mut Cursor::new("cd")).await.unwrap();
    assert_eq!(server.files().read("f").unwrap(), "0123abcd");
    client.put_file("f", &mut Cursor::new("x")).await.unwrap();
    assert_eq!(server.files().read("f").unwrap(), "x");
}

#[tokio::test]
async fn rest_past_the_end_is_550_and_leaves_the_file_alone() {
    let server = start(config()).await;
    server.files().write("f", "0123456789").unwrap();
    let mut raw = Raw::login(&server).await;
    let rest = "350 Restarting at 11. Now send STORE or RETRIEVE.";
    assert_eq!(raw.command("REST 11").await, rest);
    assert_eq!(raw.store("STOR f", b"x").await, "550 File not found");
    assert_eq!(raw.command("REST 11").await, rest);
    assert_eq!(raw.store("STOR new", b"x").await, "550 File not found");
    assert_eq!(raw.command("REST 11").await, rest);
    assert_eq!(raw.fetch("RETR f").await, (vec![], "550 File not found".into()));
    assert_eq!(server.files().read("f").unwrap(), "0123456789");
    assert!(!server.files().exists("new"));
    // libunftp forgets the offset only after a transfer that worked.
    assert_eq!(raw.fetch("RETR f").await.1, "550 File not found");
    raw.command("REST 0").await;
    assert_eq!(raw.fetch("RETR f").await, (b"0123456789".to_vec(), "226 Successfully sent".into()));
}

#[tokio::test]
async fn appe_adds_to_the_end_and_makes_the_file() {
    let server = start(config()).await;
    let mut client = client(&server).await;
    client.append_file("log", &mut Cursor::new("one ")).await.unwrap();
    client.append_file("log", &mut Cursor::new("two")).await.unwrap();
    assert_eq!(server.files().read("log").unwrap(), "one two");
}

#[tokio::test]
async fn a_pattern_of_five_gibibytes_is_there_in_full() {
    let server = start(config()).await;
    let size = 5_u64 << 30;
    server.files().write_pattern("huge", size).unwrap();
    let mut raw = Raw::login(&server).await;
    assert_eq!(raw.command("SIZE huge").await, format!("213 {size}"));
    raw.command(&format!("REST {}", size - 600_000)).await;
    let (bytes, reply) = raw.fetch("RETR huge").await;
    let expected: Vec<u8> = (size - 600_000..size).map(|i| (i % 251) as u8).collect();
    assert_same(&bytes, &expected);
    assert_eq!(reply, "226 Successfully sent");
}

#[tokio::test]
async fn an_upload_cut_by_a_reset_is_426_and_keeps_what_arrived() {
    let server = start(config()).await;
    let mut raw = Raw::login(&server).await;
    let mut data = raw.passive().await;
    raw.command("STOR part").await;
    data.write_all(&sample(300_000)).await.unwrap();
    eventually(|| server.files().size("part") == Some(300_000)).await;
    data.set_zero_linger().unwrap();
    drop(data);
    assert_eq!(raw.reply().await, "426 Connection closed");
    assert_same(&server.files().read("part").unwrap(), &sample(300_000));
}

#[tokio::test]
async fn a_new_upload_ends_an_older_one_to_the_same_file() {
    let server = start(config()).await;
    let mut old = Raw::login(&server).await;
    let mut new = Raw::login(&server).await;
    let mut data = old.passive().await;
    old.command("STOR f").await;
    data.write_all(b"old").await.unwrap();
    eventually(|| server.files().size("f") == Some(3)).await;
    new.command("REST 1").await;
    assert_eq!(new.store("STOR f", b"new").await, "226 File successfully written");
    data.write_all(b"late").await.unwrap();
    assert_eq!(old.reply().await, "450 File not found");
    assert_eq!(server.files().read("f").unwrap(), "onew");
}

#[tokio::test]
async fn the_quota_ends_an_upload_with_452_and_keeps_what_fitted() {
    let server = start(memory(MemoryOptions { quota: Some(1000), ..Default::default() })).await;
    server.files().write("old", sample(400)).unwrap();
    let mut raw = Raw::login(&server).await;
    assert_eq!(raw.store("STOR new", &sample(601)).await, "452 Insufficient storage space");
    assert_eq!(server.files().read("new").unwrap(), sample(600));
    raw.command("DELE old").await;
    assert_eq!(raw.store("STOR new", &sample(1000)).await, "226 File successfully written");
    assert_eq!(raw.store("APPE new", b"x").await, "452 Insufficient storage space");
}

#[tokio::test]
async fn transfers_that_cannot_begin_have_a_150_before_their_550() {
    let server = start(config()).await;
    server.files().mkdir("/dir").unwrap();
    server.files().write("/file", "x").unwrap();
    let mut raw = Raw::login(&server).await;
    for (command, reply) in [
        ("RETR missing", "550 File not found"),
        ("RETR dir", "550 Permission denied"),
        ("RETR /", "550 Permission denied"),
        ("RETR file/x", "550 Directory not found"),
    ] {
        assert_eq!(raw.fetch(command).await, (vec![], reply.into()), "{command}");
    }
    for (command, reply) in [
        ("STOR nodir/x", "550 File not found"),
        ("STOR dir", "550 Permission denied"),
        ("STOR file/x", "550 Directory not found"),
        ("STOR a\0b", "553 File name not allowed"),
        ("APPE dir", "550 Permission denied"),
        ("APPE nodir/x", "550 File not found"),
    ] {
        assert_eq!(raw.store(command, b"data").await, reply, "{command}");
    }
    assert_eq!(server.files().read("/file").unwrap(), "x");
}

#[tokio::test]
async fn without_a_data_connection_it_is_425_at_once() {
    let server = start(config()).await;
    let mut raw = Raw::login(&server).await;
    for command in ["RETR x", "STOR x", "APPE x", "LIST", "NLST", "MLSD"] {
        assert_eq!(raw.command(command).await, "425 No data connection established", "{command}");
    }
}

#[tokio::test]
async fn active_mode_and_pasv_work_as_well() {
    let server = start(config()).await;
    server.files().write("f", "hello").unwrap();
    let mut active = client(&server).await.active_mode(LONG);
    assert_eq!(retrieve(&mut active, "f").await, b"hello");
    active.set_mode(suppaftp::Mode::Passive);
    assert_eq!(retrieve(&mut active, "f").await, b"hello");

    let mut raw = Raw::login(&server).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let port = format!("PORT 127,0,0,1,{},{}", closed >> 8, closed & 255);
    assert_eq!(raw.command(&port).await, "425 Could not establish data connection");
    assert_eq!(raw.command("PORT 1,2").await, "501 Invalid address format");
}
