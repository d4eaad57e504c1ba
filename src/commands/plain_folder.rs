//! Turns a folder that no git repository contains into the value that a base commit gives: its workflows can be diagnosed and the
//! patch shown, though not committed.
#![expect(clippy::disallowed_methods, reason = "shell: reads the folder's files")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::repository::{EntryKind, LARGEST_TEXT, Repository};
use crate::text::RepoPath;

/// Files beyond this many are not looked at: the folder is then no project.
const MOST: usize = 100_000;

/// The files below `root`, where it holds workflows; links are not followed.
pub(super) fn read(root: &Path) -> Option<Repository> {
    if !root.join(".github/workflows").is_dir() {
        return None;
    }
    let mut repository = Repository::default();
    let mut open: Vec<(PathBuf, String)> = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs::read_dir(&folder).ok()?.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let inside = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() && inside != ".git" {
                open.push((entry.path(), format!("{inside}/")));
            } else if kind.is_file() {
                add(&mut repository, &inside, &entry.path());
            }
            if repository.entries.len() > MOST {
                return None;
            }
        }
    }
    Some(repository)
}

fn add(repository: &mut Repository, inside: &str, place: &Path) {
    let Ok(path) = RepoPath::new(inside) else { return };
    let small = || fs::metadata(place).is_ok_and(|metadata| metadata.len() <= LARGEST_TEXT as u64);
    if Repository::wants(&path)
        && small()
        && let Ok(text) = fs::read_to_string(place)
    {
        repository.texts.insert(path.clone(), text);
    }
    repository.entries.insert(path, if is_executable(place) { EntryKind::Executable } else { EntryKind::File });
}

#[cfg(unix)]
fn is_executable(place: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(place).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    false
}
