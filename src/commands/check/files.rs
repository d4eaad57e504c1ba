//! Turns the files that a user names into paths of the repository, and reads those that it does not hold.
#![expect(clippy::disallowed_methods, reason = "shell: reads the named files")]

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::failure::{Failure, Kind};
use crate::repository::{LARGEST_TEXT, Repository};
use crate::text::RepoPath;

/// Folders within folders.
const DEEPEST: usize = 16;

/// The files to inspect — those named, else the workflows and actions of the repository — and what could not be read.
///
/// # Errors
/// When a named file is not there or is no text.
pub(super) fn chosen(named: &[PathBuf], root: Option<&Path>, repository: &mut Repository) -> Result<(Vec<RepoPath>, Vec<String>), Failure> {
    if named.is_empty() {
        return Ok((super::all(repository), Vec::new()));
    }
    let (mut paths, mut notes) = (Vec::new(), Vec::new());
    for name in named {
        for file in below(name)? {
            let path = inside(&file, root)?;
            if !repository.texts.contains_key(&path) {
                match read(&file) {
                    Ok(text) => drop(repository.texts.insert(path.clone(), text)),
                    // A folder may hold other things than workflows; a file that was named must be one.
                    Err(failure) if file != *name => {
                        notes.push(failure.message);
                        continue;
                    }
                    Err(failure) => return Err(failure),
                }
            }
            paths.push(path);
        }
    }
    paths.sort();
    paths.dedup();
    Ok((paths, notes))
}

/// Whether what is named lies outside of the repository, whose files then say nothing about it.
///
/// # Errors
/// When some lie outside and some inside.
pub(super) fn are_outside(named: &[PathBuf], root: &Path) -> Result<bool, Failure> {
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let root = whole(root);
    let is_outside = |path: &&PathBuf| fs::metadata(path).is_ok() && !whole(path).starts_with(&root);
    match (named.iter().find(is_outside), named.iter().find(|path| !is_outside(path))) {
        (Some(_), None) => Ok(true),
        (None, _) => Ok(false),
        (Some(one), Some(other)) => {
            let message = format!("`{}` lies outside of the repository that `{}` lies in", one.display(), other.display());
            Err(Failure::new(Kind::Usage, message).hint("inspect them one after the other"))
        }
    }
}

/// The file itself, or the YAML files below a folder.
fn below(name: &Path) -> Result<Vec<PathBuf>, Failure> {
    let metadata = fs::metadata(name).map_err(|error| unreadable(name, &error.to_string()))?;
    if !metadata.is_dir() {
        return Ok(vec![name.to_owned()]);
    }
    let (mut files, mut open) = (Vec::new(), vec![(name.to_owned(), 0)]);
    while let Some((folder, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error.to_string()))?.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && depth < DEEPEST && entry.file_name() != ".git" {
                open.push((path, depth + 1));
            } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A file's path in the repository; outside of one, its own path without what no repository path has.
fn inside(file: &Path, root: Option<&Path>) -> Result<RepoPath, Failure> {
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (file, root) = (whole(file), root.map(whole));
    let relative = root.and_then(|root| file.strip_prefix(&root).ok().map(Path::to_owned)).unwrap_or_else(|| file.clone());
    let parts = relative.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().replace(|c: char| c.is_control() || c == '\\', "_")),
        _ => None,
    });
    let text = parts.collect::<Vec<_>>().join("/");
    RepoPath::new(&text).map_err(|error| unreadable(&relative, &error.to_string()))
}

fn read(file: &Path) -> Result<String, Failure> {
    let metadata = fs::metadata(file).map_err(|error| unreadable(file, &error.to_string()))?;
    if metadata.len() > LARGEST_TEXT as u64 {
        return Err(unreadable(file, &format!("it is larger than any workflow: {} bytes, at most {LARGEST_TEXT}", metadata.len())));
    }
    fs::read_to_string(file).map_err(|error| unreadable(file, &error.to_string()))
}

fn unreadable(file: &Path, reason: &str) -> Failure {
    Failure::new(Kind::Source, format!("cannot read `{}`: {reason}", file.display()))
        .hint("name workflow files, actions, or folders that hold them")
}
