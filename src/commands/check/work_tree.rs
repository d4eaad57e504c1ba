//! Lays the work tree over the last commit: what a person edits is what is inspected.
#![expect(clippy::disallowed_methods, reason = "shell: reads the work tree")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::repository::{EntryKind, LARGEST_TEXT, Repository};
use crate::text::RepoPath;

/// Entries of the work tree that are looked at; what lies behind them counts as the last commit has it.
const MOST: usize = 50_000;

/// Folders that hold what is installed or built, never a workflow's own files.
const PASSED_OVER: &[&str] = &[".git", "node_modules", "target", ".venv", "venv", "__pycache__", ".tox", ".gradle"];

/// Files of the work tree join or replace those of the commit; workflows and actions that are gone are gone.
pub(super) fn overlay(repository: &mut Repository, workdir: &Path) {
    let lost: Vec<RepoPath> = repository.texts.keys().filter(|path| !workdir.join(path.as_str()).is_file()).cloned().collect();
    for path in lost {
        repository.texts.remove(&path);
        repository.entries.remove(&path);
    }
    let mut open: Vec<(PathBuf, String)> = vec![(workdir.to_owned(), String::new())];
    let mut seen = 0;
    while let Some((folder, prefix)) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name().to_string_lossy().into_owned();
            let inside = format!("{prefix}{name}");
            if kind.is_dir() && !PASSED_OVER.contains(&name.as_str()) {
                open.push((entry.path(), format!("{inside}/")));
            } else if kind.is_file() {
                join(repository, &inside, &entry.path());
            }
            seen += 1;
            if seen > MOST {
                return;
            }
        }
    }
}

fn join(repository: &mut Repository, inside: &str, file: &Path) {
    let Ok(path) = RepoPath::new(inside) else { return };
    if Repository::wants(&path)
        && let Some(text) = text(file)
    {
        repository.texts.insert(path.clone(), text);
    }
    repository.entries.entry(path).or_insert_with(|| kind(file));
}

fn text(file: &Path) -> Option<String> {
    let small = fs::metadata(file).is_ok_and(|metadata| metadata.len() <= LARGEST_TEXT as u64);
    if small { fs::read_to_string(file).ok() } else { None }
}

#[cfg(unix)]
fn kind(file: &Path) -> EntryKind {
    use std::os::unix::fs::PermissionsExt as _;
    let runs = fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0);
    if runs { EntryKind::Executable } else { EntryKind::File }
}

#[cfg(not(unix))]
fn kind(_: &Path) -> EntryKind {
    EntryKind::File
}

/// A word for each workflow whose work tree differs from the commit that is healed.
pub(super) fn uncommitted(repository: &Repository, workdir: &Path) -> Vec<String> {
    let workflows =
        repository.workflows().filter(|(path, committed)| text(&workdir.join(path.as_str())).is_some_and(|text| text != *committed));
    let names: Vec<String> = workflows.map(|(path, _)| format!("`{path}`")).collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![format!("The patch starts from the committed files: changes in {} that are not committed are not in it.", names.join(", "))]
}
