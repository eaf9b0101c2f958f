//! The files that `--junit`, `--report` and `--coverage` ask for.

use std::fmt;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::{Builder, NamedTempFile};
use thiserror::Error;

use crate::transcript::report::{Report, html, junit};

use super::{coverage, tell};

/// Which reports to write, and where.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ReportOptions {
    /// Write a JUnit XML report to this file at the end
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write a report to look at to this file at the end: one HTML page
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// At the end, tell which commands, forms, errors and faults the host has met: a text, or JSON
    /// if FILE ends in .json; - is standard error
    #[arg(long, value_name = "FILE")]
    pub(super) coverage: Option<PathBuf>,
}

impl ReportOptions {
    /// Whether there is any to write.
    pub(super) fn are_asked_for(&self) -> bool {
        self.junit.is_some() || self.report.is_some() || self.coverage.is_some()
    }
}

/// The reports to be written at the end of a run.
#[derive(Debug)]
pub(super) struct Reports {
    files: Vec<(Format, PathBuf)>,
    /// Whether the coverage goes to standard error.
    coverage_is_told: bool,
}

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Junit,
    Html,
    Coverage,
}

impl fmt::Display for Format {
    /// The option that asks for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Junit => "--junit",
            Format::Html => "--report",
            Format::Coverage => "--coverage",
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
    #[error("{0} and {1}: both would write {path}", path = .2.display())]
    Same(Format, Format, PathBuf),
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
        let coverage = options.coverage.as_ref();
        let (told, coverage_file) = match coverage {
            Some(path) if path == Path::new("-") => (true, None),
            path => (false, path),
        };
        let asked = [
            (Format::Junit, options.junit.as_ref()),
            (Format::Html, options.report.as_ref()),
            (Format::Coverage, coverage_file),
        ];
        let mut files: Vec<(Format, PathBuf)> = Vec::new();
        for (format, path) in asked {
            let Some(path) = path else { continue };
            let target = target(format, path)?;
            if let Some((other, _)) = files.iter().find(|(_, other)| *other == target) {
                return Err(ReportError::Same(*other, format, path.clone()));
            }
            beside(&target).map_err(|error| ReportError::Io(format, path.clone(), error))?;
            files.push((format, target));
        }
        Ok(Reports { files, coverage_is_told: told })
    }

    /// Writes `reports`, each file whole or not at all. Gives back why some could not be written,
    /// without prejudice to the others.
    pub(super) fn write(&self, reports: &[Report]) -> Vec<ReportError> {
        if self.coverage_is_told {
            tell(&coverage::text(reports));
        }
        let write = |(format, path): &(Format, PathBuf)| {
            let text = match format {
                Format::Junit => junit::document(reports),
                Format::Html => html::page(reports),
                Format::Coverage if path.extension().is_some_and(|name| name == "json") => {
                    coverage::json(reports)
                }
                Format::Coverage => coverage::text(reports),
            };
            put(path, &text).map_err(|error| ReportError::Io(*format, path.clone(), error)).err()
        };
        self.files.iter().filter_map(write).collect()
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
        ReportOptions { junit: Some(junit.into()), ..ReportOptions::default() }
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
        let options = ReportOptions { report: Some(file), coverage: Some(link), junit: None };
        let error = Reports::prepare(&options).unwrap_err().to_string();
        assert!(error.starts_with("--report and --coverage: both would write "), "{error}");
    }

    #[test]
    fn nothing_is_touched_before_the_end_and_then_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.xml");
        fs::write(&path, "old").unwrap();
        let reports = Reports::prepare(&options(&path)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(reports.write(&[]).is_empty());
        assert!(fs::read_to_string(&path).unwrap().starts_with("<?xml"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_and_the_file_behind_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("x"), folder.path().join("y"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(Reports::prepare(&options(&link)).unwrap().write(&[]).is_empty());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&file).unwrap().starts_with("<?xml"));
    }
}
