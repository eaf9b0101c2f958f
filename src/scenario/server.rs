//! The embedded server.

use std::collections::BTreeMap;

use super::content::Content;
use super::form::{Form, Reader, record, words};
use super::node::{Node, Value};
use super::shape::{Record, Shape};
use super::values::{KeyForm, Size};

record! {
    /// The embedded FTP server.
    pub struct ServerPlan {
        /// User names and passwords; `test: test` unless told.
        accounts: BTreeMap<String, String> = default_accounts(),
        /// Its files and folders at start. A path that ends with `/` is a folder; folders on the
        /// way to a file are made.
        files: ServerFiles = ServerFiles::default(),
        /// What all files may hold together; without limit unless told.
        quota: Option<Size> = None,
        /// Its FTPS.
        tls: TlsPlan = TlsPlan::default(),
    }
    check ServerPlan::check
}

impl Default for ServerPlan {
    /// No files, no limits, `test` with the password `test`.
    fn default() -> ServerPlan {
        ServerPlan {
            accounts: default_accounts(),
            files: ServerFiles::default(),
            quota: None,
            tls: TlsPlan::default(),
        }
    }
}

fn default_accounts() -> BTreeMap<String, String> {
    BTreeMap::from([("test".to_owned(), "test".to_owned())])
}

impl ServerPlan {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.accounts.is_empty() {
            let message = "nobody could log in: expected a user name and a password";
            reader.problem::<()>(node.span_of("accounts"), message);
        }
        let files = self.files.0.values().flatten().map(Content::size).sum::<u64>();
        if self.quota.is_some_and(|quota| files > quota.0) {
            let message = format!("the files at start hold {files} bytes already");
            reader.problem::<()>(node.span_of("quota"), message);
        }
    }
}

/// The files of the server by path, and with `None` its folders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerFiles(pub BTreeMap<ServerPath, Option<Content>>);

impl Form for ServerFiles {
    fn shape() -> Shape {
        let folder = Record { name: "Folder", doc: "A folder.", short: None, fields: Vec::new() };
        Shape::Map(vec![("^/(.*/)?$", Shape::Record(folder)), ("^/.*[^/]$", Content::shape())])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<ServerFiles> {
        let files = reader.entries(node, |key, _: &ServerPath, value, reader| {
            if !key.name.ends_with('/') {
                return Content::read(value, reader).map(Some);
            }
            match &value.value {
                Value::Null => Some(None),
                Value::Map(entries) if entries.is_empty() => Some(None),
                _ => reader
                    .problem(value.span, "a folder is empty: its files have paths of their own"),
            }
        })?;
        let files = ServerFiles(files);
        files.check_parents(node, reader);
        Some(files)
    }
}

impl ServerFiles {
    /// A file can't be a folder as well.
    fn check_parents(&self, node: &Node, reader: &mut Reader) {
        let Value::Map(entries) = &node.value else { return };
        for (key, _) in entries {
            let path = key.name.trim_end_matches('/');
            let parents = path.match_indices('/').map(|(at, _)| ServerPath(path[..at].to_owned()));
            for parent in parents {
                if matches!(self.0.get(&parent), Some(Some(_))) {
                    let message = format!("`{}` is a file: nothing can be in it", parent.0);
                    reader.problem::<()>(key.span, message);
                }
            }
        }
    }
}

/// A path on the server: from its root, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerPath(pub String);

impl ServerPath {
    fn parse(text: &str) -> Option<ServerPath> {
        let path = text.strip_suffix('/').unwrap_or(text);
        let name =
            |part: &str| !matches!(part, "" | "." | "..") && !part.contains(char::is_control);
        let rooted = path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(name));
        (rooted && text.len() <= 255).then(|| ServerPath(path.to_owned()))
    }
}

const PATH: &str = "a path from the root, such as /inbox/log.bin";

impl KeyForm for ServerPath {
    const PATTERN: &'static str = "^/.";

    fn read_key(text: &str) -> Result<ServerPath, String> {
        ServerPath::parse(text).ok_or_else(|| PATH.to_owned())
    }
}

impl Form for ServerPath {
    fn shape() -> Shape {
        Shape::Like { pattern: "^/.", example: "/inbox/log.bin" }
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<ServerPath> {
        let text = reader.text(node, PATH)?;
        ServerPath::parse(text).or_else(|| reader.expected(node, PATH))
    }
}

words! {
    /// The server's certificate.
    pub enum Certificate {
        /// Valid, for every name, by the simulator's own authority.
        Valid = "valid",
        /// Valid in 2000 only; minded by hosts with `"ignorelocaltime"`,0.
        Expired = "expired",
        /// Valid from 2099 on; minded by hosts with `"ignorelocaltime"`,0.
        NotYetValid = "not_yet_valid",
        /// For another host name.
        WrongName = "wrong_name",
        /// Signed by nobody else.
        SelfSigned = "self_signed",
    }
}

words! {
    /// A version of TLS.
    pub enum TlsVersion {
        /// TLS 1.2.
        V1_2 = "1.2",
        /// TLS 1.3.
        V1_3 = "1.3",
    }
}

record! {
    /// FTPS of the server.
    pub struct TlsPlan {
        /// Whether it is offered at all; `true` unless told.
        offered: bool = true,
        /// The certificate; `valid` unless told.
        certificate: Certificate = Certificate::Valid,
        /// The lowest version; `"1.2"` unless told.
        min_version: TlsVersion = TlsVersion::V1_2,
        /// The highest version; `"1.3"` unless told.
        max_version: TlsVersion = TlsVersion::V1_3,
        /// Whether clients must show a certificate, whoever has issued it; `false` unless told.
        client_certificate: bool = false,
    }
    check TlsPlan::check
}

impl Default for TlsPlan {
    /// All in order: both versions, a valid certificate, and none of the client's.
    fn default() -> TlsPlan {
        TlsPlan {
            offered: true,
            certificate: Certificate::Valid,
            min_version: TlsVersion::V1_2,
            max_version: TlsVersion::V1_3,
            client_certificate: false,
        }
    }
}

impl TlsPlan {
    fn check(&self, node: &Node, reader: &mut Reader) {
        if self.min_version > self.max_version {
            let message = "no version is left: expected one of at most max_version";
            reader.problem::<()>(node.span_of("min_version"), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};
    use super::*;

    #[test]
    fn a_server_has_accounts_files_and_folders() {
        let text = "{accounts: {me: 1234}, files: {/inbox/: {}, /a/b.txt: {text: x}}, quota: 1KiB}";
        let plan: ServerPlan = read(text).expect("valid");
        assert_eq!(plan.accounts["me"], "1234");
        let files: Vec<_> =
            plan.files.0.iter().map(|(path, content)| (&*path.0, content.is_some())).collect();
        assert_eq!(files, [("/a/b.txt", true), ("/inbox", false)]);
        assert_eq!(read("{}"), Some(ServerPlan::default()));
    }

    #[test]
    fn what_no_server_can_have_is_told() {
        for (text, expected) in [
            ("{accounts: {}}", "1:12: nobody could log in: expected a user name and a password"),
            ("{files: {/a: {size: 9}}, quota: 8}", "1:33: the files at start hold 9 bytes already"),
            (
                "{files: {a: {}}}",
                "1:10: expected a path from the root, such as /inbox/log.bin, found `a`",
            ),
            (
                "{files: {/a/../b: {}}}",
                "1:10: expected a path from the root, such as /inbox/log.bin, found `/a/../b`",
            ),
            ("{files: {/a: {}, /a/: {}}}", "1:18: `/a/` means the same as a key before it"),
            ("{files: {/a: {}, /a/b: {}}}", "1:18: `/a` is a file: nothing can be in it"),
            (
                "{files: {/a/: {text: x}}}",
                "1:15: a folder is empty: its files have paths of their own",
            ),
            (
                "{tls: {min_version: 1.3, max_version: 1.2}}",
                "1:21: no version is left: expected one of at most max_version",
            ),
            (
                "{tls: {certificate: expird}}",
                "1:21: unknown word `expird`: did you mean `expired`?",
            ),
        ] {
            assert_eq!(problems::<ServerPlan>(text), [expected], "{text}");
        }
    }
}
