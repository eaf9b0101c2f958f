//! Lies on the control connection.

use crate::lies::{
    DEL, GET, LIST, OPEN, PUT, SIZE, ask, closes, liar, lie, modem, next_session_works, says,
    says_without_end, stalls, tell,
};
use crate::scripted::Turn;

#[test]
fn at_the_greeting() {
    tell(&[
        lie("no greeting", "", stalls, OPEN, "609,0"),
        lie("a close instead of the greeting", "", closes, OPEN, "606,0"),
        lie("a greeting without an end", "", |c| says_without_end(c, b"220-hi\r\n"), OPEN, "601,0"),
        lie(
            "a greeting in a line without an end",
            "",
            |c| says_without_end(c, b"220 "),
            OPEN,
            "601,0",
        ),
        lie(
            "a greeting of 1 MiB",
            "",
            |c| says(c, &format!("220 {}", "x".repeat(1 << 20))),
            OPEN,
            "601,0",
        ),
        lie("another protocol", "", |c| says(c, "SSH-2.0-OpenSSH_9.2"), OPEN, "601,0"),
        lie("zeros", "", |c| says_without_end(c, &[0]), OPEN, "601,0"),
        lie("220 and nothing behind", "", |c| says(c, "220"), OPEN, "609,0"),
        lie(
            "a greeting without its line end",
            "",
            |c| {
                c.say_bytes(b"220 hi");
                stalls(c)
            },
            OPEN,
            "609,0",
        ),
        lie("120 and nothing more", "", |c| says(c, "120 in five minutes"), OPEN, "601,120"),
        lie("421", "", |c| says(c, "421 full"), OPEN, "614,421"),
    ]);
}

#[test]
fn at_the_login() {
    tell(&[
        lie("silence", "USER", stalls, OPEN, "609,0"),
        lie("silence", "PASS", stalls, OPEN, "609,0"),
        lie(
            "331 twice",
            "USER",
            |c| {
                c.say("331 one");
                says(c, "331 two")
            },
            OPEN,
            "601,331",
        ),
        lie("230 and nothing behind", "PASS", |c| says(c, "230"), OPEN, "609,0"),
        lie("226", "USER", |c| says(c, "226 done"), OPEN, "0,0"),
        lie("999", "PASS", |c| says(c, "999 what"), OPEN, "601,999"),
        lie("a line without an end", "PASS", |c| says_without_end(c, b"230 "), OPEN, "601,0"),
        lie("500", "TYPE", |c| says(c, "500 what"), OPEN, "620,500"),
        lie("200 and nothing behind", "TYPE", |c| says(c, "200"), OPEN, "609,0"),
        lie("1 MiB", "TYPE", |c| says(c, &format!("200 {}", "y".repeat(1 << 20))), OPEN, "601,0"),
    ]);
}

#[test]
fn in_a_reply() {
    tell(&[
        lie("silence", "SIZE", stalls, SIZE, "609,0"),
        lie("a line without an end", "SIZE", |c| says_without_end(c, b"213 "), SIZE, "601,0"),
        lie("lines without an end", "SIZE", |c| says_without_end(c, b"213-5\r\n"), SIZE, "601,0"),
        lie("1 MiB", "SIZE", |c| says(c, &format!("213 {}", "5".repeat(1 << 20))), SIZE, "601,0"),
        lie(
            "no line end",
            "SIZE",
            |c| {
                c.say_bytes(b"213 5");
                stalls(c)
            },
            SIZE,
            "609,0",
        ),
        lie("nothing behind the code", "SIZE", |c| says(c, "213"), SIZE, "609,0"),
        lie("nothing behind the code", "DELE", |c| says(c, "250"), DEL, "609,0"),
        lie("no number", "SIZE", |c| says(c, "213 many"), SIZE, "601,213"),
        lie("a number below 0", "SIZE", |c| says(c, "213 -1"), SIZE, "601,213"),
        lie(
            "a number of 23 digits",
            "SIZE",
            |c| says(c, "213 99999999999999999999999"),
            SIZE,
            "601,213",
        ),
        lie("another reply's code", "SIZE", |c| says(c, "226 done"), SIZE, "601,226"),
        lie("a preliminary reply", "SIZE", |c| says(c, "150 wait"), SIZE, "601,150"),
        lie("no code", "SIZE", |c| says(c, "five"), SIZE, "601,0"),
        lie("an empty line", "SIZE", |c| says(c, ""), SIZE, "601,0"),
        lie(
            "two replies",
            "DELE",
            |c| {
                c.say("250 one");
                says(c, "550 two")
            },
            DEL,
            "0,0",
        ),
    ]);
}

#[test]
fn a_close_at_any_command() {
    tell(&[
        lie("a close", "USER", closes, OPEN, "606,0"),
        lie("a close", "PASS", closes, OPEN, "606,0"),
        lie("a close", "TYPE", closes, OPEN, "606,0"),
        lie("a close", "CWD", closes, "AT+QFTPCWD=\"a\"", "606,0"),
        lie("a close", "PWD", closes, "AT+QFTPPWD", "606,0"),
        lie("a close", "SIZE", closes, SIZE, "606,0"),
        lie("a close", "MDTM", closes, "AT+QFTPMDTM=\"a\"", "606,0"),
        lie("a close", "DELE", closes, DEL, "606,0"),
        lie("a close", "MKD", closes, "AT+QFTPMKDIR=\"a\"", "606,0"),
        lie("a close", "RMD", closes, "AT+QFTPRMDIR=\"a\"", "606,0"),
        lie("a close", "RNFR", closes, "AT+QFTPRENAME=\"a\",\"b\"", "606,0"),
        lie("a close", "RNTO", closes, "AT+QFTPRENAME=\"a\",\"b\"", "606,0"),
        lie("a close", "PASV", closes, GET, "606,0"),
        lie("a close", "REST", closes, "AT+QFTPGET=\"a\",\"RAM:a\",3", "606,0"),
        lie("a close", "RETR", closes, GET, "606,0"),
        lie("a close", "LIST", closes, LIST, "606,0"),
        lie("a close", "NLST", closes, "AT+QFTPNLST=\".\",\"RAM:a\"", "606,0"),
        lie("a close", "MLSD", closes, "AT+QFTPMLSD=\".\",\"RAM:a\"", "606,0"),
        lie("a close", "STOR", closes, PUT, "606,0"),
        lie("a close", "QUIT", closes, "AT+QFTPCLOSE", "0,0"),
        lie("silence", "QUIT", stalls, "AT+QFTPCLOSE", "609,0"),
        lie(
            "150 and a close",
            "RETR",
            |c| {
                c.say("150 go");
                Turn::Close
            },
            GET,
            "606,0",
        ),
        lie(
            "half a reply and a close",
            "SIZE",
            |c| {
                c.say_bytes(b"213");
                Turn::Close
            },
            SIZE,
            "601,0",
        ),
        lie(
            "half a multi-line reply and a close",
            "SIZE",
            |c| {
                c.say("213-5");
                Turn::Close
            },
            SIZE,
            "606,0",
        ),
    ]);
}

#[test]
fn a_close_at_the_commands_of_other_settings() {
    for (setting, verb, command) in [
        ("\"transmode\",0", "PORT", GET),
        ("\"restenable\",0", "APPE", "AT+QFTPPUT=\"a\",\"RAM:up\",3"),
    ] {
        let server = liar(verb, closes);
        let (_simulator, mut host) = modem();
        host.command(&format!("AT+QFTPCFG={setting}"), &["OK"]);
        assert_eq!(ask(&mut host, &server.open()), "0,0");
        assert_eq!(ask(&mut host, command), "606,0", "{verb}");
        next_session_works(&mut host, &server);
    }
}
