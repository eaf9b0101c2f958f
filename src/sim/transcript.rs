//! The file that a transcript is written to while the modems run: JSON lines, or a dialogue if its
//! name ends in `.chat`.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::transcript::event::Entry;
use crate::transcript::export::Export;
use crate::transcript::jsonl;

/// So many bytes wait for the next flush at most.
const BUFFER: usize = 16 * 1024;

/// A file that is being written, by all modems of a simulation.
#[derive(Clone, Debug)]
pub(super) struct TranscriptFile(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: File,
    format: Format,
    /// Whole lines that are still to be written.
    waiting: Vec<u8>,
    /// The system has taken so many bytes.
    written: u64,
    /// Why the rest is not written.
    failure: Option<String>,
}

#[derive(Debug)]
enum Format {
    Lines,
    Chat(Export),
}

/// Whether the file at `path` is to be a dialogue.
pub(super) fn is_dialogue(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "chat")
}

impl TranscriptFile {
    /// Makes the file, or empties it.
    pub(super) fn create(path: &Path) -> io::Result<TranscriptFile> {
        let format =
            if is_dialogue(path) { Format::Chat(Export::default()) } else { Format::Lines };
        Ok(TranscriptFile(Arc::new(Mutex::new(Inner {
            file: File::create(path)?,
            path: path.to_owned(),
            format,
            waiting: Vec::new(),
            written: 0,
            failure: None,
        }))))
    }

    /// Adds an entry of `modem`'s. After a failure nothing more is added.
    ///
    /// # Errors
    /// The file can't be written any more; that is said once.
    pub(super) fn write(&self, modem: &str, entry: &Entry) -> Result<(), String> {
        let mut inner = self.inner();
        if inner.failure.is_some() {
            return Ok(());
        }
        let text = match &mut inner.format {
            Format::Lines => jsonl::line(modem, entry),
            Format::Chat(export) => export.entry(entry),
        };
        inner.waiting.extend_from_slice(text.as_bytes());
        if inner.waiting.len() < BUFFER { Ok(()) } else { inner.flush() }
    }

    /// Gives the system what has been added.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub(super) fn flush(&self) -> Result<(), String> {
        self.inner().flush()
    }

    /// Why it is not whole, if it is not.
    pub(super) fn failure(&self) -> Option<String> {
        self.inner().failure.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn flush(&mut self) -> Result<(), String> {
        let waiting = std::mem::take(&mut self.waiting);
        match self.file.write_all(&waiting) {
            Ok(()) => {
                self.written += waiting.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.cut_to_lines(&waiting);
                let path = self.path.display();
                let failure = format!("the transcript {path} ends too early: {error}");
                self.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Takes back the part of a line that `last` may have left behind: what is there can be read.
    fn cut_to_lines(&mut self, last: &[u8]) {
        let len = self.file.metadata().map_or(0, |metadata| metadata.len());
        let part = usize::try_from(len.saturating_sub(self.written)).unwrap_or(usize::MAX);
        let part = &last[..part.min(last.len())];
        let whole = part.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        // What is no regular file can't be cut.
        let _ = self.file.set_len(self.written + whole as u64);
    }
}
