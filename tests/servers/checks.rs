//! The columns of the tables: what is done on a server, and what must have come of it.

use std::time::Duration;

use crate::common::noise;
use crate::session::{Outcome, Session, expect};

/// A column.
pub struct Check {
    pub name: &'static str,
    /// Done in an open session, which it leaves open.
    pub run: fn(&mut Session) -> Outcome,
}

/// Each command once.
pub const COMMANDS: &[Check] = &[
    Check { name: "PUT", run: put },
    Check { name: "GET", run: get },
    Check { name: "LIST", run: list },
    Check { name: "NLST", run: nlst },
    Check { name: "MLSD", run: mlsd },
    Check { name: "SIZE", run: size },
    Check { name: "MDTM", run: mdtm },
    Check { name: "RENAME", run: rename },
    Check { name: "MKDIR", run: mkdir },
    Check { name: "RMDIR", run: rmdir },
    Check { name: "DEL", run: del },
];

/// What else drivers do.
pub const BEYOND: &[Check] = &[
    Check { name: "PWD+CWD", run: pwd_and_cwd },
    Check { name: "PUT at", run: put_at_an_offset },
    Check { name: "APPE", run: put_without_rest },
    Check { name: "parts", run: put_in_parts },
    Check { name: "GET part", run: get_a_part },
    Check { name: "1 MiB", run: a_megabyte },
    Check { name: "empty", run: empty_files },
    Check { name: "missing", run: missing },
    Check { name: "no folder", run: put_into_a_missing_folder },
    Check { name: "ASCII", run: ascii },
    Check { name: "password", run: wrong_password },
    Check { name: "QUIT", run: quit },
];

/// 2020-09-13 12:26:40 UTC.
const MODIFIED: Duration = Duration::from_secs(1_600_000_000);

fn hold(true_or_else: bool, what: &str) -> Outcome {
    if true_or_else { Ok(()) } else { Err(what.to_owned()) }
}

fn done(session: &mut Session, command: &str) -> Outcome {
    let said = session.ask(command)?;
    expect(&said, "0,0")
}

fn serve(session: &Session, name: &str, bytes: &[u8]) {
    session.server.ground.serve(name, bytes, MODIFIED);
}

fn has_stored(session: &Session, name: &str, bytes: &[u8]) -> Outcome {
    let stored = session.server.ground.stored(name);
    hold(stored.as_deref() == Some(bytes), "stored otherwise")
}

fn put(session: &mut Session) -> Outcome {
    let content = noise(5000);
    session.put_part("put.bin", 0, &content, true)?;
    has_stored(session, "put.bin", &content)
}

fn get(session: &mut Session) -> Outcome {
    let content = noise(5000);
    serve(session, "get.bin", &content);
    session.get_all("get.bin", &content)
}

fn list(session: &mut Session) -> Outcome {
    serve(session, "list.bin", b"12345");
    let listing = session.listing("LIST")?;
    let mut lines = listing.lines();
    hold(lines.any(|line| line.contains(" 5 ") && line.ends_with(" list.bin")), "not listed")
}

fn nlst(session: &mut Session) -> Outcome {
    serve(session, "nlst.bin", b"");
    let listing = session.listing("NLST")?;
    hold(listing.lines().any(|line| line == "nlst.bin"), "not listed")
}

fn mlsd(session: &mut Session) -> Outcome {
    serve(session, "mlsd.bin", b"12345");
    let listing = session.listing("MLSD")?;
    let facts = listing.lines().find_map(|line| line.strip_suffix(" mlsd.bin"));
    let facts = facts.ok_or("not listed")?.to_ascii_lowercase();
    let has = |fact: &str| facts.split(';').any(|other| other == fact);
    let known = ["type=file", "size=5", "modify=20200913122640"];
    hold(known.into_iter().all(has), "other facts")
}

fn size(session: &mut Session) -> Outcome {
    serve(session, "size.bin", b"12345");
    let said = session.ask("AT+QFTPSIZE=\"size.bin\"")?;
    expect(&said, "0,5")
}

fn mdtm(session: &mut Session) -> Outcome {
    serve(session, "mdtm.bin", b"");
    let said = session.ask("AT+QFTPMDTM=\"mdtm.bin\"")?;
    expect(&said, "0,\"20200913122640\"")
}

fn rename(session: &mut Session) -> Outcome {
    serve(session, "old.bin", b"12345");
    done(session, "AT+QFTPRENAME=\"old.bin\",\"new.bin\"")?;
    has_stored(session, "new.bin", b"12345")?;
    hold(session.server.ground.stored("old.bin").is_none(), "still there")
}

fn mkdir(session: &mut Session) -> Outcome {
    done(session, "AT+QFTPMKDIR=\"made\"")?;
    hold(session.server.ground.has_folder("made"), "not made")
}

fn rmdir(session: &mut Session) -> Outcome {
    session.server.ground.serve_folder("gone");
    done(session, "AT+QFTPRMDIR=\"gone\"")?;
    hold(!session.server.ground.has_folder("gone"), "still there")
}

fn del(session: &mut Session) -> Outcome {
    serve(session, "del.bin", b"12345");
    done(session, "AT+QFTPDEL=\"del.bin\"")?;
    hold(session.server.ground.stored("del.bin").is_none(), "still there")
}

fn pwd_and_cwd(session: &mut Session) -> Outcome {
    session.server.ground.serve_folder("folder");
    let start = session.ask("AT+QFTPPWD")?;
    let start = start.strip_prefix("0,/").ok_or("no path")?.trim_end_matches('/').to_owned();
    done(session, "AT+QFTPCWD=\"folder\"")?;
    let said = session.ask("AT+QFTPPWD")?;
    let separator = if start.is_empty() { "" } else { "/" };
    expect(&said, &format!("0,/{start}{separator}folder"))?;
    session.put_part("inside.bin", 0, b"12345", true)?;
    has_stored(session, "folder/inside.bin", b"12345")?;
    done(session, &format!("AT+QFTPCWD=\"/{start}\""))
}

/// A driver that resumes an upload.
fn put_at_an_offset(session: &mut Session) -> Outcome {
    let content = noise(5000);
    serve(session, "resumed.bin", &content[..3000]);
    session.put_part("resumed.bin", 3000, &content[3000..], true)?;
    has_stored(session, "resumed.bin", &content)
}

fn put_without_rest(session: &mut Session) -> Outcome {
    let content = noise(5000);
    serve(session, "appended.bin", &content[..3000]);
    session.host.command("AT+QFTPCFG=\"restenable\",0", &["OK"]);
    let put = session.put_part("appended.bin", 3000, &content[3000..], true);
    session.host.command("AT+QFTPCFG=\"restenable\",1", &["OK"]);
    put?;
    has_stored(session, "appended.bin", &content)
}

/// Two parts that are one file, and a first part that stays the only one.
fn put_in_parts(session: &mut Session) -> Outcome {
    let content = noise(5000);
    session.put_part("parts.bin", 0, &content[..3000], false)?;
    session.put_part("parts.bin", 3000, &content[3000..], true)?;
    has_stored(session, "parts.bin", &content)?;
    session.put_part("part.bin", 0, &content[..3000], false)?;
    let said = session.ask("AT+QFTPSIZE=\"part.bin\"")?;
    expect(&said, "0,3000")?;
    has_stored(session, "part.bin", &content[..3000])
}

/// Parts from the middle and the end, after which the session is as good as before.
fn get_a_part(session: &mut Session) -> Outcome {
    let content = noise(1 << 20);
    serve(session, "large.bin", &content);
    for start in [0, 1000, 500_000] {
        session.get_range("large.bin", start, 500, &content[start..start + 500])?;
        let said = session.ask("AT+QFTPSIZE=\"large.bin\"")?;
        expect(&said, "0,1048576")?;
    }
    let end = content.len() - 300;
    session.get_range("large.bin", end, 500, &content[end..])?;
    session.get_all("large.bin", &content)
}

fn a_megabyte(session: &mut Session) -> Outcome {
    let content = noise(1 << 20);
    session.put_part("up.bin", 0, &content, true)?;
    has_stored(session, "up.bin", &content)?;
    session.get_all("up.bin", &content)
}

fn empty_files(session: &mut Session) -> Outcome {
    let said = session.put_empty("empty.bin")?;
    expect(&said, "0,0")?;
    has_stored(session, "empty.bin", b"")?;
    serve(session, "nothing.bin", b"");
    session.get_all("nothing.bin", b"")?;
    session.server.ground.serve_folder("bare");
    done(session, "AT+QFTPCWD=\"bare\"")?;
    let listing = session.listing("LIST")?;
    done(session, "AT+QFTPCWD=\"..\"")?;
    hold(!listing.contains("bin"), "not empty")
}

fn missing(session: &mut Session) -> Outcome {
    for command in [
        "AT+QFTPSIZE=\"missing\"",
        "AT+QFTPMDTM=\"missing\"",
        "AT+QFTPDEL=\"missing\"",
        "AT+QFTPCWD=\"missing\"",
        "AT+QFTPRMDIR=\"missing\"",
        "AT+QFTPRENAME=\"missing\",\"other\"",
        "AT+QFTPGET=\"missing\",\"RAM:x\"",
    ] {
        let said = session.ask(command)?;
        expect(&said, "627,550")?;
    }
    // With COM: the download is refused before CONNECT.
    expect(&session.get_all("missing", b"").expect_err("missing"), "+CME ERROR: 627")
}

fn put_into_a_missing_folder(session: &mut Session) -> Outcome {
    let said = session.put_empty("missing/x")?;
    expect(&said, "627,550")
}

/// `"filetype"`,1: some servers then convert the ends of lines, but nothing else.
fn ascii(session: &mut Session) -> Outcome {
    session.close()?;
    session.host.command("AT+QFTPCFG=\"filetype\",1", &["OK"]);
    let opened = session.open();
    session.host.command("AT+QFTPCFG=\"filetype\",0", &["OK"]);
    opened?;
    let content = b"\x00one line \xff\x1a of bytes";
    session.put_part("ascii.bin", 0, content, true)?;
    has_stored(session, "ascii.bin", content)?;
    session.get_all("ascii.bin", content)?;
    session.close()?;
    session.open()
}

fn wrong_password(session: &mut Session) -> Outcome {
    session.close()?;
    let address = session.server.address.ip().to_string();
    let said =
        session.open_with(&address, "wrong").err().unwrap_or_else(|| "it was good".to_owned());
    session.host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,4"]);
    expect(&said, "625,530")?;
    session.open()
}

fn quit(session: &mut Session) -> Outcome {
    session.close()?;
    session.host.command("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,4"]);
    session.host.command("AT+QFTPPWD", &["+CME ERROR: 606"]);
    session.open()?;
    size(session)
}
