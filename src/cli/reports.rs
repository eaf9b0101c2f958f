//! The files that `--junit` and `--report` ask for.

use std::fmt;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::{Builder, NamedTempFile};
use thiserror::Error;

use crate::transcript::report::{Report, html, junit};

/// Which reports to write, and where.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ReportOptions {
    /// Write a JUnit XML report to this file at the end
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write a report to look at to this file at the end: one HTML page
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
}

impl ReportOptions {
    /// Whether there is any to write.
    pub(super) fn are_asked_for(&self) -> bool {
        self.junit.is_some() || self.report.is_some()
    }
}

/// The reports to be written at the end of a run.
#[derive(Debug)]
pub(super) struct Reports {
    files: Vec<(Format, PathBuf)>,
}

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Junit,
    Html,
}

impl fmt::Display for Format {
    /// The option that asks for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Junit => "--junit",
            Format::Html => "--report",
        })
    }
}

/// Why a report can't be written.
#[derive(Debug, Error)]
pub(super) enum ReportError {
    /// There is something at its path that is no file.
    #[error("{0} {path}: expected a file, or nothing yet", path = .1.display())]
    NoFile(Format, PathBuf),
    /// Two reports would go to one file.
    #[error("--junit and --report: both would write {}", .0.display())]
    Same(PathBuf),
    /// The system refuses.
    #[error("{0} {path}: {2}", path = .1.display())]
    Io(Format, PathBuf, io::Error),
}

impl Reports {
    /// Makes sure, before a run, that its reports can be written.
    ///
    /// # Errors
    /// One of them can't: its folder is missing, or may not be written to.
    pub(super) fn prepare(options: &ReportOptions) -> Result<Reports, ReportError> {
        let asked = [(Format::Junit, &options.junit), (Format::Html, &options.report)];
        let mut files: Vec<(Format, PathBuf)> = Vec::new();
        for (format, path) in asked {
            let Some(path) = path else { continue };
            let target = target(format, path)?;
            if files.iter().any(|(_, other)| *other == target) {
                return Err(ReportError::Same(path.clone()));
            }
            beside(&target).map_err(|error| ReportError::Io(format, path.clone(), error))?;
            files.push((format, target));
        }
        Ok(Reports { files })
    }

    /// Writes `reports`, each file whole or not at all.
    ///
    /// # Errors
    /// The first file that can't be written; the others are written all the same.
    pub(super) fn write(&self, reports: &[Report]) -> Result<(), ReportError> {
        let mut result = Ok(());
        for (format, path) in &self.files {
            let text = match format {
                Format::Junit => junit::document(reports),
                Format::Html => html::page(reports),
            };
            let written =
                put(path, &text).map_err(|error| ReportError::Io(*format, path.clone(), error));
            result = result.and(written);
        }
        result
    }
}

/// Where the report at `path` goes, behind links: to a file that may be written, or that is not
/// there yet.
fn target(format: Format, path: &Path) -> Result<PathBuf, ReportError> {
    let refused = |error| ReportError::Io(format, path.to_owned(), error);
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(ReportError::NoFile(format, path.to_owned())),
        Ok(_) => {
            OpenOptions::new().append(true).open(path).map_err(refused)?;
            path.canonicalize().map_err(refused)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name().ok_or_else(|| ReportError::NoFile(format, path.into()))?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().map_err(refused)?;
            Ok(folder.join(name))
        }
        Err(error) => Err(refused(error)),
    }
}

/// A file in the same folder, with the permissions of any new file; gone when it is dropped.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    Builder::new()
        .prefix(".qftpsim-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(junit: impl Into<PathBuf>) -> ReportOptions {
        ReportOptions { junit: Some(junit.into()), report: None }
    }

    #[test]
    fn what_cannot_be_written_is_said_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let error = Reports::prepare(&options(folder.path().join("no/x.xml"))).unwrap_err();
        assert!(error.to_string().ends_with("no/x.xml: No such file or directory (os error 2)"));
        let error = Reports::prepare(&options(folder.path())).unwrap_err();
        assert!(error.to_string().ends_with("expected a file, or nothing yet"), "{error}");
        let error = Reports::prepare(&options("/dev/null")).unwrap_err();
        assert_eq!(error.to_string(), "--junit /dev/null: expected a file, or nothing yet");
    }

    #[test]
    fn two_reports_do_not_go_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("x"), folder.path().join("y"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let options = ReportOptions { junit: Some(file), report: Some(link) };
        assert!(matches!(Reports::prepare(&options), Err(ReportError::Same(_))));
    }

    #[test]
    fn nothing_is_touched_before_the_end_and_then_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.xml");
        fs::write(&path, "old").unwrap();
        let reports = Reports::prepare(&options(&path)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        reports.write(&[]).unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("<?xml"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_and_the_file_behind_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("x"), folder.path().join("y"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Reports::prepare(&options(&link)).unwrap().write(&[]).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&file).unwrap().starts_with("<?xml"));
    }
}
