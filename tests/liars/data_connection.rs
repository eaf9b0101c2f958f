//! Lies about the data connection and on it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use crate::lies::{
    BOUND, GET, LIST, PUT, ask, liar, lie, modem, next_session_works, says, says_without_end,
    stalls, tell,
};
use crate::scripted::{CONTENT, Control, Turn};

/// Says 150 and opens the data connection.
fn begins(control: &mut Control) -> TcpStream {
    control.say("150 here it comes");
    control.open_data().expect("the modem is there")
}

fn endless(control: &mut Control, bytes: &[u8]) -> Turn {
    let mut data = begins(control);
    let bytes = bytes.repeat(64 * 1024 / bytes.len());
    while data.write_all(&bytes).is_ok() {}
    drop(data);
    says(control, "426 aborted")
}

#[test]
fn at_the_data_connection() {
    tell(&[
        lie("silence", "PASV", stalls, GET, "609,0"),
        lie("227 with nonsense", "PASV", |c| says(c, "227 (1,2,three)"), GET, "601,227"),
        lie("227 with an address of zeros", "PASV", |c| says(c, "227 (0,0,0,0,0,0)"), GET, "615,0"),
        lie("227 with nobody there", "PASV", |c| says(c, "227 (127,0,0,1,0,1)"), GET, "615,0"),
        lie("a line without an end", "PASV", |c| says_without_end(c, b"227 "), GET, "601,0"),
        lie(
            "425 after 150",
            "RETR",
            |c| {
                c.say("150 go");
                says(c, "425 can't")
            },
            GET,
            "615,425",
        ),
        lie(
            "150, no data connection, silence",
            "RETR",
            |c| {
                c.say("150 go");
                stalls(c)
            },
            GET,
            "609,0",
        ),
        lie("226 instead of 150", "RETR", |c| says(c, "226 done"), GET, "601,226"),
        lie("350 instead of 150", "RETR", |c| says(c, "350 go on"), GET, "601,350"),
    ]);
}

#[test]
fn in_a_transfer() {
    tell(&[
        lie(
            "150, a data connection, silence",
            "RETR",
            |c| {
                let _data = begins(c);
                stalls(c)
            },
            GET,
            "609,0",
        ),
        lie(
            "half of it, silence",
            "RETR",
            |c| {
                let _ = begins(c).write_all(b"he");
                stalls(c)
            },
            GET,
            "609,0",
        ),
        lie(
            "half of it, 426",
            "RETR",
            |c| {
                let _ = begins(c).write_all(b"he");
                says(c, "426 cut")
            },
            GET,
            "616,426",
        ),
        lie(
            "half of it, 421",
            "RETR",
            |c| {
                let _ = begins(c).write_all(b"he");
                says(c, "421 cut")
            },
            GET,
            "614,421",
        ),
        lie(
            "all of it, a line without an end",
            "RETR",
            |c| {
                drop(begins(c));
                says_without_end(c, b"226")
            },
            GET,
            "601,0",
        ),
        lie(
            "226 before the data",
            "RETR",
            |c| {
                let mut data = begins(c);
                c.say("226 done");
                let _ = data.write_all(CONTENT);
                Turn::Said
            },
            GET,
            "0,5",
        ),
        lie(
            "226 and a data connection without an end",
            "RETR",
            |c| {
                let data = begins(c);
                c.keep(data);
                says(c, "226 done")
            },
            GET,
            "609,0",
        ),
        lie("a listing without an end", "LIST", |c| endless(c, b"-rw-r--r-- a\r\n"), LIST, "613,0"),
        lie("a listing in a line without an end", "LIST", |c| endless(c, b"a"), LIST, "613,0"),
        lie(
            "a close of the data connection, silence",
            "STOR",
            |c| {
                drop(begins(c));
                stalls(c)
            },
            PUT,
            "609,0",
        ),
        lie(
            "all is taken, silence",
            "STOR",
            |c| {
                let _ = begins(c).read_to_end(&mut Vec::new());
                stalls(c)
            },
            PUT,
            "609,0",
        ),
        lie(
            "all is taken, 452",
            "STOR",
            |c| {
                let _ = begins(c).read_to_end(&mut Vec::new());
                says(c, "452 full")
            },
            PUT,
            "619,452",
        ),
        lie(
            "half of it and a close",
            "RETR",
            |c| {
                let _ = begins(c).write_all(b"he");
                Turn::Close
            },
            GET,
            "606,0",
        ),
        lie(
            "150 and a close",
            "STOR",
            |c| {
                begins(c);
                Turn::Close
            },
            PUT,
            "606,0",
        ),
    ]);
}

#[test]
fn an_upload_that_the_server_has_enough_of_is_607() {
    let enough: [fn(&mut Control) -> Turn; 2] = [
        |control| {
            drop(begins(control));
            says(control, "226 done")
        },
        |control| {
            let data = begins(control);
            control.keep(data);
            says(control, "226 done")
        },
    ];
    for tell in enough {
        let server = liar("STOR", tell);
        let (_simulator, mut host) = modem();
        assert_eq!(ask(&mut host, &server.open()), "0,0");
        host.command("AT+QFTPPUT=\"a\",\"COM:\"", &["CONNECT"]);
        host.expect(&["OK", "+QFTPPUT: 607,0"]);
        next_session_works(&mut host, &server);
    }
}

/// A connection to `address` from an address that is not the server's.
fn stranger(address: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let stream = runtime.expect("a runtime").block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, 0, 0, 2), 0).into())?;
        socket.connect(address).await?.into_std()
    });
    let stream = stream.expect("the modem listens");
    stream.set_nonblocking(false).expect("a socket");
    stream
}

/// In active mode, what the host hears of a download whose data a stranger brings first.
fn invaded(the_server_follows: bool) -> String {
    let server = liar("RETR", move |control| {
        control.say("150 here it comes");
        let mut invader = stranger(control.active().expect("PORT came first"));
        let _ = invader.write_all(b"forged");
        if !the_server_follows {
            return stalls(control);
        }
        if let Some(mut data) = control.open_data() {
            let _ = data.write_all(CONTENT);
        }
        says(control, "226 done")
    });
    let (_simulator, mut host) = modem();
    host.command("AT+QFTPCFG=\"transmode\",0", &["OK"]);
    assert_eq!(ask(&mut host, &server.open()), "0,0");
    let heard = ask(&mut host, GET);
    next_session_works(&mut host, &server);
    heard
}

#[test]
fn a_stranger_at_the_port_of_an_active_data_connection_is_not_heard() {
    assert_eq!(invaded(true), "0,5");
    assert_eq!(invaded(false), "609,0");
}

#[test]
fn in_active_mode_a_server_that_does_not_connect_is_609() {
    let server = liar("RETR", |control| {
        control.say("150 here it comes");
        stalls(control)
    });
    let (_simulator, mut host) = modem();
    host.command("AT+QFTPCFG=\"transmode\",0", &["OK"]);
    assert_eq!(ask(&mut host, &server.open()), "0,0");
    assert_eq!(ask(&mut host, GET), "609,0");
    next_session_works(&mut host, &server);
}

/// A host can leave a listing that never ends, but the session can only be dropped.
#[test]
fn a_listing_without_an_end_by_com_is_the_hosts_to_leave() {
    const LINE: &[u8] = b"-rw-r--r-- a\r\n";
    let server = liar("LIST", |control| endless(control, LINE));
    let (simulator, mut host) = modem();
    assert_eq!(ask(&mut host, &server.open()), "0,0");
    let before = simulator.peak_memory();
    host.command("AT+QFTPLIST=\".\",\"COM:\"", &["CONNECT"]);
    for _ in 0..16 {
        host.data(LINE.len() * 65_536);
    }
    host.write(b"+++");
    while host.line() != "OK" {}
    assert_eq!(ask(&mut host, "AT+QFTPSTAT"), "0,2");
    host.command("AT+QIDEACT=1", &["OK"]);
    host.expect(&["+QFTPLIST: 605,0"]);
    assert!(simulator.peak_memory() - before < BOUND);
    host.command("AT+QIACT=1", &["OK"]);
    next_session_works(&mut host, &server);
}
