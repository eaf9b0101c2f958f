//! A client of the control API, as small as one can be: one request a connection.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::common::Simulator;

/// A wait longer than this is a hang.
const HANG: Duration = Duration::from_secs(30);

/// The control API of a running simulator.
pub struct Api {
    addr: String,
}

/// What a request was answered with.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Api {
    pub fn of(simulator: &Simulator) -> Api {
        let url = simulator.ready["control"].as_str().expect("a URL");
        Api { addr: url.strip_prefix("http://").expect("http").to_owned() }
    }

    pub fn addr(&self) -> &str {
        &self.addr
    }

    /// Connects, and has sent `head` and `body` as they are.
    pub fn send(&self, head: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.addr).expect("a connection");
        stream.set_read_timeout(Some(HANG)).expect("a timeout");
        stream.write_all(head.as_bytes()).expect("it takes the head");
        // It may answer before it has read all.
        let _ = stream.write_all(body);
        stream
    }

    /// Sends a request with these headers besides `Host`, which is the real one unless told.
    pub fn request(&self, line: &str, headers: &[&str], body: &[u8]) -> Answer {
        let mut head = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|header| header.starts_with("Host:")) {
            head += &format!("Host: {}\r\n", self.addr);
        }
        for header in headers {
            head += &format!("{header}\r\n");
        }
        if !headers.iter().any(|header| header.starts_with("Content-Length:")) {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        let mut stream = BufReader::new(self.send(&format!("{head}\r\n"), body));
        answer(&mut stream)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request(&format!("GET {path}"), &[], b"")
    }

    /// What is at `path`, which must be JSON.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// A request that must be done.
    #[track_caller]
    pub fn done(&self, line: &str, body: impl AsRef<[u8]>) -> Answer {
        let answer = self.request(line, &[], body.as_ref());
        assert!((200..300).contains(&answer.status), "{line}: {answer:?}");
        answer
    }

    /// A request that must be refused with `status`: why, and what was expected.
    #[track_caller]
    pub fn refused(&self, line: &str, body: impl AsRef<[u8]>, status: u16) -> (String, String) {
        let answer = self.request(line, &[], body.as_ref());
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        let text = |key: &str| answer.json()[key].as_str().unwrap_or_default().to_owned();
        assert!(!text("error").is_empty(), "{line}: {answer:?}");
        (text("error"), text("expected"))
    }
}

fn answer(stream: &mut impl BufRead) -> Answer {
    let head = head(stream);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut body = Vec::new();
    // After a refusal the rest of the request may have been thrown away with a reset.
    let _ = stream.read_to_end(&mut body);
    Answer { status: status.unwrap_or_else(|| panic!("no status: {head}")), head, body }
}

/// Status line and headers.
pub fn head(stream: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = stream.read_line(&mut head).expect("an answer");
        assert!(read > 0, "the connection has ended after {head:?}");
    }
    head
}
