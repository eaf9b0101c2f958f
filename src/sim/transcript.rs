//! The file that a transcript is written to while the modems run: JSON lines, or a dialogue if its
//! name ends in `.chat`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::transcript::event::Entry;
use crate::transcript::export::Export;
use crate::transcript::jsonl;

/// A file that is being written, by all modems of a simulation.
#[derive(Clone, Debug)]
pub(super) struct TranscriptFile(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: BufWriter<File>,
    format: Format,
    /// Why the rest is not written.
    failed: bool,
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
        let file = BufWriter::new(File::create(path)?);
        let path = path.to_owned();
        Ok(TranscriptFile(Arc::new(Mutex::new(Inner { path, file, format, failed: false }))))
    }

    /// Adds an entry of `modem`'s. After a failure nothing more is written.
    pub(super) fn write(&self, modem: &str, entry: &Entry) -> Result<(), String> {
        self.inner().attempt(|file, format| {
            let text = match format {
                Format::Lines => jsonl::line(modem, entry),
                Format::Chat(export) => export.entry(entry),
            };
            file.write_all(text.as_bytes())
        })
    }

    /// Gives the system what has been added.
    pub(super) fn flush(&self) -> Result<(), String> {
        self.inner().attempt(|file, _| file.flush())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn attempt(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>, &mut Format) -> io::Result<()>,
    ) -> Result<(), String> {
        if self.failed {
            return Ok(());
        }
        write(&mut self.file, &mut self.format).map_err(|error| {
            self.failed = true;
            format!("the transcript {} can't be written any more: {error}", self.path.display())
        })
    }
}
