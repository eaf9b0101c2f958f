//! Who may talk to it, and what is refused.

use std::io::{BufReader, Read};
use std::net::Shutdown;
use std::process::Command;

use crate::common::{Simulator, command};
use crate::http::{Api, head};
use crate::start;

#[test]
fn only_loopback_names_are_hosts_and_only_its_own_pages_are_origins() {
    let (_simulator, api) = start(&[]);
    let addr = api.addr().to_owned();
    let port = addr.rsplit(':').next().expect("a port");
    let own = format!("Origin: http://{addr}");
    let localhost = format!("Host: localhost:{port}");
    let of_localhost = format!("Origin: http://localhost:{port}");
    for (headers, status) in [
        (vec![own.as_str()], 200),
        (vec![localhost.as_str()], 200),
        (vec![localhost.as_str(), of_localhost.as_str()], 200),
        (vec![localhost.as_str(), own.as_str()], 403),
        (vec!["Host: rebound.example.com"], 403),
        (vec!["Host: 127.0.0.1.example.com"], 403),
        (vec!["Host: 192.0.2.1"], 403),
        (vec!["Host: a b"], 400),
        (vec!["Host: localhost", "Host: localhost"], 400),
        (vec!["Origin: http://example.com"], 403),
        (vec!["Origin: null"], 403),
        (vec!["Origin:"], 403),
    ] {
        let answer = api.request("GET /modems", &headers, b"");
        assert_eq!(answer.status, status, "{headers:?}: {answer:?}");
        let text = answer.head.to_ascii_lowercase();
        assert!(!text.contains("access-control"), "no CORS: {text}");
    }
    let preflight = ["Origin: http://example.com", "Access-Control-Request-Method: PUT"];
    assert_eq!(api.request("OPTIONS /modems/modem0/power", &preflight, b"").status, 403);
}

#[test]
fn a_request_without_host_is_refused() {
    let (_simulator, api) = start(&[]);
    let mut stream = BufReader::new(api.send("GET /modems HTTP/1.0\r\n\r\n", b""));
    assert!(head(&mut stream).contains(" 400 "));
}

#[test]
fn with_a_token_every_request_needs_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cret-t0ken\n").expect("a file");
    let (_simulator, api) = start(&["--control-token", file.to_str().expect("text")]);
    for (header, status) in [
        ("Authorization: Bearer s3cret-t0ken", 200),
        ("Authorization: bearer s3cret-t0ken", 200),
        ("Authorization: Bearer s3cret-t0keN", 401),
        ("Authorization: Bearer s3cret", 401),
        ("Authorization: Bearer ", 401),
        ("Authorization: Basic s3cret-t0ken", 401),
        ("X-Token: s3cret-t0ken", 401),
    ] {
        let answer = api.request("GET /openapi.json", &[header], b"");
        assert_eq!(answer.status, status, "{header}");
        if status == 401 {
            assert!(answer.head.to_ascii_lowercase().contains("www-authenticate: bearer"));
            assert_eq!(answer.json()["expected"], "Authorization: Bearer TOKEN");
        }
    }
    // Not even whether there is something at a path.
    assert_eq!(api.get("/nowhere").status, 401);
}

#[test]
fn the_token_may_be_in_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(folder.path());
    command.env("QFTPSIM_CONTROL_TOKEN", "from-the-environment");
    let simulator = Simulator::start_as(command, folder, &["--control", "127.0.0.1:0"]);
    let api = Api::of(&simulator);
    assert_eq!(api.get("/modems").status, 401);
    let header = "Authorization: Bearer from-the-environment";
    assert_eq!(api.request("GET /modems", &[header], b"").status, 200);
}

/// The one line that a start that fails ends with.
fn failed_start(args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path()).arg("run").args(args).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn what_can_not_be_listened_on_is_told_at_the_start() {
    assert_eq!(
        failed_start(&["--control", "192.0.2.1:0"]),
        "qftpsim: control on 192.0.2.1:0: beyond loopback a token is needed: say \
         --control-token FILE, or set QFTPSIM_CONTROL_TOKEN\n"
    );
    let (_simulator, api) = start(&[]);
    let taken = failed_start(&["--control", api.addr()]);
    assert!(taken.starts_with(&format!("qftpsim: control on {}: ", api.addr())), "{taken}");
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "\n").expect("a file");
    for (file, expected) in
        [(&empty, "expected 1 to 4096 printable"), (&folder.path().join("no"), "No such file")]
    {
        let args = ["--control", "127.0.0.1:0", "--control-token", file.to_str().expect("text")];
        let said = failed_start(&args);
        assert!(said.contains(expected), "{said}");
    }
    assert!(failed_start(&["--control-token", "x"]).contains("--control"));
}

#[test]
fn bad_requests_are_refused_with_a_reason() {
    let (_simulator, api) = start(&[]);
    for (line, body, status, error) in [
        ("GET /nowhere", "", 404, "there is nothing at this path"),
        ("GET /modems/", "", 404, "there is nothing at this path"),
        ("GET /modems/modem1", "", 404, "there is no modem called modem1"),
        ("GET /modems/%ff", "", 400, "Invalid UTF-8 in `modem`"),
        ("PATCH /modems", "", 405, "not by this method"),
        ("DELETE /modems/modem0", "", 405, "not by this method"),
        ("PUT /modems/modem0/power", "", 400, "body:1:1: the key `on` is missing here"),
        ("PUT /modems/modem0/power", "{\"on\": 1}", 400, "body:1:8: expected true or false"),
        ("PUT /modems/modem0/power", "{\"on\": true", 400, "body:2:1: this is not YAML"),
        (
            "PUT /modems/modem0/power",
            "{\"off\": true}",
            400,
            "body:1:1: the key `on` is missing here",
        ),
        ("PUT /modems/modem0/power", "\u{0}", 400, "body:1:1: this is not text"),
        ("POST /modems/modem0/urc", "{\"text\": \"a\\r\\nOK\"}", 400, "body:1:10: expected a line"),
        ("POST /modems/modem0/hang", "{\"for\": \"5\"}", 400, "body:1:9: `5` is not a duration"),
        ("PUT /modems/modem0/signal", "{\"rssi\": 32}", 400, "body:1:10: expected"),
        (
            "PUT /modems/modem0/registration",
            "{\"status\": \"hom\"}",
            400,
            "body:1:12: unknown word",
        ),
        ("DELETE /modems/modem0/contexts/0", "", 400, "this is no PDP context"),
        ("DELETE /modems/modem0/contexts/1", "", 409, "context 1 is not active"),
        ("DELETE /modems/modem0/handles/7", "", 404, "the host has no file open as 7"),
        ("DELETE /modems/modem0/handles/x", "", 400, "this is no handle"),
        ("GET /modems/modem0/faults/x", "", 404, "there is no fault called x"),
        ("DELETE /modems/modem0/faults/x", "", 404, "there is no fault called x"),
        ("POST /modems/modem0/faults", "[]", 400, "body:1:1: expected a mapping"),
        (
            "POST /modems/modem0/faults",
            "{\"name\": \"a\"}",
            400,
            "body:1:1: the key `do` is missing",
        ),
        ("PUT /modems/modem0/scenario", "{\"state\": \"a b\"}", 400, "body:1:11: expected a name"),
        ("GET /modems/modem0/stores/ufs", "", 404, "there is no medium called ufs"),
        ("GET /modems/modem0/stores/UFS/files/none", "", 404, "there is no such file"),
        ("DELETE /modems/modem0/stores/UFS/files/none", "", 404, "there is no such file"),
        ("PUT /modems/modem0/stores/UFS/files/a%2Fb", "x", 400, ""),
        ("PUT /modems/modem0/stores/UFS/files/a%2A", "x", 400, ""),
        ("GET /server/files/none", "", 404, "no such file or folder"),
        ("PUT /server/files/folder/", "x", 400, "a folder has no content"),
        ("DELETE /server/files/none", "", 404, "no such file or folder"),
    ] {
        let (said, _) = api.refused(line, body, status);
        assert!(said.starts_with(error), "{line}: {said}");
    }
    let allowed = api.request("DELETE /modems", &[], b"").head.to_ascii_lowercase();
    assert!(allowed.contains("allow: get"), "{allowed}");
}

#[test]
fn no_path_leads_out_of_the_servers_folder_or_a_store() {
    let outside = tempfile::tempdir().expect("a folder");
    let path = |name: &str| outside.path().join(name);
    std::fs::write(path("secret"), "secret").expect("written");
    for (folder, link) in [("root", "root/link"), ("ufs", "ufs/link")] {
        std::fs::create_dir(path(folder)).expect("made");
        std::os::unix::fs::symlink(path("secret"), path(link)).expect("made");
    }
    let mkfifo = Command::new("mkfifo").args([path("root/pipe"), path("ufs/pipe")]).status();
    assert!(mkfifo.expect("it runs").success());
    let (root, store) = (path("root").display().to_string(), path("ufs").display().to_string());
    let (_simulator, api) = start(&["--server-root", &root, "--store", &format!("UFS={store}")]);
    for name in [
        "../secret",
        "%2e%2e/secret",
        "..%2fsecret",
        "%2e%2e%2fsecret",
        "..%5csecret",
        "%252e%252e%252fsecret",
        "%c0%ae%c0%ae/secret",
        "%ef%bc%8e%ef%bc%8e/secret",
        "%2fetc%2fpasswd",
        "..%00/secret",
        "link",
        "pipe",
    ] {
        for place in ["/server/files/", "/modems/modem0/stores/UFS/files/"] {
            let read = api.get(&format!("{place}{name}"));
            assert!((400..500).contains(&read.status), "{place}{name}: {read:?}");
            // What is only an odd name may be written, where it is.
            api.request(&format!("PUT {place}{name}"), &[], b"owned");
            api.request(&format!("DELETE {place}{name}"), &[], b"");
        }
    }
    assert_eq!(std::fs::read(path("secret")).expect("there"), b"secret");
    let names = |folder: &str| std::fs::read_dir(path(folder)).expect("there").count();
    assert_eq!((names(""), names("root"), names("ufs")), (3, 2, 2));
}

#[test]
fn a_list_with_a_mistake_changes_nothing() {
    let (_simulator, api) = start(&[]);
    let fault = |name: &str| format!("{{name: {name}, when: {{command: +CSQ}}, do: error}}");
    api.done("PUT /modems/modem0/faults", format!("[{}, {}]", fault("a"), fault("b")));
    let before = api.json("/modems/modem0/faults");
    for (line, body, status) in [
        ("PUT /modems/modem0/faults", format!("[{}, {}]", fault("c"), fault("c")), 400),
        ("PUT /modems/modem0/faults", format!("[{}, {{name: d}}]", fault("c")), 400),
        ("POST /modems/modem0/faults", fault("a"), 409),
    ] {
        api.refused(line, body, status);
        assert_eq!(api.json("/modems/modem0/faults"), before, "{line}");
    }
}

#[test]
fn bodies_that_are_too_large_are_refused_before_they_come() {
    let (_simulator, api) = start(&[]);
    for (line, limit) in [
        ("POST /modems/modem0/faults", 64 * 1024),
        ("PUT /server/files/big", 8 * 1024 * 1024),
        ("PUT /modems/modem0/stores/UFS/files/big", 8 * 1024 * 1024),
    ] {
        let length = format!("Content-Length: {}", limit + 1);
        let answer = api.request(line, &[&length], b"");
        assert_eq!(answer.status, 413, "{line}: {answer:?}");
        assert_eq!(answer.json()["expected"], format!("at most {limit} bytes"));
    }
    let whole = vec![7; 8 * 1024 * 1024];
    api.done("PUT /server/files/big", &whole);
    assert!(api.get("/server/files/big").body == whole);
    // Without a length it is found out on the way.
    let head = format!(
        "PUT /modems/modem0/power HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        api.addr()
    );
    let chunks = format!("10001\r\n{}\r\n0\r\n\r\n", " ".repeat(0x10001));
    let mut stream = BufReader::new(api.send(&head, chunks.as_bytes()));
    assert!(crate::http::head(&mut stream).contains(" 413 "));
}

#[test]
fn what_is_no_http_does_no_harm() {
    let (_simulator, api) = start(&[]);
    for junk in ["\r\n\r\n\r\n", "\u{16}\u{3}\u{1}", "AT+QFTPSTAT\r", "GET"] {
        let mut stream = api.send(junk, b"");
        stream.shutdown(Shutdown::Write).expect("it is open");
        let mut said = Vec::new();
        // It may be closed with a reset.
        let _ = stream.read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{junk:?}: {said}");
    }
    api.json("/modems");
}
