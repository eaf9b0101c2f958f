//! The scenarios that a command line names.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::scenario::{Scenario, ScenarioError};

/// Why a scenario can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    /// It is not one.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A folder that can't be looked into.
    #[error("{}: {error}", .folder.display())]
    Folder { folder: PathBuf, error: io::Error },
    /// A folder without one.
    #[error("{}: there is no *.yaml in this folder", .folder.display())]
    Empty { folder: PathBuf },
    /// A folder where one is wanted.
    #[error("{}: is a folder; run takes one scenario, exec takes all that are in a folder", .folder.display())]
    NotOne { folder: PathBuf },
    /// Several where one is wanted.
    #[error("run takes one --scenario, exec takes several")]
    Several,
}

/// Loads the one scenario that may be among `paths`.
pub(super) fn load_one(paths: &[PathBuf]) -> Result<Option<Scenario>, LoadError> {
    match paths {
        [] => Ok(None),
        [path] if path.is_dir() => Err(LoadError::NotOne { folder: path.clone() }),
        [path] => Ok(Some(Scenario::load(path)?)),
        _ => Err(LoadError::Several),
    }
}

/// Loads all of `paths`; of a folder every `*.yaml` that is in it, by name. All that is wrong with
/// any of them comes at once.
pub(super) fn load(paths: &[PathBuf]) -> Result<Vec<Scenario>, Vec<LoadError>> {
    let mut scenarios = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        let files = if path.is_dir() { files_in(path) } else { Ok(vec![path.clone()]) };
        match files {
            Ok(files) => {
                for file in files {
                    match Scenario::load(&file) {
                        Ok(scenario) => scenarios.push(scenario),
                        Err(error) => errors.push(error.into()),
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(scenarios) } else { Err(errors) }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |error| LoadError::Folder { folder: folder.to_owned(), error };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() { Err(LoadError::Empty { folder: folder.to_owned() }) } else { Ok(files) }
}

/// A name for each run: that of its scenario, with a number if an earlier one has it.
pub(super) fn labels(scenarios: &[Scenario]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let label = |scenario: &Scenario| {
        let name = &scenario.name.0;
        let numbered = (2_u64..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names.find(|name| taken.insert(name.clone())).unwrap_or_default()
    };
    scenarios.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_one_name_are_told_apart() {
        let scenario = |name: &str| {
            Scenario::parse("s", format!("scenario: {name}").as_bytes(), None).unwrap()
        };
        let scenarios = ["a", "b", "a", "a-2", "a"].map(scenario);
        assert_eq!(labels(&scenarios), ["a", "b", "a-2", "a-2-2", "a-3"]);
    }
}
