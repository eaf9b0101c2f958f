//! What is in a file, of a store or of the server.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::form::{Form, Reader, record, words};
use super::node::Node;
use super::shape::Shape;
use super::values::Size;

/// Generated content is at most so large: it is held in memory.
const MAX_CONTENT: u64 = 256 * 1024 * 1024;

words! {
    /// Content that is generated, the same every time.
    pub enum Pattern {
        /// 0, 1, … 255, 0, 1 …
        Counter = "counter",
        /// Nothing but 0.
        Zeros = "zeros",
        /// `line 1`, CR LF, `line 2`, CR LF …
        Lines = "lines",
        /// Without a period that a lost or repeated block could hide in.
        Noise = "noise",
    }
}

record! {
    /// What is in a file: a text, a generated pattern of some size, or another file. With
    /// nothing the file is empty.
    pub struct ContentForm {
        /// This text.
        text: Option<String> = None,
        /// So many bytes of the pattern.
        size: Option<Size> = None,
        /// What is generated, with `size`: `counter` unless told.
        pattern: Option<Pattern> = None,
        /// What is in this file, below the folder of the scenario.
        path: Option<FilePath> = None,
    }
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// This text.
    Text(String),
    /// So many bytes of a pattern.
    Pattern(Pattern, Size),
    /// What is in this file.
    File(FilePath),
}

impl Form for Content {
    fn shape() -> Shape {
        ContentForm::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Content> {
        let form = ContentForm::read(node, reader)?;
        match form {
            ContentForm { text, size: None, pattern: None, path: None } => {
                Some(Content::Text(text.unwrap_or_default()))
            }
            ContentForm { text: None, size: Some(size), pattern, path: None } => {
                if size.0 > MAX_CONTENT {
                    return reader
                        .problem(node.span_of("size"), "a file of at most 256MiB is expected");
                }
                Some(Content::Pattern(pattern.unwrap_or(Pattern::Counter), size))
            }
            ContentForm { text: None, size: None, pattern: None, path: Some(path) } => {
                Some(Content::File(path))
            }
            ContentForm { size: None, pattern: Some(_), .. } => {
                reader.problem(node.span_of("pattern"), "a pattern needs a size")
            }
            _ => reader.problem(node.span, "only one of text, size and path is expected"),
        }
    }
}

impl Content {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Content::Text(text) => text.len() as u64,
            Content::Pattern(_, size) => size.0,
            Content::File(file) => file.size,
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// The file that it is in has gone since the scenario was read, or grew too large.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        match self {
            Content::Text(text) => Ok(text.clone().into_bytes()),
            Content::Pattern(pattern, size) => Ok(pattern.bytes(size.0)),
            Content::File(file) => fs::read(&file.path),
        }
    }
}

impl Pattern {
    /// The first `size` bytes of the pattern.
    pub fn bytes(self, size: u64) -> Vec<u8> {
        // `MAX_CONTENT` fits everywhere.
        let size = size.min(MAX_CONTENT) as usize;
        match self {
            Pattern::Zeros => vec![0; size],
            Pattern::Counter => (0..=u8::MAX).cycle().take(size).collect(),
            Pattern::Noise => {
                (0u32..).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).take(size).collect()
            }
            Pattern::Lines => {
                let mut text = Vec::with_capacity(size + 32);
                for line in 1.. {
                    if text.len() >= size {
                        break;
                    }
                    text.extend_from_slice(format!("line {line}\r\n").as_bytes());
                }
                text.truncate(size);
                text
            }
        }
    }
}

/// A file below the folder of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath {
    /// Where it is: canonical, so that no link leads out of the folder.
    pub path: PathBuf,
    /// Its size in bytes when the scenario was read.
    pub size: u64,
}

impl Form for FilePath {
    fn shape() -> Shape {
        Shape::Text
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<FilePath> {
        let what = "the path of a file below the scenario's folder";
        let text = reader.text(node, what)?;
        let path = Path::new(text);
        let below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if text.is_empty() || !path.components().all(below) {
            return reader.expected(node, what);
        }
        let Some(folder) = &reader.folder else {
            return reader.problem(node.span, "a scenario that is no file has no files beside it");
        };
        match inside(folder, path) {
            Ok(file) if file.size > MAX_CONTENT => {
                reader.expected(node, "a file of at most 256MiB")
            }
            Ok(file) => Some(file),
            Err(error) => reader.problem(node.span, format!("`{text}`: {error}")),
        }
    }
}

/// The file at `path` below `folder`.
fn inside(folder: &Path, path: &Path) -> io::Result<FilePath> {
    let path = folder.join(path).canonicalize()?;
    if !path.starts_with(folder) {
        return Err(io::Error::other("a link that leads out of the scenario's folder"));
    }
    let found = path.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("not a file"));
    }
    Ok(FilePath { path, size: found.len() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read, read_in};
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        read::<Content>(text).expect("content").bytes().expect("in memory")
    }

    #[test]
    fn content_is_a_text_or_a_pattern_of_some_size() {
        assert_eq!(bytes("text: hello"), b"hello");
        assert_eq!(bytes("{}"), b"");
        assert_eq!(bytes("size: 258")[254..], [254, 255, 0, 1]);
        assert_eq!(bytes("{size: 3, pattern: zeros}"), [0, 0, 0]);
        assert_eq!(bytes("{size: 12, pattern: lines}"), b"line 1\r\nline");
        assert_eq!(bytes("{size: 1MiB, pattern: noise}").len(), 1 << 20);
        assert_eq!(read::<Content>("size: 32KiB").map(|c| c.size()), Some(32 * 1024));
    }

    #[test]
    fn content_has_one_origin() {
        for (text, expected) in [
            ("{text: a, size: 1}", "1:1: only one of text, size and path is expected"),
            ("{text: a, pattern: zeros}", "1:20: a pattern needs a size"),
            ("size: 300MiB", "1:7: a file of at most 256MiB is expected"),
            ("path: x", "1:7: a scenario that is no file has no files beside it"),
        ] {
            assert_eq!(problems::<Content>(text), [expected], "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_below_the_folder_of_the_scenario() {
        let folder = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret"), "x").expect("written");
        let root = folder.path().canonicalize().expect("it is there");
        fs::create_dir(root.join("data")).expect("made");
        fs::write(root.join("data/a.bin"), "abc").expect("written");
        std::os::unix::fs::symlink(outside.path(), root.join("away")).expect("linked");

        let (content, none) = read_in::<Content>("path: data/a.bin", Some(root.clone()));
        assert_eq!(none, [] as [String; 0]);
        let content = content.expect("content");
        assert_eq!((content.size(), content.bytes().expect("read")), (3, b"abc".to_vec()));

        let what = "expected the path of a file below the scenario's folder, found";
        for (path, expected) in [
            ("../x", format!("{what} `../x`")),
            ("/etc/passwd", format!("{what} `/etc/passwd`")),
            ("data/../../x", format!("{what} `data/../../x`")),
            ("''", format!("{what} ``")),
            ("data", "`data`: not a file".to_owned()),
            ("none", "`none`: No such file or directory (os error 2)".to_owned()),
            (
                "away/secret",
                "`away/secret`: a link that leads out of the scenario's folder".to_owned(),
            ),
        ] {
            let (_, found) = read_in::<Content>(&format!("path: {path}"), Some(root.clone()));
            assert_eq!(found, [format!("1:7: {expected}")], "{path}");
        }
    }
}
